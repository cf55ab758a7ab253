package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Pattern;

import dev.backout.database.ServerRoom;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The disk of a database server that has no room left: no word on what was to be written
 * to it.
 */
final class ServerDisk {

	private static final String DISK_FULL = "53100";

	private static final Pattern FILE = Pattern.compile("\"([^\"]+)\"");

	private final Target server;

	ServerDisk(Target server) {
		this.server = server;
	}

	/**
	 * Does work that fills a database on the server.
	 * @throws Rejected {@code backup.no-space} if the server runs out of room
	 */
	<T> T filledBy(String what, Doing.Work<T> work) throws Exception {
		try {
			return work.run();
		}
		catch (Exception ex) {
			var said = complaint(ex);
			if (said == null) {
				throw ex;
			}
			var full = new Rejected("backup.no-space",
					"%s: the disk of the server of '%s' is full: up to %s are needed%s. It says %s. Make room there, then try again"
						.formatted(what, this.server.name(), needed(), free(said), said));
			full.initCause(ex);
			throw full;
		}
	}

	/** What the server says of its disk; the tools of PostgreSQL give no code. */
	private static @Nullable String complaint(Exception failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			var message = String.valueOf(cause.getMessage());
			if (cause instanceof SQLException ex && DISK_FULL.equals(ex.getSQLState()) || cause instanceof IOException
					&& message.contains("pg_restore") && message.contains("No space left on device")) {
				return message.strip().split("\\R")[0];
			}
		}
		return null;
	}

	private String needed() {
		var bytes = ask("pg_catalog.pg_database_size(current_database())");
		return (bytes != null) ? (Long.parseLong(bytes) >> 20) + " MB"
				: "as much as '%s' takes".formatted(this.server.database());
	}

	/** Where the server runs here and its files are ours to look at. */
	private String free(String said) {
		var data = here() ? ask("pg_catalog.current_setting('data_directory')") : null;
		var file = FILE.matcher(said);
		if (data == null || !file.find()) {
			return "";
		}
		try {
			var path = Path.of(data).resolve(file.group(1));
			while (path != null && !Files.isReadable(path)) {
				path = path.getParent();
			}
			return (path != null && path.startsWith(data))
					? ", %d MB are free".formatted(Files.getFileStore(path).getUsableSpace() >> 20) : "";
		}
		catch (IOException | RuntimeException ex) {
			// The server says enough.
			return "";
		}
	}

	/** Another machine's server may keep its files under a path that is here as well. */
	private boolean here() {
		try (var connection = this.server.open("backup")) {
			return ServerRoom.HERE.free(connection).isPresent();
		}
		catch (SQLException | RuntimeException ex) {
			// The sentence says it without.
			return false;
		}
	}

	private @Nullable String ask(String what) {
		try (var connection = this.server.open("backup");
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select " + what)) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException | RuntimeException ex) {
			// The sentence says it without.
			return null;
		}
	}

}
