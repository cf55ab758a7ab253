package dev.backout.demo;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The shop's database: on the server that our own is on, unless the configuration names
 * another. Known before anything else can ask for it.
 */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoTarget {

	static final String NAME = "shop";

	private final Target target;

	DemoTarget(Targets targets, DataSource dataSource) throws SQLException {
		if (targets.all().stream().noneMatch((known) -> known.name().equals(NAME))) {
			targets.register(beside(dataSource));
			ensureDatabase(JdbcClient.create(dataSource));
		}
		this.target = targets.named(NAME);
	}

	Target target() {
		return this.target;
	}

	/** Whether this part of the demo has been done, once and for all. */
	boolean done(String part) throws SQLException {
		try (var connection = this.target.open("demo")) {
			return done(connection, part);
		}
	}

	/** Does a part of the demo in one transaction, unless it has been done. */
	void once(String part, Work work) throws SQLException {
		try (var connection = this.target.open("demo")) {
			connection.setAutoCommit(false);
			if (!done(connection, part)) {
				work.on(connection);
				try (var mark = connection.prepareStatement("insert into ops.demo_part (name) values (?)")) {
					mark.setString(1, part);
					mark.executeUpdate();
				}
			}
			connection.commit();
		}
	}

	private static boolean done(Connection connection, String part) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("create schema if not exists ops");
			statement.execute("create table if not exists ops.demo_part (name text primary key)");
		}
		try (var find = connection.prepareStatement("select exists (select from ops.demo_part where name = ?)")) {
			find.setString(1, part);
			try (var rows = find.executeQuery()) {
				rows.next();
				return rows.getBoolean(1);
			}
		}
	}

	/** Something to do in the shop's database. */
	interface Work {

		void on(Connection connection) throws SQLException;

	}

	private static Target beside(DataSource dataSource) throws SQLException {
		var own = dataSource.unwrap(HikariDataSource.class);
		var address = new Target(NAME, own.getJdbcUrl(), own.getUsername(), Secret.of(own.getPassword()));
		return address.at(NAME);
	}

	private static void ensureDatabase(JdbcClient server) {
		var there = server.sql("select exists (select from pg_database where datname = :name)")
			.param("name", NAME)
			.query(Boolean.class)
			.single();
		if (!there) {
			try {
				server.sql("create database " + NAME).update();
			}
			catch (org.springframework.dao.DataAccessException ex) {
				throw new Rejected("demo.database",
						"The demo's database 'shop' cannot be created (%s): let the user create databases, or start without --backout.demo.enabled"
							.formatted(ex.getMostSpecificCause().getMessage()));
			}
		}
	}

}
