package dev.backout.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A session with queries of our own: names are qualified, row security cannot hide rows,
 * and all of it ends within one time-out.
 */
final class Inspection implements AutoCloseable {

	/** Offending rows that are counted; a database with more needs no exact figure. */
	private static final int MOST = 100_000;

	private final Connection connection;

	private final long deadline;

	private final Leash leash;

	private Inspection(Connection connection, long deadline, Leash leash) {
		this.connection = connection;
		this.deadline = deadline;
		this.leash = leash;
		leash.hold(connection);
	}

	/** Reads only, all of it as of one moment. */
	static Inspection reading(Subject subject, Duration timeout) throws SQLException {
		return open(subject, timeout, "set transaction isolation level repeatable read read only");
	}

	/** Sees what others commit meanwhile; nothing is kept. */
	static Inspection current(Subject subject, Duration timeout) throws SQLException {
		return open(subject, timeout, "set transaction isolation level read committed");
	}

	private static Inspection open(Subject subject, Duration timeout, String transaction) throws SQLException {
		var deadline = System.nanoTime() + timeout.toNanos();
		var connection = subject.target().open("check");
		try {
			connection.setAutoCommit(false);
			var inspection = new Inspection(connection, deadline, subject.leash());
			inspection.execute(transaction);
			inspection.execute("set local search_path = ''; set local row_security = off");
			return inspection;
		}
		catch (SQLException ex) {
			subject.leash().release(connection);
			connection.close();
			throw ex;
		}
	}

	/** The connection, with a time-out for what is left; for readers of other modules. */
	Connection connection() throws SQLException {
		limit();
		return this.connection;
	}

	void execute(String sql) throws SQLException {
		limit();
		try (var statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/** Goes on after a statement that failed. */
	void rollbackTo(String savepoint) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute("rollback to savepoint " + savepoint);
		}
	}

	/** All rows, values as text; NULL reads {@code NULL}. */
	List<Map<String, String>> list(String sql) throws SQLException {
		limit();
		var rows = new ArrayList<Map<String, String>>();
		try (var statement = this.connection.createStatement()) {
			statement.setFetchSize(1000);
			statement.setMaxRows(MOST);
			try (var result = statement.executeQuery(sql)) {
				var meta = result.getMetaData();
				while (result.next()) {
					var row = new LinkedHashMap<String, String>();
					for (int column = 1; column <= meta.getColumnCount(); column++) {
						var value = result.getString(column);
						row.put(meta.getColumnLabel(column), (value != null) ? value : "NULL");
					}
					rows.add(row);
				}
			}
		}
		return rows;
	}

	private void limit() throws SQLException {
		var left = (this.deadline - System.nanoTime()) / 1_000_000;
		if (left <= 0) {
			throw new SQLException("canceling statement due to statement timeout", "57014");
		}
		try (var statement = this.connection.createStatement()) {
			statement.execute("set local statement_timeout = " + left);
		}
	}

	@Override
	public void close() throws SQLException {
		try {
			this.connection.rollback();
		}
		finally {
			this.leash.release(this.connection);
			this.connection.close();
		}
	}

}
