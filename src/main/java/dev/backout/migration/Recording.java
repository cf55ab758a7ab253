package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;

import dev.backout.fingerprint.SchemaRecord;

/**
 * Writes down in a target what its changelog has made of the schema: what differs from
 * that later was changed by somebody else.
 */
final class Recording {

	private final Connection connection;

	private final MigrationOptions options;

	private final SchemaRecord before;

	private Recording(Connection connection, MigrationOptions options) throws SQLException {
		this.connection = connection;
		this.options = options;
		this.before = SchemaRecord.before(connection, halfDone(connection));
	}

	/**
	 * Does work that moves the changelog's history, with one changelog or several. Also
	 * what was done before something broke is written down. In auto-commit.
	 */
	static <T> T around(Connection connection, String owner, Supplier<T> work) throws SQLException {
		var recording = new Recording(connection, MigrationOptions.of("record").ownedBy(owner));
		T result;
		try {
			result = work.get();
		}
		catch (RuntimeException ex) {
			recording.endAfter(ex);
			throw ex;
		}
		recording.end();
		return result;
	}

	/** Before things of ours are let go, which no changelog tells. In auto-commit. */
	static SchemaRecord beforeLettingGo(Connection connection) throws SQLException {
		return SchemaRecord.before(connection, halfDone(connection));
	}

	/** Somebody else at work makes a state of which nothing is known. */
	private void end() throws SQLException {
		var settings = SessionSettings.of(this.connection, this.options);
		try (var lock = HistoryLock.take(this.connection, this.options)) {
			this.before.changed(this.connection);
		}
		catch (TargetLocked ex) {
			return;
		}
		finally {
			settings.close();
		}
	}

	private void endAfter(RuntimeException failure) {
		try {
			if (this.connection.isValid(1)) {
				end();
			}
		}
		catch (SQLException | RuntimeException ex) {
			failure.addSuppressed(ex);
		}
	}

	/** Whether a changeset was cut short here. In auto-commit. */
	static boolean halfDone(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery("select to_regclass('backout.change_run') is not null")) {
				rows.next();
				if (!rows.getBoolean(1)) {
					return false;
				}
			}
			try (var rows = statement
				.executeQuery("select exists (select from backout.change_run where state = 'BEGUN')")) {
				rows.next();
				return rows.getBoolean(1);
			}
		}
	}

}
