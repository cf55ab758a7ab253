package dev.backout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import liquibase.exception.LiquibaseException;
import liquibase.integration.spring.SpringLiquibase;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh, empty database for one test class. One embedded server serves the whole build;
 * it is started when first asked for and ends with the JVM.
 */
public final class TestDatabase {

	/** Held, so that its level lasts. */
	private static final Logger LIQUIBASE_LOG = Logger.getLogger("liquibase");

	private final String name;

	private TestDatabase(String name) {
		this.name = name;
	}

	public static TestDatabase create() {
		var name = "t_" + UUID.randomUUID().toString().replace("-", "");
		JdbcClient.create(Server.POSTGRES.getPostgresDatabase()).sql("create database " + name).update();
		return new TestDatabase(name);
	}

	/** A database with our own schema in it, as the application brings it. */
	public static TestDatabase withSchema() {
		var database = create();
		LIQUIBASE_LOG.setLevel(Level.WARNING);
		var liquibase = new SpringLiquibase();
		liquibase.setDataSource(database.dataSource());
		liquibase.setChangeLog("classpath:/db/changelog/backout.yaml");
		liquibase.setAnalyticsEnabled(false);
		liquibase.setResourceLoader(new DefaultResourceLoader());
		try {
			liquibase.afterPropertiesSet();
		}
		catch (LiquibaseException ex) {
			throw new IllegalStateException(ex);
		}
		return database;
	}

	public String name() {
		return this.name;
	}

	public DataSource dataSource() {
		return Server.POSTGRES.getDatabase("postgres", this.name);
	}

	/** Connections that are used again, for tests that open many. */
	public HikariDataSource pool() {
		var config = new HikariConfig();
		config.setJdbcUrl(url());
		config.setUsername("postgres");
		config.setPassword("postgres");
		config.setMaximumPoolSize(20);
		config.setMinimumIdle(0);
		return new HikariDataSource(config);
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

	private static void close(EmbeddedPostgres server) {
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static final class Server {

		static final EmbeddedPostgres POSTGRES = start();

		private static EmbeddedPostgres start() {
			try {
				var server = EmbeddedPostgres.builder()
					.setRegisterShutdownHook(false)
					.setServerConfig("max_connections", "300")
					.setServerConfig("max_prepared_transactions", "10")
					.start();
				// After every application context, or each would wait for its
				// connections.
				SpringApplication.getShutdownHandlers().add(() -> close(server));
				return server;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
