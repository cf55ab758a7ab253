package dev.backout.migration;

import dev.backout.kernel.Rejected;

/** A changelog that cannot be read, or that asks for what is not allowed. */
public class BrokenChangelog extends Rejected {

	public BrokenChangelog(String reason) {
		super("migration.changelog", reason);
	}

}
