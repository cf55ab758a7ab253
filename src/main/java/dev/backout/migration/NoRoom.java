package dev.backout.migration;

import dev.backout.kernel.Rejected;

/**
 * The disk of the target's server has less room than what is to be kept, or given back,
 * will take; nothing was touched.
 */
public class NoRoom extends Rejected {

	public NoRoom(String reason) {
		super("migration.no-room", reason);
	}

}
