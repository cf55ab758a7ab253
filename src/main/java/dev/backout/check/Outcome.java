package dev.backout.check;

/** How a check ended. Only {@link #PASS} is good: what was not measured did not hold. */
public enum Outcome {

	/** The minimum acceptable result is reached. */
	PASS,
	/** Measured, and below the minimum. */
	FAIL,
	/** Asked in time, but there was nothing to measure, or no recorded state. */
	INCONCLUSIVE,
	/** Could not be asked: bad SQL, time-out, unreachable. */
	ERROR

}
