package dev.backout.run;

import java.util.UUID;

import dev.backout.kernel.Rejected;

/** Identifies one execution of a playbook. */
public record RunId(UUID value) {

	public static RunId next() {
		return new RunId(UUID.randomUUID());
	}

	/**
	 * Reads the id as pages and the command line give it.
	 * @throws Rejected {@code run.unknown} when it is none
	 */
	public static RunId of(String text) {
		try {
			return new RunId(UUID.fromString(text));
		}
		catch (IllegalArgumentException ex) {
			throw new Rejected("run.unknown", "There is no run '%s'".formatted(text));
		}
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
