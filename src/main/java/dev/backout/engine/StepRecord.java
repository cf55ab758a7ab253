package dev.backout.engine;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.run.RunId;
import dev.backout.run.RunStep;
import dev.backout.run.RunTrace;
import dev.backout.run.StepJournal;
import dev.backout.run.Timeline;
import dev.backout.step.StepOutcome;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Writes the end of an attempt into journal, ledger and timeline, and says whether the
 * run is being aborted.
 */
@Component
class StepRecord {

	private static final String SYSTEM = "system";

	private final StepJournal journal;

	private final RunTrace trace;

	private final Ledger ledger;

	private final Timeline timeline;

	StepRecord(StepJournal journal, RunTrace trace, Ledger ledger, Timeline timeline) {
		this.journal = journal;
		this.trace = trace;
		this.ledger = ledger;
		this.timeline = timeline;
	}

	StepJournal journal() {
		return this.journal;
	}

	/** As it stands now: the run may have ended meanwhile. */
	boolean abortPending(RunId run) {
		return this.trace.abortPending(run);
	}

	boolean done(StepJournal.Attempt attempt, StepOutcome.Done outcome, Map<String, String> told) {
		var aborting = this.journal.end(attempt, RunStep.State.DONE, outcome.summary(), null);
		var sealed = outcome.outputs().get(TaskOpening.SEAL);
		if (sealed != null) {
			this.trace.sealed(attempt.step().run(), sealed);
		}
		add("step.done", attempt, told, outcome.outputs(), outcome.summary());
		return aborting;
	}

	boolean refused(StepJournal.Attempt attempt, StepOutcome.Refused outcome, Map<String, String> told) {
		var aborting = this.journal.end(attempt, RunStep.State.REFUSED, outcome.reason(), null);
		add("step.refused", attempt, told, Map.of("code", outcome.code()), outcome.reason());
		return aborting;
	}

	boolean failed(StepJournal.Attempt attempt, String cause, int retries, @Nullable Instant next) {
		var aborting = this.journal.end(attempt, (retries > 0) ? RunStep.State.RETRYING : RunStep.State.FAILED, cause,
				next);
		add((retries > 0) ? "step.retrying" : "step.failed", attempt, Map.of(),
				Map.of("retries", Integer.toString(retries)), cause);
		return aborting;
	}

	boolean handedOver(StepJournal.Attempt attempt) {
		return this.journal.end(attempt, RunStep.State.RETRYING, "Handed over: the node stopped", Instant.now());
	}

	private void add(String kind, StepJournal.Attempt attempt, Map<String, String> told, Map<String, String> result,
			String summary) {
		var step = attempt.step();
		var parameters = new HashMap<String, String>();
		told.forEach((name, value) -> parameters.put("in." + name, value));
		result.forEach((name, value) -> parameters.put("out." + name, value));
		parameters.put("step", step.stepId());
		parameters.put("type", step.type());
		parameters.put("attempt", Integer.toString(attempt.number()));
		parameters.put("summary", summary);
		this.ledger.append(Deed.of(kind, SYSTEM, step.run().toString(), parameters));
		this.timeline.add(step.run(), kind, SYSTEM, step.stepId(), summary);
	}

}
