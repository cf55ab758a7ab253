package dev.backout.run;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A step of a run as people follow it: a step at work, a task that waits for somebody, or
 * one still ahead.
 *
 * @param stepId id of the element in the playbook
 * @param name as an operator reads it
 * @param type the step type such as {@code backup.take}, or {@code task} for a person's
 * @param waitsFor who has to answer, where a person has to
 * @param startedAt of the last execution; null while it is ahead
 * @param expected how long it usually takes, measured; null when it never ran
 * @param attempt 1 at the first try; 0 while it is ahead
 * @param summary what the step said at its end, or why it failed
 * @param skippable whether the playbook lets an operator skip it
 */
public record RunStep(String stepId, String name, String type, State state, @Nullable String waitsFor,
		@Nullable Instant startedAt, @Nullable Instant endedAt, @Nullable Duration expected, int attempt,
		@Nullable Progress progress, @Nullable String summary, @Nullable EngineIncident incident, boolean skippable) {

	/** Where a step stands. */
	public enum State {

		/** Not reached yet. */
		AHEAD,
		/** At work, or about to be taken up. */
		RUNNING,
		/** A person has to answer. */
		WAITING,
		/** Failed; the next try has a time. */
		RETRYING,
		/** Failed past its retries: an engine incident. */
		FAILED, DONE,
		/** Ended with one of the refusals that the playbook handles. */
		REFUSED,
		/** Passed over by an operator, with a reason. */
		SKIPPED, CANCELLED

	}

	/**
	 * How far a long step is.
	 *
	 * @param total 0 when unknown
	 */
	public record Progress(long done, long total, String unit) {
	}

	/**
	 * A step that failed past its retries.
	 *
	 * @param cause the original cause, as the step threw it
	 */
	public record EngineIncident(String id, String cause, Instant at) {
	}

	/** Time spent so far, or in all once it has ended. */
	public Duration elapsed(Instant now) {
		if (this.startedAt == null) {
			return Duration.ZERO;
		}
		return Duration.between(this.startedAt, (this.endedAt != null) ? this.endedAt : now);
	}

}
