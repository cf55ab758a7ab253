package dev.backout.desk.web;

import java.time.Duration;
import java.time.Instant;

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

	static StepRow of(RunStep step, @Nullable InboxTask task, String reader, Instant now) {
		var mine = task != null && task.mayAnswer(reader);
		return new StepRow(step, mine ? Look.NEEDS_YOU : Look.of(step.state()), task, mine, step.elapsed(now));
	}

	public boolean late() {
		return this.step.expected() != null && this.step.startedAt() != null && !waits()
				&& this.elapsed.compareTo(this.step.expected()) > 0 && !trifle();
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

	/** A second more than expected is no delay worth a warning. */
	private boolean trifle() {
		return this.step.expected() != null && this.elapsed.minus(this.step.expected()).toMillis() < 2000;
	}

}
