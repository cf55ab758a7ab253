package dev.backout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import javax.sql.DataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Some of our own tables, straight from their change files, for tests of one module. */
public final class OwnTables {

	private OwnTables() {
	}

	/**
	 * Makes them and gives a pooled data source.
	 * @param changes names of files under {@code db/changelog/changes}, without ending
	 */
	public static DataSource in(TestDatabase database, String... changes) {
		var pool = database.pool();
		in(pool, changes);
		return pool;
	}

	/** Makes them in any database. */
	public static void in(DataSource source, String... changes) {
		var jdbc = JdbcClient.create(source);
		jdbc.sql("create schema if not exists backout").update();
		for (var name : changes) {
			jdbc.sql(text(name)).update();
		}
	}

	private static String text(String name) {
		try {
			return new ClassPathResource("db/changelog/changes/" + name + ".sql")
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
