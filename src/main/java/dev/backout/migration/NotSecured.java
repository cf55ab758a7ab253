package dev.backout.migration;

import java.util.Collection;

import dev.backout.kernel.Rejected;

/** A changeset would change tables that the backup before it does not have. */
final class NotSecured extends Rejected {

	NotSecured(String what, String backup, Collection<String> tables) {
		super("migration.not-secured",
				"%s changes %s, which backup '%s' does not have: take one of the whole database, or seal the plan again"
					.formatted(what, String.join(", ", tables), backup));
	}

}
