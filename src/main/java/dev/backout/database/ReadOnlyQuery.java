package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Parser;

/**
 * One query that somebody wrote, asked of a target without trusting it: a single
 * statement, in a read-only transaction, as a role that can only read where we may take
 * it on, with limits for time, rows and bytes.
 * <p>
 * The query is the body of a cursor: nothing but SELECT, VALUES and TABLE passes there, a
 * second statement is refused before it is sent. What a read-only transaction does not
 * stop, functions with effects elsewhere, is refused before it is asked (see
 * {@link HarmlessCalls}). A function that lies about itself is left to the role: give the
 * target's user no more than it needs.
 */
public final class ReadOnlyQuery {

	/** Role of PostgreSQL that reads every table and may do nothing else. */
	private static final String READER = "pg_read_all_data";

	private static final String LARGEST_ANSWER = "16M";

	private ReadOnlyQuery() {
	}

	/** Is told of the session while it lives, to end it from outside. */
	public interface Holder {

		/** Nobody ends it. */
		Holder NONE = new Holder() {
			@Override
			public void hold(Connection session) {
			}

			@Override
			public void release(Connection session) {
			}
		};

		void hold(Connection session);

		void release(Connection session);

	}

	/**
	 * What the query answered.
	 *
	 * @param columns names, in order
	 * @param rows values as text, up to the limit
	 * @param more whether there were rows beyond the limit
	 */
	public record Answer(List<String> columns, List<List<@Nullable String>> rows, boolean more) {

		/** The one value, or {@code null} unless there is one row of one column. */
		public @Nullable String single() {
			return (this.rows.size() == 1 && this.columns.size() == 1 && !this.more) ? this.rows.get(0).get(0) : null;
		}

	}

	/**
	 * Asks.
	 * @param timeout for the whole query; the server ends it
	 * @param limit of rows to fetch
	 * @throws Rejected {@code sql.not-one-query} if it is not a single query,
	 * {@code target.*} if the target cannot be reached {@code sql.not-read-only} if it
	 * calls what may do more,
	 * @throws SQLException what the server says, {@code 57014} when it took too long
	 */
	public static Answer ask(Target target, String sql, Duration timeout, int limit) throws SQLException {
		return ask(target, sql, timeout, limit, Holder.NONE);
	}

	/** Asks, so that somebody else can end it. */
	public static Answer ask(Target target, String sql, Duration timeout, int limit, Holder holder)
			throws SQLException {
		var query = single(sql);
		var deadline = System.nanoTime() + timeout.toNanos();
		try (var connection = limited(target).open("query")) {
			holder.hold(connection);
			connection.setAutoCommit(false);
			HarmlessCalls.demand(connection, query, left(deadline));
			try (var statement = connection.createStatement()) {
				prepare(statement, left(deadline));
				statement.setQueryTimeout((int) Math.max(1, timeout.plusSeconds(1).toSeconds()));
				statement.execute("declare backout_query no scroll cursor for " + query);
				return fetch(statement, limit);
			}
			finally {
				holder.release(connection);
				connection.rollback();
			}
		}
	}

	/**
	 * Throws if a query would do more than read; does not ask it.
	 * @throws Rejected {@code sql.not-one-query}, {@code sql.not-read-only}
	 */
	public static void vet(Target target, String sql, Duration timeout) throws SQLException {
		var query = single(sql);
		try (var connection = target.open("query")) {
			connection.setAutoCommit(false);
			HarmlessCalls.demand(connection, query, Math.max(1, timeout.toMillis()));
		}
	}

	private static long left(long deadline) throws SQLException {
		var left = (deadline - System.nanoTime()) / 1_000_000;
		if (left <= 0) {
			throw new SQLException("canceling statement due to statement timeout", "57014");
		}
		return left;
	}

	/** The driver gives up an answer that is larger than this. */
	private static Target limited(Target target) {
		var separator = target.url().contains("?") ? "&" : "?";
		return new Target(target.name(), target.url() + separator + "maxResultBuffer=" + LARGEST_ANSWER, target.user(),
				target.password());
	}

	private static void prepare(Statement statement, long millis) throws SQLException {
		statement.execute("""
				set transaction isolation level repeatable read read only;
				set local timezone = 'UTC';
				set local datestyle = 'ISO, YMD';
				set local intervalstyle = 'postgres';
				set local extra_float_digits = 1;
				set local bytea_output = 'hex';
				set local statement_timeout = %1$d;
				set local idle_in_transaction_session_timeout = %1$d""".formatted(millis));
		if (mayRead(statement)) {
			statement.execute("set local role " + READER + "; set local row_security = off");
		}
	}

	private static boolean mayRead(Statement statement) throws SQLException {
		try (var rows = statement.executeQuery("""
				select exists (select from pg_catalog.pg_roles r
					where r.rolname = '%s' and pg_catalog.pg_has_role(current_user, r.oid, 'member'))
				and not (select rolsuper from pg_catalog.pg_roles where rolname = '%1$s')""".formatted(READER))) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

	private static Answer fetch(Statement statement, int limit) throws SQLException {
		try (var result = statement.executeQuery("fetch forward %d from backout_query".formatted(limit + 1))) {
			var meta = result.getMetaData();
			var columns = new ArrayList<String>();
			for (int column = 1; column <= meta.getColumnCount(); column++) {
				columns.add(meta.getColumnLabel(column));
			}
			var rows = new ArrayList<List<@Nullable String>>();
			while (rows.size() < limit && result.next()) {
				var row = new ArrayList<@Nullable String>();
				for (int column = 1; column <= columns.size(); column++) {
					row.add(result.getString(column));
				}
				rows.add(Collections.unmodifiableList(row));
			}
			return new Answer(List.copyOf(columns), rows, result.next());
		}
	}

	private static String single(String sql) {
		try {
			var statements = Parser.parseJdbcSql(sql, true, false, true, false, false);
			if (statements.size() == 1 && statements.get(0).bindPositions.length == 0) {
				return statements.get(0).nativeSql;
			}
			throw new Rejected("sql.not-one-query",
					"The SQL holds %d statements; one query is allowed".formatted(statements.size()));
		}
		catch (SQLException ex) {
			throw new Rejected("sql.not-one-query", "The SQL cannot be read: " + ex.getMessage());
		}
	}

	/** What went wrong, for people: one line and, where there is one, the mend. */
	public static String reason(SQLException ex) {
		return switch (String.valueOf(ex.getSQLState())) {
			case "57014", "25P03" -> "The query took too long and was ended; make it faster or allow it more time";
			case "25006" ->
				"The query tried to change something (%s); checks only read".formatted(firstLine(ex.getMessage()));
			case "42501" -> "The role that asks may not read this (%s); grant it, or ask for less"
				.formatted(firstLine(ex.getMessage()));
			case "P0001", "P0004" -> "A function of the query raised an error of its own";
			default -> String.valueOf(ex.getSQLState()).matches("(22|23|P0).*") ? masked(firstLine(ex.getMessage()))
					: firstLine(ex.getMessage());
		};
	}

	/** What the server quotes about bad data is somebody's data. */
	private static String masked(String message) {
		var quote = message.indexOf('"');
		return (quote < 0) ? message : message.substring(0, quote).strip() + " •••";
	}

	private static String firstLine(@Nullable String message) {
		return String.valueOf(message).lines().findFirst().orElse("no reason given");
	}

}
