package dev.backout.run;

import java.util.List;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import org.springframework.stereotype.Component;

/** All runs: starting, following and steering them. */
@Component
public class Runs {

	private final RunTable table;

	private final RunView view;

	private final RunExpectations expectations;

	private final RunStart starts;

	private final RunControls controls;

	private final PlaybookEngine engine;

	Runs(RunTable table, RunView view, RunExpectations expectations, RunStart starts, RunControls controls,
			PlaybookEngine engine) {
		this.table = table;
		this.view = view;
		this.expectations = expectations;
		this.starts = starts;
		this.controls = controls;
		this.engine = engine;
	}

	/**
	 * Starts a playbook.
	 * @throws Rejected {@code run.forbidden} without the role operator,
	 * {@code run.active} when the release is being rolled back on that target already,
	 * {@code playbook.unknown}
	 */
	public RunId start(RunRequest request, Person by) {
		return this.starts.start(request, by);
	}

	/**
	 * The run.
	 * @throws Rejected {@code run.unknown}
	 */
	public Run get(RunId run) {
		return this.table.find(run)
			.orElseThrow(() -> new Rejected("run.unknown", "There is no run '%s'".formatted(run)));
	}

	/** The newest runs, active ones first. */
	public List<Run> recent(int atMost) {
		return this.table.recent(atMost);
	}

	/** The run that rolls this release back on that target right now. */
	public Optional<Run> active(String release, String target) {
		return this.table.active(RunKind.REAL, release, target);
	}

	/**
	 * Every step and task: those reached in the order of their start, then those ahead.
	 */
	public List<RunStep> steps(RunId run) {
		var found = get(run);
		return this.view.steps(found, this.engine.outline(found.playbook()));
	}

	/** How long the run should take, as far as anything is known of that. */
	public Optional<Expectation> expected(RunId run) {
		var found = get(run);
		return this.expectations.whole(found, this.engine.outline(found.playbook()));
	}

	/** What happened, newest last. */
	public List<TimelineEntry> timeline(RunId run) {
		return this.view.timeline(run);
	}

	public Diagram diagram(RunId run) {
		var found = get(run);
		return this.view.diagram(found, this.engine.outline(found.playbook()));
	}

	/**
	 * Tries a failed step again now.
	 * @throws Rejected {@code step.not-failed}
	 */
	public void retry(RunId run, String stepId, Person by, String reason) {
		this.controls.retry(run, stepId, by, reason);
	}

	/**
	 * Passes over a step that cannot be done.
	 * @throws Rejected {@code step.not-skippable} where the playbook does not allow it,
	 * {@code step.not-failed} unless it has failed
	 */
	public void skip(RunId run, String stepId, Person by, String reason) {
		this.controls.skip(run, stepId, by, reason);
	}

	/**
	 * Tells a step at work to stop; it then counts as failed, and can be tried again.
	 * @throws Rejected {@code step.not-running}
	 */
	public void cancel(RunId run, String stepId, Person by, String reason) {
		this.controls.cancel(run, stepId, by, reason);
	}

	/**
	 * Ends the run in a known state: the playbook's own way out, which thaws the target,
	 * tells people and records what is half done. A step at work is stopped first.
	 * @throws Rejected {@code run.ending} when the run is on its way out already
	 */
	public void abort(RunId run, Person by, String reason) {
		this.controls.abort(run, by, reason);
	}

	/** Makes {@code by} the commander. */
	public void takeOver(RunId run, Person by, String reason) {
		this.controls.takeOver(run, by, reason);
	}

	/**
	 * Makes somebody else the commander; only the commander can, others take over.
	 * @throws Rejected {@code run.not-commander}, {@code run.commander-role}
	 */
	public void handOver(RunId run, Person to, Person by, String reason) {
		this.controls.handOver(run, to, by, reason);
	}

	/** Adds a sentence to the timeline; also after the end. */
	public void note(RunId run, Person by, String text) {
		this.controls.note(run, by, text);
	}

}
