package dev.backout.desk.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.backout.backup.Objectives;

/**
 * Measured spans as bars, against what was promised.
 *
 * @param bars oldest first
 * @param goal height of the line of what was promised, from the top
 * @param label what a person who sees no picture reads
 */
record Trend(List<Bar> bars, int goal, String label) {

	static final int HEIGHT = 60;

	static final int STEP = 12;

	/**
	 * A bar.
	 *
	 * @param over whether it is more than was promised
	 * @param title what it stands for
	 */
	record Bar(int x, int y, int height, boolean over, String title) {
	}

	static Trend of(String what, List<Objectives.Measured> measured, Duration promised, Format format) {
		var most = Math.max(1, measured.stream().mapToLong((one) -> one.value().toMillis()).max().orElse(0));
		// What is far above everything would leave nothing to see.
		var top = Math.max(most, Math.min(promised.toMillis(), most * 2));
		var bars = new ArrayList<Bar>();
		for (var one : measured) {
			var height = (int) Math.max(2, HEIGHT * one.value().toMillis() / top);
			bars.add(new Bar(bars.size() * STEP, HEIGHT - height, height, one.value().compareTo(promised) > 0,
					"%s: %s".formatted(format.time(one.at()), format.span(one.value()))));
		}
		var goal = (promised.toMillis() <= top) ? (int) (HEIGHT - HEIGHT * promised.toMillis() / top) : -1;
		return new Trend(bars, goal, label(what, measured, promised, format));
	}

	private static String label(String what, List<Objectives.Measured> measured, Duration promised, Format format) {
		if (measured.isEmpty()) {
			return what + ": nothing was measured yet";
		}
		var last = measured.get(measured.size() - 1).value();
		var longest = measured.stream().map(Objectives.Measured::value).max(Duration::compareTo).orElse(last);
		return "%s: the last %d, newest %s, longest %s, promised %s".formatted(what, measured.size(), format.span(last),
				format.span(longest), format.span(promised));
	}

	public int width() {
		return Math.max(STEP, this.bars.size() * STEP);
	}

}
