package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Statements that run outside of a transaction and were announced, but not confirmed: did
 * they happen? The catalog knows.
 */
final class InDoubt {

	private InDoubt() {
	}

	/** Whether it is through; if it is half done, what is there of it is removed. */
	static boolean settle(Connection connection, String text) throws SQLException {
		var sql = StatementText.split(text).get(0);
		var cursor = sql.cursor();
		if (cursor.accept("create", "index", "concurrently")
				|| cursor.accept("create", "unique", "index", "concurrently")) {
			cursor.accept("if", "not", "exists");
			return index(connection, created(cursor, text));
		}
		if (cursor.accept("drop", "index", "concurrently")) {
			cursor.accept("if", "exists");
			return !present(connection, cursor.name().orElse(""));
		}
		if (sql.startsWith("vacuum") || sql.startsWith("reindex")) {
			return false;
		}
		throw new ApplyRefused(
				"It is not known whether this happened before the interruption, and it cannot be looked up; do it or undo it by hand, then mark it DONE in backout.statement_run: %s"
					.formatted(Protection.abbreviated(text)));
	}

	private static String created(StatementText.Cursor cursor, String text) {
		if (cursor.sees("on")) {
			throw new ApplyRefused("An index without a name cannot be looked up after an interruption: "
					+ Protection.abbreviated(text));
		}
		var name = cursor.name().orElse("");
		cursor.accept("on");
		cursor.accept("only");
		var table = cursor.name().orElse("");
		return table.contains(".") ? table.substring(0, table.lastIndexOf('.') + 1) + name : name;
	}

	/** A valid one is done; an INVALID one is what an interrupted build leaves. */
	private static boolean index(Connection connection, String name) throws SQLException {
		try (var find = connection
			.prepareStatement("select indisvalid from pg_catalog.pg_index where indexrelid = to_regclass(?)")) {
			find.setString(1, name);
			try (var rows = find.executeQuery()) {
				if (!rows.next()) {
					return false;
				}
				if (rows.getBoolean(1)) {
					return true;
				}
			}
		}
		try (var drop = connection.createStatement()) {
			drop.execute("drop index concurrently " + name);
		}
		return false;
	}

	private static boolean present(Connection connection, String name) throws SQLException {
		try (var find = connection.prepareStatement("select to_regclass(?) is not null")) {
			find.setString(1, name);
			try (var rows = find.executeQuery()) {
				rows.next();
				return rows.getBoolean(1);
			}
		}
	}

}
