package dev.backout.flag;

import java.time.Duration;

/** What a flag is for, and so how long it may live before it counts as forgotten. */
public enum FlagType {

	/** Hides unfinished or risky work until it has proven itself. */
	RELEASE(Duration.ofDays(40)),
	/** Splits users to learn something. */
	EXPERIMENT(Duration.ofDays(40)),
	/** Lets operators trade a feature for stability. */
	OPERATIONAL(Duration.ofDays(7)),
	/** Switches something off in an emergency; kept for ever. */
	KILL_SWITCH(Duration.ofDays(36500));

	private final Duration expectedLife;

	FlagType(Duration expectedLife) {
		this.expectedLife = expectedLife;
	}

	public Duration expectedLife() {
		return this.expectedLife;
	}

}
