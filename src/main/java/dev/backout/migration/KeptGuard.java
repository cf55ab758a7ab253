package dev.backout.migration;

import java.sql.SQLException;

import dev.backout.migration.Protection.Kept;

/**
 * Sees to it that no statement takes along what earlier changesets set aside. The server
 * itself says what a statement takes: what is kept is read before and after.
 */
final class KeptGuard {

	private final TargetCatalog catalog;

	KeptGuard(TargetCatalog catalog) {
		this.catalog = catalog;
	}

	/** Something that runs a statement and says how it goes back. */
	@FunctionalInterface
	interface Work {

		Kept run() throws SQLException;

	}

	/**
	 * Runs the statement.
	 * @throws ApplyRefused naming what is kept and would be gone; the transaction that
	 * the statement ran in has to be rolled back
	 */
	Kept around(StatementText sql, Work work) throws SQLException {
		if (!reachesFar(sql)) {
			return work.run();
		}
		var before = this.catalog.one("select backout.kept_parts()");
		var kept = work.run();
		var lost = this.catalog.strings("select backout.kept_lost(%s::jsonb)".formatted(Protection.literal(before)));
		if (!lost.isEmpty()) {
			throw new ApplyRefused(
					"'%s' would take along what an earlier changeset set aside: %s%s. Drop what else needs it in a statement of its own before, then what is kept alone needs is set aside with it; or let the kept things go first"
						.formatted(Protection.abbreviated(sql.text()),
								String.join(", ", lost.subList(0, Math.min(lost.size(), 5))),
								(lost.size() > 5) ? " and %d more".formatted(lost.size() - 5) : ""));
		}
		return kept;
	}

	/** Whether it may destroy parts of things that it does not name. */
	static boolean reachesFar(StatementText sql) {
		if (sql.startsWith("drop")) {
			return sql.contains("cascade") || sql.contains("owned");
		}
		return (sql.startsWith("alter", "type") && sql.contains("attribute"))
				|| ((sql.startsWith("do") || sql.startsWith("call")) && sql.text().matches("(?is).*\\bcascade\\b.*"));
	}

}
