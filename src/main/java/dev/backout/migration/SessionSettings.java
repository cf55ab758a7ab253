package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a session needs set, and what it was before. Set in auto-commit: a rollback would
 * undo it.
 */
final class SessionSettings {

	private final Connection connection;

	private final Map<String, String> former = new LinkedHashMap<>();

	private final boolean autoCommit;

	private SessionSettings(Connection connection, boolean autoCommit) {
		this.connection = connection;
		this.autoCommit = autoCommit;
	}

	static SessionSettings of(Connection connection, MigrationOptions options) throws SQLException {
		var settings = new SessionSettings(connection, connection.getAutoCommit());
		if (!connection.getAutoCommit()) {
			connection.rollback();
			connection.setAutoCommit(true);
		}
		settings.set("default_transaction_read_only", "off");
		settings.set("lock_timeout", options.lockTimeout().toMillis() + "ms");
		settings.set("statement_timeout", options.statementTimeout().toMillis() + "ms");
		return settings;
	}

	private void set(String name, String value) throws SQLException {
		try (var read = this.connection
			.prepareStatement("select pg_catalog.current_setting(?), pg_catalog.set_config(?, ?, false)")) {
			read.setString(1, name);
			read.setString(2, name);
			read.setString(3, value);
			try (var rows = read.executeQuery()) {
				rows.next();
				this.former.putIfAbsent(name, rows.getString(1));
			}
		}
	}

	void close() throws SQLException {
		for (var setting : Map.copyOf(this.former).entrySet()) {
			set(setting.getKey(), setting.getValue());
		}
		this.connection.setAutoCommit(this.autoCommit);
	}

}
