package dev.backout.migration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import dev.backout.kernel.Digests;

/**
 * Our functions and tables in a target's schema {@code backout}: one implementation for
 * protected changesets, for change types, for formatted SQL, and for people with psql.
 */
final class TargetLibrary {

	private static final List<String> FILES = List.of("1-journal.sql", "2-columns.sql", "3-tables.sql", "4-rows.sql",
			"5-definitions.sql", "6-facets.sql", "7-retire.sql");

	/** SQL that installs it; may run again at any time. */
	static final String SQL = read();

	private static final String VERSION = "Backout " + Digests.sha256Hex(SQL).substring(0, 16);

	private TargetLibrary() {
	}

	/**
	 * Installs it where it is missing or another version; in the caller's transaction.
	 */
	static void install(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery("""
					select pg_catalog.obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace
					where nspname = 'backout'""")) {
				if (rows.next() && VERSION.equals(rows.getString(1))) {
					return;
				}
			}
			statement.execute("set local client_min_messages = warning");
			statement.execute(SQL);
			statement.execute("comment on schema backout is " + Protection.literal(VERSION));
		}
	}

	private static String read() {
		var sql = new StringBuilder();
		for (var file : FILES) {
			try (var stream = TargetLibrary.class.getResourceAsStream("/backout/target/" + file)) {
				if (stream == null) {
					throw new IllegalStateException("Missing on the class path: /backout/target/" + file);
				}
				sql.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return sql.toString();
	}

}
