package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import org.jspecify.annotations.Nullable;

/** Outside of a transaction there is nothing to go back to, and no need. */
final class Savepoints {

	private Savepoints() {
	}

	static @Nullable Savepoint set(Connection connection) throws SQLException {
		return connection.getAutoCommit() ? null : connection.setSavepoint();
	}

	static void release(Connection connection, @Nullable Savepoint savepoint) throws SQLException {
		if (savepoint != null) {
			connection.releaseSavepoint(savepoint);
		}
	}

	static void rollback(Connection connection, @Nullable Savepoint savepoint) throws SQLException {
		if (savepoint != null) {
			connection.rollback(savepoint);
		}
	}

}
