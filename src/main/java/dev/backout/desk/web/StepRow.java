package dev.backout.desk.web;

import java.time.Duration;
import java.time.Instant;

import dev.backout.people.Person;
import dev.backout.run.InboxTask;
import dev.backout.run.RunStep;
import org.jspecify.annotations.Nullable;

/**
 * A step as the run page lists it.
 *
 * @param task the task that waits in it, if one does
 * @param mine whether the reader may answer that task
 */
public record StepRow(RunStep step, Look look, @Nullable InboxTask task, boolean mine, Duration elapsed) {

	/** So much more than expected is no delay worth a warning. */
	private static final Duration TRIFLE = Duration.ofSeconds(2);

	static StepRow of(RunStep step, @Nullable InboxTask task, @Nullable Person reader, Instant now) {
		var mine = task != null && reader != null && task.mayAnswer(reader);
		return new StepRow(step, mine ? Look.NEEDS_YOU : Look.of(step.state()), task, mine, step.elapsed(now));
	}

	/** Whether it works longer than it usually does. */
	public boolean late() {
		return counting() && !waits() && this.step.expected() != null
				&& this.elapsed.compareTo(this.step.expected().plus(TRIFLE)) > 0;
	}

	/** At work now, so that the page counts on by itself. */
	public boolean counting() {
		return this.step.startedAt() != null && this.step.endedAt() == null;
	}

	public boolean waits() {
		return this.step.state() == RunStep.State.WAITING;
	}

	public boolean failed() {
		return this.step.state() == RunStep.State.FAILED;
	}

	public boolean atWork() {
		return this.step.state() == RunStep.State.RUNNING || this.step.state() == RunStep.State.RETRYING;
	}

}
