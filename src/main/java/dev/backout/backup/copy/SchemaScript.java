package dev.backout.backup.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.kernel.Checks;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;

/**
 * The statements that build a schema: those before the rows and those after.
 * <p>
 * Read from the catalogue in the order of kinds. The order among objects that need each
 * other is found by building once: what fails is tried again after the others, until
 * nothing moves any more; {@link #build} gives the order that worked.
 *
 * @param before types, functions, tables, views
 * @param after indexes, constraints, triggers, owners, grants
 */
public record SchemaScript(List<String> before, List<String> after) {

	private static final String SESSION = """
			set search_path = ''; set check_function_bodies = off; set client_min_messages = error;
			set statement_timeout = 0; set lock_timeout = '30s'; set idle_in_transaction_session_timeout = 0""";

	public SchemaScript {
		before = List.copyOf(before);
		after = List.copyOf(after);
	}

	/** Reads the schema in the caller's transaction; the session must be pinned. */
	public static Draft read(Connection connection) throws SQLException {
		var version = connection.getMetaData().getDatabaseMajorVersion();
		return new Draft(collect(connection, ScriptQueries.before(version)),
				collect(connection, ScriptQueries.after(version)), collect(connection, ScriptQueries.last(version)),
				hollow(connection, ScriptQueries.hollowViews(version)));
	}

	private static Map<String, String> hollow(Connection connection, String query) throws SQLException {
		var views = new LinkedHashMap<String, String>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
			while (rows.next()) {
				views.put(rows.getString(1).replaceFirst(" as $", ""), rows.getString(2));
			}
		}
		return views;
	}

	private static List<String> collect(Connection connection, List<String> queries) throws SQLException {
		var statements = new ArrayList<String>();
		for (var query : queries) {
			try (var statement = connection.createStatement(); var rows = statement.executeQuery(query)) {
				while (rows.next()) {
					var sql = rows.getString(1);
					if (sql != null) {
						statements.add(sql);
					}
				}
			}
			catch (SQLException ex) {
				throw new SQLException("%s in: %s".formatted(ex.getMessage(), query), ex);
			}
		}
		return statements;
	}

	/**
	 * Builds the schema without rows in an empty database.
	 * @return what worked, in the order that worked, and what did not
	 */
	public static Built build(Draft draft, Connection empty) throws SQLException {
		try (var statement = plain(empty)) {
			statement.execute(SESSION);
			var failed = new LinkedHashMap<String, String>();
			var before = untilNothingMoves(statement, draft.before(), failed);
			var after = untilNothingMoves(statement, joined(failed.keySet(), draft.after()), failed);
			if (!failed.isEmpty()) {
				after.addAll(untilNothingMoves(statement, hollowFirst(failed.keySet(), draft.hollow()), failed));
			}
			after.addAll(untilNothingMoves(statement, joined(failed.keySet(), draft.last()), failed));
			return new Built(new SchemaScript(before, after), new TreeMap<>(failed));
		}
	}

	private static List<String> joined(Collection<String> some, Collection<String> others) {
		var all = new ArrayList<>(some);
		all.addAll(others);
		return all;
	}

	/**
	 * A view and a function that need each other are made as one makes a circle by hand:
	 * a view that has the columns and no more, the function, then the view as it is.
	 */
	private static List<String> hollowFirst(Collection<String> failed, Map<String, String> hollow) {
		var statements = new ArrayList<String>();
		var rest = new ArrayList<String>();
		for (var sql : failed) {
			var view = hollow.entrySet()
				.stream()
				.filter((entry) -> sql.startsWith(entry.getKey() + " as ")
						|| sql.startsWith(entry.getKey() + " with ("))
				.findFirst();
			view.ifPresent((entry) -> statements.add(entry.getValue()));
			rest.add(view.isPresent() ? sql.replaceFirst("^create view ", "create or replace view ") : sql);
		}
		statements.addAll(rest);
		return statements;
	}

	private static List<String> untilNothingMoves(Statement statement, List<String> wanted, Map<String, String> failed)
			throws SQLException {
		var done = new ArrayList<String>();
		var open = wanted;
		while (!open.isEmpty()) {
			failed.clear();
			for (var sql : open) {
				try {
					statement.execute(sql);
					done.add(sql);
				}
				catch (SQLException ex) {
					if (statement.getConnection().isClosed()) {
						throw ex;
					}
					failed.put(sql, String.valueOf(ex.getMessage()));
				}
			}
			if (failed.size() == open.size()) {
				break;
			}
			open = List.copyOf(failed.keySet());
			if (open.isEmpty()) {
				break;
			}
		}
		return done;
	}

	/**
	 * Prepares a session for {@link #run}. Nobody waits for single commits of a database
	 * that is still being built: the renaming at the end forces all of them.
	 */
	public static void prepare(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute(SESSION);
			statement.execute(
					"""
							set synchronous_commit = off;
							select pg_catalog.set_config('maintenance_work_mem', greatest(262144,
								pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) / 1024)::text, false)""");
		}
	}

	/** Executes statements of a script that has been built once. */
	public static void run(List<String> statements, Connection connection) throws SQLException {
		try (var statement = plain(connection)) {
			for (var sql : statements) {
				try {
					statement.execute(sql);
				}
				catch (SQLException ex) {
					throw new SQLException("%s in: %s".formatted(ex.getMessage(), sql), ex.getSQLState(), ex);
				}
			}
		}
	}

	/**
	 * Sends text as it is: the driver would look for its own escapes in it, and part it
	 * at semicolons that belong to a function's body.
	 */
	static Statement plain(Connection connection) throws SQLException {
		connection.unwrap(BaseConnection.class).getQueryExecutor().setPreferQueryMode(PreferQueryMode.SIMPLE);
		var statement = connection.createStatement();
		statement.setEscapeProcessing(false);
		return statement;
	}

	/**
	 * As a file that {@code psql} can run as well: statements parted by a line that
	 * occurs in none of them.
	 */
	public static String toText(List<String> statements) {
		var mark = "-- next";
		while (contains(statements, mark)) {
			mark = mark + "_";
		}
		var text = new StringBuilder(mark).append('\n').append(SESSION).append(";\n");
		for (var sql : statements) {
			text.append(mark).append('\n').append(sql).append(";\n");
		}
		return text.toString();
	}

	private static boolean contains(List<String> statements, String mark) {
		return statements.stream().anyMatch((sql) -> sql.lines().anyMatch(mark::equals));
	}

	/** Reads what {@link #toText} wrote. */
	public static List<String> parse(String text) {
		var end = text.indexOf('\n');
		Checks.check(end > 0, () -> "Not a schema script");
		var mark = text.substring(0, end + 1);
		var statements = new ArrayList<String>();
		var parts = text.substring(mark.length()).split(";\n" + java.util.regex.Pattern.quote(mark), -1);
		for (int i = 1; i < parts.length; i++) {
			statements.add((i < parts.length - 1) ? parts[i] : parts[i].substring(0, parts[i].length() - 2));
		}
		return statements;
	}

	/**
	 * A schema as it was read, in the order of kinds.
	 *
	 * @param before types, functions, tables, views
	 * @param after indexes, constraints, triggers, owners, grants
	 * @param last what would change what is made after it
	 * @param hollow by the start of a view's statement, the statement for one that has
	 * its columns only
	 */
	public record Draft(List<String> before, List<String> after, List<String> last, Map<String, String> hollow) {
	}

	/**
	 * What came of building a schema.
	 *
	 * @param script statements in an order that works
	 * @param failed statements that do not, with the server's reason
	 */
	public record Built(SchemaScript script, Map<String, String> failed) {
	}

}
