package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads a schema from the catalogue, one query per kind of object.
 * <p>
 * Liquibase's snapshot sees 21 of 59 kinds of change and takes minutes for 500 tables;
 * the catalogue shows all of them in half a second.
 */
final class SchemaLines {

	private SchemaLines() {
	}

	static SortedSet<SchemaLine> read(Connection connection, Scope scope) {
		try (var pinned = PinnedSession.on(connection)) {
			var lines = new TreeSet<SchemaLine>();
			collect(connection, scope, (owner, line) -> lines.add(line));
			return lines;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The schema cannot be read: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Of a pinned session. All in one message: thirty round trips would take longer than
	 * the queries.
	 * @param lines hears each with the number of the relation that it is of, or 0
	 */
	static void collect(Connection connection, Scope scope, Hearer lines) throws SQLException {
		var version = connection.getMetaData().getDatabaseMajorVersion();
		try (var statement = connection.createStatement()) {
			for (var more = statement.execute(
					String.join(";\n", SchemaQueries.of(scope, version))); more; more = statement.getMoreResults()) {
				try (var rows = statement.getResultSet()) {
					var owned = rows.getMetaData().getColumnCount() == 4;
					while (rows.next()) {
						lines.accept(owned ? rows.getLong(4) : 0, line(rows));
					}
				}
			}
		}
	}

	static SchemaLine line(ResultSet rows) throws SQLException {
		var detail = rows.getString(3);
		return new SchemaLine(rows.getString(1), rows.getString(2), (detail != null) ? detail : "");
	}

	/** Hears a line and whose it is. */
	@FunctionalInterface
	interface Hearer {

		void accept(long owner, SchemaLine line);

	}

}
