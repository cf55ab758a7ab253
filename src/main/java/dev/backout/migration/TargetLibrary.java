package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

import dev.backout.kernel.Digests;
import dev.backout.migration.type.TargetFunctions;

/** Brings our functions into a target. */
final class TargetLibrary {

	private static final String VERSION = "Backout " + Digests.sha256Hex(TargetFunctions.SQL).substring(0, 16);

	private TargetLibrary() {
	}

	/**
	 * Installs them where they, or the schema for what is kept, are missing or of another
	 * version; in the caller's transaction.
	 */
	static void install(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery("""
					select pg_catalog.obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace
					where nspname = 'backout' and to_regnamespace('backout_stash') is not null""")) {
				if (rows.next() && VERSION.equals(rows.getString(1))) {
					return;
				}
			}
			statement.execute("set local client_min_messages = warning");
			statement.execute(TargetFunctions.SQL);
			statement.execute("comment on schema backout is " + Protection.literal(VERSION));
		}
	}

}
