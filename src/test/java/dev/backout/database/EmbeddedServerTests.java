package dev.backout.database;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The server of a data directory, whose data are worth everything. */
class EmbeddedServerTests {

	@TempDir
	Path directory;

	@Test
	void waitsForTheDiskAndKeepsWhatItWasGiven() throws SQLException {
		try (var server = EmbeddedServer.start(this.directory.resolve("postgres"), 0)) {
			server.ensureDatabase("shop");
			server.ensureDatabase("shop");
			assertThat(
					ask(server, "select current_setting('fsync') || ' ' || current_setting('synchronous_commit') || ' '"
							+ " || current_setting('full_page_writes')"))
				.isEqualTo("on on on");
			ask(server, "create table kept as select 'here' as word; select 1::text");
		}

		try (var server = EmbeddedServer.start(this.directory.resolve("postgres"), 0)) {
			assertThat(ask(server, "select word from kept")).isEqualTo("here");
		}
	}

	private static String ask(EmbeddedServer server, String sql) throws SQLException {
		try (var connection = DriverManager.getConnection(server.url("shop"), "postgres", "postgres");
				var statement = connection.createStatement()) {
			statement.execute(sql);
			while (statement.getResultSet() == null) {
				statement.getMoreResults();
			}
			statement.getResultSet().next();
			return statement.getResultSet().getString(1);
		}
	}

}
