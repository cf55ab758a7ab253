package dev.backout.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;

/**
 * A JVM of its own that applies or reverts everything and dies, as by {@code kill -9},
 * just before the statement that begins like its last argument.
 */
final class Killed {

	static final int HALTED = 137;

	private Killed() {
	}

	/** Runs it; the exit code tells whether it died. */
	static int before(Shop shop, String direction, String statement) throws Exception {
		var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Killed.class.getName(),
				shop.database.url(), shop.directory.toString(), shop.top(), direction, statement)
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		return process.waitFor();
	}

	public static void main(String[] arguments) throws Exception {
		var listener = new MigrationListener() {
			@Override
			public void runs(ChangesetId changeset, String sql) {
				halt(sql, arguments[4]);
			}

			@Override
			public void ends(ChangesetId changeset, Direction direction, Connection connection) {
				halt("end of " + changeset.id(), arguments[4]);
			}
		};
		try (var connection = DriverManager.getConnection(arguments[0], "postgres", "postgres");
				var session = MigrationSession.open(connection,
						new ChangelogSource(Path.of(arguments[1]), arguments[2]),
						MigrationOptions.of("killed").heardBy(listener))) {
			if (arguments[3].equals("apply")) {
				session.apply(session.pending().stream().map(Changeset::id).toList());
			}
			else {
				session.revert(session.plan(session.history().stream().map(Deployed::id).toList()));
			}
		}
	}

	private static void halt(String what, String at) {
		if (List.of(at.split("\\|")).stream().anyMatch((start) -> what.toLowerCase(Locale.ROOT).contains(start))) {
			Runtime.getRuntime().halt(HALTED);
		}
	}

}
