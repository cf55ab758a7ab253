package dev.backout.watch;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * One measurement.
 *
 * @param trigger id of the trigger
 * @param at when it was measured
 * @param result what it says
 * @param value the measured figure, if there was one
 * @param evidence one sentence: what was seen, or why nothing was
 */
public record Sample(String trigger, Instant at, Result result, @Nullable Double value, String evidence) {

	/** What a measurement says. */
	public enum Result {

		/** Within the limit. */
		PASS,
		/** Over the limit. */
		FAIL,
		/** There was nothing, or nothing recent, to measure. */
		INCONCLUSIVE,
		/** The question could not be asked. */
		ERROR

	}

}
