package dev.backout.backup.pgdump;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A directory with {@code pg_dump} and {@code pg_restore}.
 *
 * @param directory of both
 * @param version as {@code pg_dump} tells it, such as {@code 17.6}
 */
public record PgTools(Path directory, String version) {

	private static final Pattern VERSION = Pattern.compile("pg_dump \\(PostgreSQL\\) (\\d+)(\\S*).*", Pattern.DOTALL);

	private static final String SUFFIX = File.separatorChar == '\\' ? ".exe" : "";

	private static final long PATIENCE_SECONDS = 10;

	/**
	 * The lowest version that can dump a server of this one: a tool must not be older.
	 */
	public static Optional<PgTools> fitting(List<PgTools> found, int server) {
		return found.stream().filter((tools) -> tools.major() >= server).min(Comparator.comparingInt(PgTools::major));
	}

	/**
	 * All that are installed.
	 * @param configured look nowhere else, {@code null} for the search path and the usual
	 * places
	 */
	public static List<PgTools> installed(@Nullable Path configured) {
		var places = (configured != null) ? List.of(configured) : usualPlaces();
		var found = new ArrayList<PgTools>();
		for (var place : places) {
			at(place).filter((tools) -> !found.contains(tools)).ifPresent(found::add);
		}
		return found;
	}

	private static List<Path> usualPlaces() {
		var places = new ArrayList<Path>();
		var path = System.getenv("PATH");
		if (path != null) {
			Stream.of(path.split(File.pathSeparator))
				.filter((part) -> !part.isBlank())
				.map(Path::of)
				.forEach(places::add);
		}
		places.addAll(below(Path.of("/usr/lib/postgresql"), "", "bin"));
		places.addAll(below(Path.of("/opt/homebrew/opt"), "libpq", "bin"));
		places.addAll(below(Path.of("/opt/homebrew/opt"), "postgresql@", "bin"));
		places.addAll(below(Path.of("/Applications/Postgres.app/Contents/Versions"), "", "bin"));
		places.addAll(below(Path.of("C:\\Program Files\\PostgreSQL"), "", "bin"));
		return places;
	}

	private static List<Path> below(Path parent, String prefix, String child) {
		if (!Files.isDirectory(parent)) {
			return List.of();
		}
		try (var entries = Files.list(parent)) {
			return entries.filter((entry) -> entry.getFileName().toString().startsWith(prefix))
				.map((entry) -> entry.resolve(child))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static Optional<PgTools> at(Path directory) {
		var dump = directory.resolve("pg_dump" + SUFFIX);
		if (!Files.isExecutable(dump) || !Files.isExecutable(directory.resolve("pg_restore" + SUFFIX))) {
			return Optional.empty();
		}
		try {
			var process = new ProcessBuilder(dump.toString(), "--version").redirectErrorStream(true).start();
			process.getOutputStream().close();
			var text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
			process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
			var version = VERSION.matcher(text);
			return version.matches() ? Optional.of(new PgTools(directory, version.group(1) + version.group(2)))
					: Optional.empty();
		}
		catch (IOException ex) {
			return Optional.empty();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
	}

	public int major() {
		return Integer.parseInt(this.version.split("\\D", 2)[0]);
	}

	String dump() {
		return this.directory.resolve("pg_dump" + SUFFIX).toString();
	}

	String restore() {
		return this.directory.resolve("pg_restore" + SUFFIX).toString();
	}

	@Override
	public String toString() {
		return "pg_dump %s in %s".formatted(this.version, this.directory);
	}

}
