package dev.backout.backup.pgdump;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.backout.database.Target;

/**
 * One of PostgreSQL's tools at work. It learns the password from its environment, never
 * from its arguments, and says what went wrong in English.
 */
public final class PgProcess implements AutoCloseable {

	private static final long POLL_MILLIS = 100;

	private static final int TAIL = 2000;

	private final String name;

	private final Process process;

	private final Path errors;

	private PgProcess(String name, Process process, Path errors) {
		this.name = name;
		this.process = process;
		this.errors = errors;
	}

	/**
	 * Starts {@code pg_dump} into a new directory.
	 * @param snapshot exported by a session that outlives it
	 * @param options further ones
	 */
	public static PgProcess dump(PgTools tools, Target target, String snapshot, int jobs, Path directory,
			List<String> options) throws IOException {
		var command = new ArrayList<>(List.of(tools.dump(), "--format=directory", "--jobs=" + jobs, "--compress=1",
				"--no-password", "--lock-wait-timeout=30s", "--snapshot=" + snapshot, "--file=" + directory));
		command.addAll(options);
		return start("pg_dump", target, command);
	}

	/**
	 * Starts {@code pg_restore} into an empty database.
	 * @param options further ones
	 */
	public static PgProcess restore(PgTools tools, Target empty, Path directory, String... options) throws IOException {
		var command = new ArrayList<>(
				List.of(tools.restore(), "--exit-on-error", "--no-password", "--dbname=" + conninfo(empty.database())));
		command.addAll(List.of(options));
		command.add(directory.toString());
		return start("pg_restore", empty, command);
	}

	/** What is in a dump, a line for each entry. */
	public static List<String> list(PgTools tools, Path directory) throws IOException, InterruptedException {
		var process = new ProcessBuilder(tools.restore(), "--list", directory.toString())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		process.getOutputStream().close();
		try (var said = process.inputReader(StandardCharsets.UTF_8)) {
			var lines = said.lines().toList();
			if (process.waitFor() != 0) {
				throw new IOException(
						"pg_restore cannot list %s: it ended with %d".formatted(directory, process.exitValue()));
			}
			return lines;
		}
	}

	private static String conninfo(String database) {
		return "dbname='%s'".formatted(database.replace("\\", "\\\\").replace("'", "\\'"));
	}

	private static PgProcess start(String name, Target target, List<String> command) throws IOException {
		var errors = Files.createTempFile("backout-", ".err");
		var builder = new ProcessBuilder(command).redirectError(errors.toFile())
			.redirectOutput(ProcessBuilder.Redirect.DISCARD);
		builder.environment().keySet().removeIf((variable) -> variable.startsWith("PG"));
		builder.environment().putAll(environment(target));
		try {
			var process = builder.start();
			process.getOutputStream().close();
			return new PgProcess(name, process, errors);
		}
		catch (IOException ex) {
			Files.deleteIfExists(errors);
			throw ex;
		}
	}

	/** What libpq needs to come to where the JDBC address leads. */
	static Map<String, String> environment(Target target) {
		var address = target.url().substring("jdbc:postgresql://".length());
		var hosts = new ArrayList<String>();
		var ports = new ArrayList<String>();
		for (var host : address.substring(0, address.indexOf('/')).split(",")) {
			var colon = host.lastIndexOf(':');
			var port = colon > host.lastIndexOf(']');
			hosts.add((port ? host.substring(0, colon) : host).replaceAll("[\\[\\]]", ""));
			ports.add(port ? host.substring(colon + 1) : "5432");
		}
		var environment = new java.util.HashMap<String, String>();
		environment.put("PGHOST", String.join(",", hosts));
		environment.put("PGPORT", String.join(",", ports));
		environment.put("PGDATABASE", target.database());
		environment.put("PGUSER", target.user());
		environment.put("PGPASSWORD", target.password().value());
		environment.put("PGAPPNAME", Target.APPLICATION + "/backup");
		environment.put("PGTZ", "UTC");
		environment.put("PGOPTIONS",
				"-c bytea_output=hex -c lc_monetary=C -c statement_timeout=0 -c idle_in_transaction_session_timeout=0");
		environment.put("LC_MESSAGES", "C");
		var question = address.indexOf('?');
		if (question >= 0) {
			for (var option : address.substring(question + 1).split("&")) {
				ssl(option, environment);
			}
		}
		return environment;
	}

	private static void ssl(String option, Map<String, String> environment) {
		var equals = option.indexOf('=');
		var value = option.substring(equals + 1);
		switch (option.substring(0, Math.max(equals, 0))) {
			case "sslmode" -> environment.put("PGSSLMODE", value);
			case "sslrootcert" -> environment.put("PGSSLROOTCERT", value);
			case "sslcert" -> environment.put("PGSSLCERT", value);
			case "sslkey" -> environment.put("PGSSLKEY", value);
			default -> {
				// Of concern to the driver only.
			}
		}
	}

	/**
	 * Waits for the end; {@code watch} may throw to have it ended.
	 * @throws IOException with what the tool said
	 */
	public void await(Runnable watch) throws IOException, InterruptedException {
		while (!this.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
			watch.run();
		}
		if (this.process.exitValue() != 0) {
			var said = Files.readString(this.errors, StandardCharsets.UTF_8).strip();
			throw new IOException("%s ended with %d: %s".formatted(this.name, this.process.exitValue(),
					said.substring(Math.max(0, said.length() - TAIL))));
		}
	}

	/** Ends it if it still runs, and what it has started. */
	@Override
	public void close() throws IOException {
		if (this.process.isAlive()) {
			this.process.descendants().forEach(ProcessHandle::destroy);
			this.process.destroy();
			try {
				if (!this.process.waitFor(2, TimeUnit.SECONDS)) {
					this.process.descendants().forEach(ProcessHandle::destroyForcibly);
					this.process.destroyForcibly().waitFor();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		Files.deleteIfExists(this.errors);
	}

}
