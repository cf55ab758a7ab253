package dev.backout.desk.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

import dev.backout.check.CheckResult;
import dev.backout.check.Deviation;
import dev.backout.check.Earlier;
import dev.backout.check.Trend;
import org.jspecify.annotations.Nullable;

/**
 * A check on the page of its run.
 *
 * @param result what it found
 * @param look how that looks
 * @param since since when it has been so
 * @param bars how it went before, oldest first
 * @param course the same in words
 * @param columns of its evidence
 * @param deviation the deviation, if it is one
 */
public record CheckRow(CheckResult result, Look look, @Nullable Instant since, List<Bar> bars, String course,
		List<String> columns, @Nullable Deviation deviation) {

	/**
	 * One run of the course: height and colour say the same.
	 *
	 * @param x distance from the left
	 * @param y distance from the top, of 34
	 * @param css how it looks
	 */
	public record Bar(int x, int y, String css) {
	}

	static CheckRow of(CheckResult result, @Nullable Trend trend, @Nullable Deviation deviation) {
		var columns = new LinkedHashSet<String>();
		result.evidence().forEach((row) -> columns.addAll(row.keySet()));
		var bars = new ArrayList<Bar>();
		if (trend != null) {
			trend.points().forEach((point) -> bars.add(bar(bars.size(), point)));
		}
		return new CheckRow(result, Look.of(result.outcome()), (trend != null) ? trend.since() : null, bars,
				inWords(trend), List.copyOf(columns), deviation);
	}

	private static Bar bar(int place, Trend.Point point) {
		return switch (point.outcome()) {
			case PASS -> new Bar(place * 12, 16, "up");
			case FAIL -> new Bar(place * 12, 0, "down");
			default -> new Bar(place * 12, 8, "part");
		};
	}

	private static String inWords(@Nullable Trend trend) {
		if (trend == null || trend.points().size() < 2) {
			return "";
		}
		var held = trend.points().stream().filter((point) -> point.outcome() == dev.backout.check.Outcome.PASS).count();
		return "held in %d of the last %d runs".formatted(held, trend.points().size());
	}

	/** What the last run found, in words. */
	public String lastTime() {
		return inWords(this.result.before(), "no run before");
	}

	/** What the rehearsal found, in words. */
	public String rehearsed() {
		return inWords(this.result.rehearsed(), "never rehearsed");
	}

	private static String inWords(@Nullable Earlier earlier, String none) {
		if (earlier == null) {
			return none;
		}
		var word = Look.of(earlier.outcome()).word().toLowerCase(java.util.Locale.ROOT);
		return (earlier.value() != null) ? "%s, %s".formatted(word, earlier.value()) : word;
	}

}
