package dev.backout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh, empty database for one test class. One embedded server serves the whole build;
 * it is started when first asked for and ends with the JVM.
 */
public final class TestDatabase {

	private final String name;

	private TestDatabase(String name) {
		this.name = name;
	}

	public static TestDatabase create() {
		var name = "t_" + UUID.randomUUID().toString().replace("-", "");
		JdbcClient.create(Server.POSTGRES.getPostgresDatabase()).sql("create database " + name).update();
		return new TestDatabase(name);
	}

	public String name() {
		return this.name;
	}

	public DataSource dataSource() {
		return Server.POSTGRES.getDatabase("postgres", this.name);
	}

	/** The user and the password are {@code postgres}. */
	public String url() {
		return "jdbc:postgresql://127.0.0.1:%d/%s?reWriteBatchedInserts=true".formatted(Server.POSTGRES.getPort(),
				this.name);
	}

	public JdbcClient jdbc() {
		return JdbcClient.create(dataSource());
	}

	/** Removes the database, with force. */
	public void drop() {
		try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
				var statement = connection.createStatement()) {
			statement.execute("drop database if exists " + this.name + " with (force)");
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static final class Server {

		static final EmbeddedPostgres POSTGRES = start();

		private static EmbeddedPostgres start() {
			try {
				return EmbeddedPostgres.builder()
					.setServerConfig("max_connections", "300")
					.setServerConfig("max_prepared_transactions", "10")
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
