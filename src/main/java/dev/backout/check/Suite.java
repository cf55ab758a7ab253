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
 */
public record Suite(String name, int version, String title, List<Check> checks, String digest) {

	public Suite {
		checks = List.copyOf(checks);
	}

}
