package dev.backout.run;

import java.time.Duration;

/**
 * How long a whole run should take.
 *
 * @param time from the declaration to the end when {@code runs} tell, else the machine's
 * work alone
 * @param runs how many earlier runs it is the median of; 0 when there were none
 */
public record Expectation(Duration time, int runs) {

	/** Whether it counts how long people take to answer. */
	public boolean withPeople() {
		return this.runs > 0;
	}

}
