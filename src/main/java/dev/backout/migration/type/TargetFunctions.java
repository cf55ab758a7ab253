package dev.backout.migration.type;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Our functions and tables in a target's schema {@code backout}: one implementation for
 * protected changesets, for change types, for formatted SQL, and for people with psql.
 */
public final class TargetFunctions {

	private static final List<String> FILES = List.of("1-journal.sql", "2-columns.sql", "3-tables.sql", "4-rows.sql",
			"5-definitions.sql", "6-facets.sql", "7-retire.sql", "8-objects.sql");

	/** SQL that installs them; may run again at any time. */
	public static final String SQL = read();

	private TargetFunctions() {
	}

	/** Whether a script is this one: rendering may have trimmed it. */
	public static boolean are(String script) {
		return script.length() > SQL.length() / 2 && script.strip().equals(SQL.strip());
	}

	private static String read() {
		var sql = new StringBuilder();
		for (var file : FILES) {
			try (var stream = TargetFunctions.class.getResourceAsStream("/backout/target/" + file)) {
				if (stream == null) {
					throw new IllegalStateException("Missing on the class path: /backout/target/" + file);
				}
				sql.append(new String(stream.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return sql.toString();
	}

}
