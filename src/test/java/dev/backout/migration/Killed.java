package dev.backout.migration;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;

import dev.backout.database.Secret;
import dev.backout.database.Target;

/**
 * A JVM of its own that applies or reverts everything and dies, as by {@code kill -9},
 * just before the statement that begins like its last argument.
 */
final class Killed {

	static final int HALTED = 137;

	private static final String NEVER = "(never)";

	private static final String WORKING = "working";

	private Killed() {
	}

	/** Runs it; the exit code tells whether it died. */
	static int before(Shop shop, String direction, String statement) throws Exception {
		return child(shop, direction, statement).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
	}

	/**
	 * One that does not die by itself; given back once its first changeset has begun. The
	 * caller kills it.
	 */
	static Process working(Shop shop, String direction) throws Exception {
		var process = child(shop, direction, NEVER).start();
		var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		for (var line = output.readLine(); !WORKING.equals(line); line = output.readLine()) {
			if (line == null) {
				throw new IllegalStateException("It ended before it began: " + process.waitFor());
			}
		}
		return process;
	}

	private static ProcessBuilder child(Shop shop, String direction, String statement) {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Killed.class.getName(),
				shop.database.url(), shop.directory.toString(), shop.top(), direction, statement)
			.redirectErrorStream(true);
	}

	public static void main(String[] arguments) throws Exception {
		var listener = new MigrationListener() {
			private boolean told;

			@Override
			public void begins(ChangesetId changeset, Direction direction, Connection connection) {
				if (!this.told) {
					System.out.println(WORKING);
					this.told = true;
				}
			}

			@Override
			public void runs(ChangesetId changeset, String sql) {
				halt(sql, arguments[4]);
			}

			@Override
			public void ends(ChangesetId changeset, Direction direction, Connection connection) {
				halt("end of " + changeset.id(), arguments[4]);
			}
		};
		var target = new Target("shop", arguments[0], "postgres", Secret.of("postgres"));
		try (var connection = target.open("migration");
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
