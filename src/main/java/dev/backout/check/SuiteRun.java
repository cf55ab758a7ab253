package dev.backout.check;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One execution of a suite.
 *
 * @param id of this execution
 * @param suite name of the suite
 * @param version of the suite
 * @param target database that was checked
 * @param standsFor the target that it is a clone of, if it is one
 * @param release release that was passed along, if any
 * @param run playbook run that asked for it, if any
 * @param occasion what it was run for
 * @param actor who asked: a person's id or {@code system}
 * @param state whether it works, and how it ended
 * @param total checks in the suite
 * @param doing the check it is at, while it works
 * @param startedAt when it began
 * @param finishedAt when it came to its end; missing while it works and when it did not
 * @param cancelledBy who cancelled it, if somebody did
 * @param closedAt when it was closed: all reached their minimum, or each deviation is
 * settled
 * @param closedBy who closed it
 * @param results so far, in the suite's order
 */
public record SuiteRun(String id, String suite, int version, String target, @Nullable String standsFor,
		@Nullable String release, @Nullable String run, Occasion occasion, String actor, State state, int total,
		@Nullable String doing, Instant startedAt, @Nullable Instant finishedAt, @Nullable String cancelledBy,
		@Nullable Instant closedAt, @Nullable String closedBy, List<CheckResult> results) {

	/** Whether a suite works, and how it ended. */
	public enum State {

		/** A node works on it. */
		RUNNING,
		/** Every check was asked. */
		FINISHED,
		/** Somebody ended it; checks are missing. */
		CANCELLED,
		/** The node at work was not heard of again; checks are missing. */
		CUT_SHORT

	}

	public SuiteRun {
		results = List.copyOf(results);
	}

	public boolean finished() {
		return this.state == State.FINISHED;
	}

	/** Whether all of it was asked and nothing is below its minimum. */
	public boolean held() {
		return finished() && below().isEmpty();
	}

	public long passed() {
		return this.results.stream().filter((result) -> result.outcome() == Outcome.PASS).count();
	}

	/** Everything that did not pass. */
	public List<CheckResult> below() {
		return this.results.stream().filter((result) -> result.outcome() != Outcome.PASS).toList();
	}

}
