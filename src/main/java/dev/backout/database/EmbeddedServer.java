package dev.backout.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;

/**
 * A PostgreSQL server of our own, for machines that have none. Its data stay in the given
 * directory between starts; one process at a time may use a directory.
 */
public final class EmbeddedServer implements AutoCloseable {

	private final EmbeddedPostgres postgres;

	private final @Nullable DirectoryHold hold;

	private EmbeddedServer(EmbeddedPostgres postgres, @Nullable DirectoryHold hold) {
		this.postgres = postgres;
		this.hold = hold;
	}

	/**
	 * Starts the server, creating its data the first time.
	 * @param directory where everything of it lives; created if missing
	 * @param port to listen on at 127.0.0.1, or 0 for any free one
	 */
	public static EmbeddedServer start(Path directory, int port) {
		try {
			Files.createDirectories(directory);
			return start(directory, port, DirectoryHold.take(directory));
		}
		catch (IOException | IllegalStateException ex) {
			throw new Rejected("database.embedded-start",
					"The embedded PostgreSQL could not start in %s: %s. Is the directory writable, and on a disk with room? Choose another with --backout.data-dir, or use your own server with --spring.datasource.url"
						.formatted(directory, ex.getMessage()));
		}
	}

	/**
	 * Address of a database on the server that another process of ours runs on this
	 * directory; nothing when there is none. User and password are {@code postgres}.
	 */
	public static Optional<String> running(Path directory, String database) {
		var pidFile = directory.resolve("data").resolve("postmaster.pid");
		try {
			var lines = Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.<String>of();
			return (lines.size() > 3 && ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
				.filter(ProcessHandle::isAlive)
				.isPresent()) ? Optional.of(url(Integer.parseInt(lines.get(3).strip()), database)) : Optional.empty();
		}
		catch (IOException | NumberFormatException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Starts a server whose data are worth nothing: it does not wait for the disk, and
	 * they go with it.
	 */
	public static EmbeddedServer throwAway() {
		try {
			var builder = EmbeddedPostgres.builder().setPGStartupWait(Duration.ofSeconds(60));
			Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off", "wal_level", "minimal",
					"max_wal_senders", "0", "autovacuum", "off", "max_connections", "60", "shared_buffers", "256MB")
				.forEach(builder::setServerConfig);
			return new EmbeddedServer(builder.start(), null);
		}
		catch (IOException | IllegalStateException ex) {
			throw new Rejected("database.embedded-start",
					"The embedded PostgreSQL could not start: %s. Is there room in %s?".formatted(ex.getMessage(),
							System.getProperty("java.io.tmpdir")));
		}
	}

	private static EmbeddedServer start(Path directory, int port, DirectoryHold hold) throws IOException {
		try {
			hold.stopOrphan(directory.resolve("data"));
			var builder = EmbeddedPostgres.builder()
				.setDataDirectory(directory.resolve("data"))
				.setOverrideWorkingDirectory(directory.resolve("bin").toFile())
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPGStartupWait(Duration.ofSeconds(60))
				.setServerConfig("fsync", "on")
				// What the library sets for tests would lose the last entries with the
				// power.
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("max_connections", "200");
			if (port != 0) {
				builder.setPort(port);
			}
			var server = new EmbeddedServer(builder.start(), hold);
			// After every application context: steps at work still need their database.
			SpringApplication.getShutdownHandlers().add(server::close);
			return server;
		}
		catch (IOException | RuntimeException ex) {
			hold.close();
			throw ex;
		}
	}

	/** Makes sure that a database of this name exists. */
	public void ensureDatabase(String name) {
		try (var connection = this.postgres.getPostgresDatabase().getConnection();
				var find = connection.prepareStatement("select 1 from pg_database where datname = ?")) {
			find.setString(1, name);
			if (!find.executeQuery().next()) {
				try (var create = connection.createStatement()) {
					create.execute("create database " + create.enquoteIdentifier(name, true));
				}
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Database '%s' could not be created".formatted(name), ex);
		}
	}

	/**
	 * JDBC address of a database on this server; user and password are {@code postgres}.
	 */
	public String url(String database) {
		return url(this.postgres.getPort(), database);
	}

	private static String url(int port, String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?reWriteBatchedInserts=true".formatted(port, database);
	}

	@Override
	public void close() {
		try {
			this.postgres.close();
			if (this.hold != null) {
				this.hold.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
