package dev.backout.desk.api;

import dev.backout.kernel.Checks;

/** How much may be asked for at once. */
final class Limits {

	private Limits() {
	}

	static int within(int limit, int most) {
		Checks.check(limit >= 1 && limit <= most, () -> "'limit' is between 1 and %d, not %d".formatted(most, limit));
		return limit;
	}

}
