package dev.backout.run;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.Outline;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Where a run's token went, element by element and flow by flow; the engine writes it in
 * the transaction that moves the token.
 */
@Component
public class RunTrace {

	private final JdbcClient jdbc;

	private final RunTracks tracks;

	private final StepJournal journal;

	private final Timeline timeline;

	private final Ledger ledger;

	RunTrace(JdbcClient jdbc, RunTracks tracks, StepJournal journal, Timeline timeline, Ledger ledger) {
		this.jdbc = jdbc;
		this.tracks = tracks;
		this.journal = journal;
		this.timeline = timeline;
		this.ledger = ledger;
	}

	/** What kind of element it is. */
	public enum Kind {

		STEP, TASK, FLOW, OTHER

	}

	/** Comes to an element; the first such word of a transaction waits for its turn. */
	public void entered(RunId run, String elementId, Kind kind) {
		this.tracks.move(run, elementId, (moves) -> moves.entered(kind));
	}

	/** Leaves an element: its work is done, or the playbook took another way. */
	public void left(RunId run, String elementId, boolean cancelled) {
		this.tracks.move(run, elementId, (moves) -> moves.left(cancelled));
		if (cancelled) {
			this.journal.leave(run, elementId, RunStep.State.CANCELLED, null);
		}
	}

	/** Takes a sequence flow; flows are entered and done at once. */
	public void took(RunId run, String flowId) {
		entered(run, flowId, Kind.FLOW);
		left(run, flowId, false);
	}

	/** Remembers what the plan was sealed as. */
	public void sealed(RunId run, String planDigest) {
		this.jdbc.sql("update backout.run set plan_digest = :digest where id = :run")
			.param("digest", planDigest)
			.param("run", run.value())
			.update();
	}

	/** The playbook reached one of its ends. */
	public void ended(RunId run, boolean aborted, String outcome) {
		this.jdbc
			.sql("""
					update backout.run set ended_at = clock_timestamp(), state = :state, outcome = :outcome, abort_pending = false
					where id = :run
					""")
			.param("state", (aborted ? RunState.ABORTED : RunState.DONE).name())
			.param("outcome", outcome)
			.param("run", run.value())
			.update();
		this.ledger.append(Deed.of("run.ended", "system", run.toString(),
				Map.of("outcome", outcome, "aborted", Boolean.toString(aborted))));
		this.timeline.add(run, "run.ended", "system", null, outcome);
	}

	private static List<String> names(List<StepJournal.Left> left, Outline outline, Predicate<StepJournal.Left> which) {
		return left.stream().filter(which).map((step) -> {
			var name = outline.nameOf(step.stepId());
			return (step.state() != RunStep.State.DONE && step.total() > 0)
					? "%s (%d of %d %s)".formatted(name, step.progress(), step.total(), step.unit()) : name;
		}).distinct().toList();
	}

	/** Whether the run is to be aborted as soon as no step of it is at work. */
	public boolean abortPending(RunId run) {
		return this.jdbc.sql("select abort_pending from backout.run where id = :run")
			.param("run", run.value())
			.query(Boolean.class)
			.optional()
			.orElse(false);
	}

	/**
	 * The abort has reached the playbook: from here on it only tidies up. What was done
	 * until then, and what is half done, goes into the record.
	 */
	public void abortDelivered(RunId run, Outline outline) {
		var left = this.journal.left(run);
		var done = names(left, outline, (step) -> step.state() == RunStep.State.DONE);
		var halfDone = names(left, outline, (step) -> step.begun() && step.state() != RunStep.State.DONE);
		this.ledger.append(Deed.of("run.left", "system", run.toString(),
				Map.of("done", String.join(", ", done), "halfDone", String.join(", ", halfDone))));
		this.timeline.add(run, "run.left", "system", null,
				"Aborted as it stands. Done: %s. Half done: %s".formatted(
						done.isEmpty() ? "nothing" : String.join(", ", done),
						halfDone.isEmpty() ? "nothing" : String.join(", ", halfDone)));
		this.jdbc.sql("update backout.run set abort_pending = false where id = :run")
			.param("run", run.value())
			.update();
	}

}
