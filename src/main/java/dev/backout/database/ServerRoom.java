package dev.backout.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Room on the disk of a database's server, told where that server runs on this machine
 * and lets us look at its files. Elsewhere only the server itself finds out.
 */
public final class ServerRoom {

	/** Of this machine. */
	public static final ServerRoom HERE = new ServerRoom((directory) -> Files.getFileStore(directory).getUsableSpace());

	/** A setting that is not ours to see has no row. */
	private static final String PLACE = """
			select s.setting, coalesce(nullif(pg_catalog.pg_tablespace_location(t.oid), ''), s.setting),
				extract(epoch from pg_catalog.pg_postmaster_start_time())::bigint
			from pg_catalog.pg_settings s, pg_catalog.pg_database d join pg_catalog.pg_tablespace t on t.oid = coalesce(
				(select x.oid from pg_catalog.pg_tablespace x where x.spcname = pg_catalog.current_setting('default_tablespace')),
				d.dattablespace)
			where s.name = 'data_directory' and d.datname = pg_catalog.current_database()""";

	private static final int START_TIME_LINE = 2;

	private final Disk disk;

	public ServerRoom(Disk disk) {
		this.disk = disk;
	}

	/** Where a server keeps its files. */
	@FunctionalInterface
	public interface Disk {

		long usableBytes(Path directory) throws IOException;

	}

	/**
	 * What is free.
	 *
	 * @param directory where new tables of the database go
	 * @param bytes that are left there
	 */
	public record Free(Path directory, long bytes) {
	}

	/** Nothing where it cannot be known; the transaction goes on either way. */
	public Optional<Free> free(Connection connection) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(PLACE)) {
			if (!rows.next() || !ours(Path.of(rows.getString(1)), rows.getLong(3))) {
				return Optional.empty();
			}
			var directory = Path.of(rows.getString(2));
			return Optional.of(new Free(directory, this.disk.usableBytes(directory)));
		}
		catch (IOException ex) {
			return Optional.empty();
		}
	}

	/** Another machine's server may keep its files under a path that is here as well. */
	private static boolean ours(Path data, long started) throws IOException {
		var running = data.resolve("postmaster.pid");
		if (!Files.isReadable(running)) {
			return false;
		}
		List<String> lines = Files.readAllLines(running);
		return lines.size() > START_TIME_LINE && lines.get(START_TIME_LINE).strip().matches("\\d+")
				&& Math.abs(Long.parseLong(lines.get(START_TIME_LINE).strip()) - started) <= 2;
	}

}
