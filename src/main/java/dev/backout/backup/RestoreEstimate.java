package dev.backout.backup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a restore should take, from earlier ones, corrected by size.
 *
 * @param expected most likely
 * @param low nine of ten take longer
 * @param high nine of ten take less
 * @param source what it was made from, in words
 */
public record RestoreEstimate(Duration expected, Duration low, Duration high, String source) {

	/** The newest count most: each older drill weighs this much less. */
	private static final double FADE = 0.8;

	private static final int NEWEST = 20;

	/** Of compressed bytes, on an ordinary machine with two connections. */
	private static final double USUAL_BYTES_PER_MILLI = 8_000;

	private static final double USUAL_MILLIS = 800;

	/** How far off it may be before anything was measured: machines differ that much. */
	private static final int UNKNOWN = 5;

	/** However even the drills were, no machine is more exact. */
	private static final double LEAST_SPREAD = 0.2;

	/**
	 * A restore that was measured.
	 *
	 * @param bytes size of the backup in the store
	 * @param took until it could be used
	 */
	public record Drill(long bytes, Duration took) {
	}

	/**
	 * Estimates.
	 * @param drills newest first
	 * @param bytes size of the backup in the store
	 */
	static RestoreEstimate of(List<Drill> drills, long bytes) {
		var known = drills.stream().filter((drill) -> drill.took().toMillis() > 0).limit(NEWEST).toList();
		if (known.isEmpty()) {
			var usual = USUAL_MILLIS + bytes / USUAL_BYTES_PER_MILLI;
			return new RestoreEstimate(millis(usual), millis(usual / UNKNOWN), millis(usual * UNKNOWN),
					"%s at the usual rate, which may be off by a factor of %d; no restore was measured yet"
						.formatted(size(bytes), UNKNOWN));
		}
		var line = Line.through(known);
		var ratios = known.stream().map((drill) -> drill.took().toMillis() / line.at(drill.bytes())).sorted().toList();
		// Few drills agree by chance.
		var spread = LEAST_SPREAD * (1 + 2.0 / known.size()) * Math.max(1, Math.log10(1 + 9 * line.beyond(bytes)));
		var expected = line.at(bytes);
		return new RestoreEstimate(millis(expected),
				millis(expected * Math.min(quantile(ratios, 0.1), 1 / (1 + spread))),
				millis(expected * Math.max(quantile(ratios, 0.9), 1 + spread)),
				"from %d measured restore%s of %s to %s".formatted(known.size(), (known.size() > 1) ? "s" : "",
						size(known.stream().mapToLong(Drill::bytes).min().orElse(0)), size(line.most())));
	}

	private static double quantile(List<Double> sorted, double part) {
		return sorted.get((int) Math.round(part * (sorted.size() - 1)));
	}

	private static Duration millis(double millis) {
		return Duration.ofMillis(Math.max(1, Math.round(millis)));
	}

	private static String size(long bytes) {
		return (bytes < 10_000_000) ? "%d kB".formatted(bytes / 1000) : "%d MB".formatted(bytes / 1_000_000);
	}

	/**
	 * Time over size.
	 *
	 * @param fixed milliseconds whatever the size
	 * @param perByte milliseconds
	 * @param most the largest size that was measured
	 */
	private record Line(double fixed, double perByte, long most) {

		static Line through(List<Drill> drills) {
			var weights = new ArrayList<Double>();
			double sum = 0;
			double x = 0;
			double y = 0;
			for (int i = 0; i < drills.size(); i++) {
				weights.add(Math.pow(FADE, i));
				sum += weights.get(i);
				x += weights.get(i) * drills.get(i).bytes();
				y += weights.get(i) * drills.get(i).took().toMillis();
			}
			x /= sum;
			y /= sum;
			double xx = 0;
			double xy = 0;
			for (int i = 0; i < drills.size(); i++) {
				var dx = drills.get(i).bytes() - x;
				xx += weights.get(i) * dx * dx;
				xy += weights.get(i) * dx * (drills.get(i).took().toMillis() - y);
			}
			var most = drills.stream().mapToLong(Drill::bytes).max().orElse(0);
			var sizesDiffer = xx / sum > 0.04 * x * x;
			var slope = xy / Math.max(xx, 1);
			if (sizesDiffer && slope > 0 && y - slope * x > 0) {
				return new Line(y - slope * x, slope, most);
			}
			// All of one size: some of the time is the same for every size.
			var fixed = Math.min(USUAL_MILLIS, y / 2);
			return new Line(fixed, Math.max(y - fixed, 0.05 * y) / Math.max(x, 1), most);
		}

		double at(long bytes) {
			return Math.max(1, this.fixed + this.perByte * bytes);
		}

		/** How many times larger than anything that was measured; at least 1. */
		double beyond(long bytes) {
			return Math.max(1, (double) bytes / Math.max(1, this.most));
		}

	}

}
