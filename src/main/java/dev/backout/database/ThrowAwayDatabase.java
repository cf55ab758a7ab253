package dev.backout.database;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An empty database on a server of our own. Whoever works in it is no superuser: SQL that
 * nobody has looked at cannot reach this machine's files or programs.
 */
public final class ThrowAwayDatabase implements AutoCloseable {

	private static final String USER = "backout_proof";

	private final EmbeddedServer server;

	private final Target target;

	private ThrowAwayDatabase(EmbeddedServer server, Target target) {
		this.server = server;
		this.target = target;
	}

	/** Starts one. */
	public static ThrowAwayDatabase start() {
		var server = EmbeddedServer.throwAway();
		try {
			return new ThrowAwayDatabase(server,
					new Target("proof", server.url("proof"), USER, Secret.of(prepared(server))));
		}
		catch (SQLException ex) {
			server.close();
			throw new IllegalStateException("The embedded PostgreSQL could not be prepared", ex);
		}
	}

	private static String prepared(EmbeddedServer server) throws SQLException {
		var password = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
		try (var connection = DriverManager.getConnection(server.url("postgres"), "postgres", "postgres");
				var statement = connection.createStatement()) {
			statement.execute("create role %s login createdb createrole password '%s'".formatted(USER, password));
			statement.execute("grant set on parameter session_replication_role to " + USER);
			statement.execute("create database proof owner " + USER);
		}
		return password;
	}

	public Target target() {
		return this.target;
	}

	@Override
	public void close() {
		this.server.close();
	}

}
