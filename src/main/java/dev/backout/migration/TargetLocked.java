package dev.backout.migration;

import dev.backout.kernel.Rejected;

/** Somebody else holds the database's changelog, or its tables; never forced. */
public class TargetLocked extends Rejected {

	public TargetLocked(String reason) {
		super("migration.locked", reason);
	}

}
