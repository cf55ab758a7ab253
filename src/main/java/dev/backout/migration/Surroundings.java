package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What a changeset may set for its session and must not leave to the next one, nor to
 * Liquibase's history: dumps begin with an empty search path, for instance.
 *
 * @param values by the order of {@link #NAMES}
 */
record Surroundings(List<String> values) {

	private static final List<String> NAMES = List.of("search_path", "lock_timeout", "statement_timeout",
			"default_transaction_read_only", "session_replication_role", "row_security", "check_function_bodies",
			"standard_conforming_strings", "client_min_messages", "default_tablespace", "default_table_access_method",
			"xmloption", "role");

	private static final String READ = "select array["
			+ String.join(", ", NAMES.stream().map((name) -> "pg_catalog.current_setting('" + name + "')").toList())
			+ "]";

	static Surroundings of(Connection connection) throws SQLException {
		try (var statement = connection.prepareStatement(READ); var rows = statement.executeQuery()) {
			rows.next();
			return new Surroundings(List.of((String[]) rows.getArray(1).getArray()));
		}
	}

	/**
	 * Nothing happens in a transaction that failed: its end puts all back.
	 * @return whether it is put back
	 */
	boolean putBack(Connection connection) throws SQLException {
		if (failed(connection)) {
			return false;
		}
		var now = of(connection);
		for (var index = 0; index < NAMES.size(); index++) {
			if (!now.values().get(index).equals(this.values.get(index))) {
				try (var set = connection.prepareStatement("select pg_catalog.set_config(?, ?, false)")) {
					set.setString(1, NAMES.get(index));
					set.setString(2, this.values.get(index));
					set.executeQuery().close();
				}
			}
		}
		return true;
	}

	/** Whether nothing more can happen in its transaction. */
	static boolean failed(Connection connection) throws SQLException {
		return connection.isClosed() || connection.unwrap(org.postgresql.core.BaseConnection.class)
			.getTransactionState() == org.postgresql.core.TransactionState.FAILED;
	}

}
