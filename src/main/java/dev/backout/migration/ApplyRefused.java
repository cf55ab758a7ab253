package dev.backout.migration;

import dev.backout.kernel.Rejected;

/** An update was refused before anything was touched. */
public class ApplyRefused extends Rejected {

	public ApplyRefused(String reason) {
		super("migration.refused", reason);
	}

}
