package dev.backout.run;

import java.util.Map;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What an operator may do to a run; each takes the role and a reason, and goes into the
 * ledger with them.
 */
@Component
class RunControls {

	private final RunTable table;

	private final StepJournal journal;

	private final RunRecord record;

	private final RunLock lock;

	private final PlaybookEngine engine;

	RunControls(RunTable table, StepJournal journal, RunRecord record, RunLock lock, PlaybookEngine engine) {
		this.table = table;
		this.journal = journal;
		this.record = record;
		this.lock = lock;
		this.engine = engine;
	}

	/**
	 * Tries a failed step again now.
	 * @throws Rejected {@code step.not-failed}
	 */
	@Transactional
	void retry(RunId run, String stepId, Person by, String reason) {
		steer(run, by, "retry a step", reason);
		var key = this.journal.failedKey(run, stepId)
			.orElseThrow(() -> new Rejected("step.not-failed",
					"Step '%s' has not failed, so there is nothing to try again".formatted(stepId)));
		this.engine.retry(key, reason);
		this.journal.requeue(key);
		this.record.add(run, "step.retried", by, stepId, "Tries '%s' again: %s".formatted(stepId, reason),
				Map.of("step", stepId, "reason", reason));
	}

	/**
	 * Passes over a step that cannot be done.
	 * @throws Rejected {@code step.not-skippable} where the playbook does not allow it,
	 * {@code step.not-failed} unless it has failed
	 */
	@Transactional
	void skip(RunId run, String stepId, Person by, String reason) {
		var found = steer(run, by, "skip a step", reason);
		var step = this.engine.outline(found.playbook()).steps().get(stepId);
		if (step == null || !step.skippable()) {
			throw new Rejected("step.not-skippable", "The playbook does not let anybody skip '%s'".formatted(stepId));
		}
		this.journal.failedKey(run, stepId)
			.orElseThrow(() -> new Rejected("step.not-failed",
					"Step '%s' has not failed: cancel it before you skip it".formatted(stepId)));
		this.journal.leave(run, stepId, RunStep.State.SKIPPED, "Skipped by %s: %s".formatted(by.id(), reason));
		this.engine.skip(run, stepId, "Skipped by %s: %s".formatted(by.id(), reason));
		this.record.add(run, "step.skipped", by, stepId, "Skipped '%s': %s".formatted(step.name(), reason),
				Map.of("step", stepId, "reason", reason));
	}

	/**
	 * Tells a step at work to stop; it then counts as failed, and can be tried again.
	 * @throws Rejected {@code step.not-running}
	 */
	@Transactional
	void cancel(RunId run, String stepId, Person by, String reason) {
		steer(run, by, "cancel a step", reason);
		if (!this.journal.cancel(run, stepId, "Cancelled by %s: %s".formatted(by.id(), reason))) {
			throw new Rejected("step.not-running", "Step '%s' is not at work".formatted(stepId));
		}
		this.record.add(run, "step.cancelled", by, stepId, "Cancels '%s': %s".formatted(stepId, reason),
				Map.of("step", stepId, "reason", reason));
	}

	/**
	 * Ends the run in a known state: the playbook's own way out, which thaws the target,
	 * tells people and records what is half done. A step at work is stopped first. Before
	 * the work of the playbook begins, there is nothing to leave: the run just ends.
	 * @throws Rejected {@code run.ending} when the run is on its way out already
	 */
	@Transactional
	void abort(RunId run, Person by, String reason) {
		steer(run, by, "abort a run", reason);
		if (!this.engine.abortable(run)) {
			throw new Rejected("run.ending",
					"The playbook has no way out where this run stands: it is on its way to its end");
		}
		this.table.abortPending(run, by.id(), reason);
		this.journal.cancelAll(run, "%s aborts the run: %s".formatted(by.id(), reason));
		this.record.add(run, "run.aborting", by, null, "Aborts the run: " + reason, Map.of("reason", reason));
		this.engine.abortWhenIdle(run);
	}

	/** Makes {@code by} the commander. */
	@Transactional
	void takeOver(RunId run, Person by, String reason) {
		var found = steer(run, by, "take over a run", reason);
		this.table.commander(run, by.id());
		this.record.add(run, "run.taken-over", by, null,
				"Takes over from %s as commander: %s".formatted(found.commander(), reason),
				Map.of("from", found.commander(), "reason", reason));
	}

	/**
	 * Makes somebody else the commander; only the commander can, others take over.
	 * @throws Rejected {@code run.not-commander}, {@code run.commander-role} when
	 * {@code to} may not steer runs
	 */
	@Transactional
	void handOver(RunId run, Person to, Person by, String reason) {
		var found = steer(run, by, "hand over a run", reason);
		if (!found.commander().equals(by.id())) {
			throw new Rejected("run.not-commander",
					"%s commands this run: take over instead".formatted(found.commander()));
		}
		if (!to.has(Role.OPERATOR)) {
			throw new Rejected("run.commander-role",
					"To command a run takes the role operator, which %s does not have".formatted(to.id()));
		}
		this.table.commander(run, to.id());
		this.record.add(run, "run.handed-over", by, null, "Hands command over to %s: %s".formatted(to.id(), reason),
				Map.of("from", by.id(), "to", to.id(), "reason", reason));
	}

	/** Adds a sentence to the timeline; also after the end. */
	@Transactional
	void note(RunId run, Person by, String text) {
		Checks.check(!text.isBlank() && text.length() <= 4000, () -> "A note has 1 to 4,000 characters");
		this.table.find(run).orElseThrow(() -> unknown(run));
		if (!by.has(Role.OPERATOR) && !by.has(Role.APPROVER)) {
			throw new Rejected("run.forbidden", "To add a note takes the role operator or approver");
		}
		this.record.add(run, "note", by, null, text, Map.of("text", text));
	}

	private Run steer(RunId run, Person by, String deed, String reason) {
		RunRecord.demand(by, Role.OPERATOR, deed);
		if (reason.isBlank()) {
			throw new Rejected("run.reason", "Say why: to %s takes a reason".formatted(deed));
		}
		this.lock.hold(run);
		var found = this.table.find(run).orElseThrow(() -> unknown(run));
		if (!found.active()) {
			throw new Rejected("run.ended", "This run has ended: %s".formatted(found.outcome()));
		}
		return found;
	}

	private static Rejected unknown(RunId run) {
		return new Rejected("run.unknown", "There is no run '%s'".formatted(run));
	}

}
