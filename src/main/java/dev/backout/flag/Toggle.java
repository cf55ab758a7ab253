package dev.backout.flag;

import java.time.Instant;

/**
 * What became of an attempt to change a flag.
 *
 * @param flag its key
 * @param at when
 * @param actor who asked
 * @param on the state asked for
 * @param percentage the percentage asked for
 * @param result what became of it
 * @param reason for people: what the probe saw
 */
public record Toggle(String flag, Instant at, String actor, boolean on, int percentage, Result result, String reason) {

	/** Whether the flag is now as it was asked for. */
	public boolean done() {
		return this.result == Result.CHANGED || this.result == Result.UNCHANGED;
	}

	/** What became of it. */
	public enum Result {

		/** Changed, and healthy afterwards. */
		CHANGED,
		/** It was so already. */
		UNCHANGED,
		/** Changed, found unhealthy, and changed back. */
		REVERTED,
		/** Not changed: it was unhealthy before, and more of it can not help. */
		REFUSED

	}

}
