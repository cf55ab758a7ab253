package dev.backout.check;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A suite on a target, at a glance.
 *
 * @param suite name of the suite
 * @param target database that is checked
 * @param last the newest run
 * @param since when it began to be as it is: whole, or not
 * @param course passed checks of the last runs, oldest first
 */
public record SuiteOverview(String suite, String target, SuiteRun last, @Nullable Instant since, List<Mark> course) {

	/**
	 * A run of the course.
	 *
	 * @param run id of the suite's execution
	 * @param at when it began
	 * @param passed checks that reached their minimum
	 * @param total checks that were asked
	 */
	public record Mark(String run, Instant at, int passed, int total) {

		public boolean held() {
			return this.passed == this.total;
		}

	}

	public SuiteOverview {
		course = List.copyOf(course);
	}

}
