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
 * @param release release that was passed along, if any
 * @param run playbook run that asked for it, if any
 * @param actor who asked: a person's id or {@code system}
 * @param total checks in the suite
 * @param startedAt when it began
 * @param finishedAt when it ended; missing while it works
 * @param results so far, in the suite's order
 */
public record SuiteRun(String id, String suite, int version, String target, @Nullable String release,
		@Nullable String run, String actor, int total, Instant startedAt, @Nullable Instant finishedAt,
		List<CheckResult> results) {

	public SuiteRun {
		results = List.copyOf(results);
	}

	public boolean finished() {
		return this.finishedAt != null;
	}

	public long passed() {
		return this.results.stream().filter((result) -> result.outcome() == Outcome.PASS).count();
	}

	/** Everything that did not pass. */
	public List<CheckResult> below() {
		return this.results.stream().filter((result) -> result.outcome() != Outcome.PASS).toList();
	}

}
