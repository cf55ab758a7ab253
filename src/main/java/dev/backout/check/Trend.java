package dev.backout.check;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * How a check went on a target, oldest first.
 *
 * @param check name of the check
 * @param points one per run
 */
public record Trend(String check, List<Point> points) {

	/**
	 * A run.
	 *
	 * @param run id of the suite's execution
	 * @param at when it began
	 * @param outcome how the check ended
	 * @param value what was measured, if anything
	 */
	public record Point(String run, Instant at, Outcome outcome, @Nullable String value) {
	}

	public Trend {
		points = List.copyOf(points);
	}

	/** Since when it has been as it is now; {@code null} if it was never asked. */
	public @Nullable Instant since() {
		Instant since = null;
		for (int index = this.points.size() - 1; index >= 0; index--) {
			var point = this.points.get(index);
			if (point.outcome() != this.points.get(this.points.size() - 1).outcome()) {
				break;
			}
			since = point.at();
		}
		return since;
	}

}
