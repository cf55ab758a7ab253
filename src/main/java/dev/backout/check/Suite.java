package dev.backout.check;

import java.util.List;

/**
 * A named, versioned set of checks.
 *
 * @param name as releases and playbooks refer to it
 * @param version counts up with every change
 * @param title as people read it
 * @param checks in the order in which they run
 * @param digest SHA-256 of the file, kept with every result
 * @param text the file as it was read
 */
public record Suite(String name, int version, String title, List<Check> checks, String digest, String text) {

	public Suite {
		checks = List.copyOf(checks);
	}

}
