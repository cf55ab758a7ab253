package dev.backout.run;

import java.util.List;

import dev.backout.people.Person;
import org.springframework.stereotype.Component;

/** All runs: starting, following and steering them. */
@Component
public class Runs {

	/**
	 * Starts a playbook.
	 * @throws dev.backout.kernel.Rejected {@code run.forbidden} without the role
	 * operator, {@code run.active} when the release is being rolled back on that target
	 * already, {@code playbook.unknown}
	 */
	public RunId start(RunRequest request, Person by) {
		throw new UnsupportedOperationException();
	}

	/**
	 * The run.
	 * @throws dev.backout.kernel.Rejected {@code run.unknown}
	 */
	public Run get(RunId run) {
		throw new UnsupportedOperationException();
	}

	/** The newest runs, active ones first. */
	public List<Run> recent(int atMost) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Every step and task: those reached in the order of their start, then those ahead.
	 */
	public List<RunStep> steps(RunId run) {
		throw new UnsupportedOperationException();
	}

	public List<TimelineEntry> timeline(RunId run) {
		throw new UnsupportedOperationException();
	}

	public Diagram diagram(RunId run) {
		throw new UnsupportedOperationException();
	}

	/** Tries a failed step again now. */
	public void retry(RunId run, String stepId, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

	/** Passes over a step that cannot be done, where the playbook allows it. */
	public void skip(RunId run, String stepId, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

	/** Tells a step at work to stop; it then counts as failed and can be tried again. */
	public void cancel(RunId run, String stepId, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

	/** Ends the run in a known state: thaws, tells, records what is half done. */
	public void abort(RunId run, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

	/** Makes {@code by} the commander. */
	public void takeOver(RunId run, Person by, String reason) {
		throw new UnsupportedOperationException();
	}

	/** Adds a sentence to the timeline. */
	public void note(RunId run, Person by, String text) {
		throw new UnsupportedOperationException();
	}

}
