package dev.backout.backup.copy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import com.github.luben.zstd.ZstdInputStream;
import dev.backout.backup.Manifest;
import dev.backout.backup.Progress;
import dev.backout.database.Target;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Builds a database from a backup's files: shape, rows, then indexes and the rest. */
public final class CopyImport {

	/** Statements before the rows. */
	public static final String BEFORE = "schema-before.sql";

	/** Statements after the rows. */
	public static final String AFTER = "schema-after.sql";

	/** Pieces of large objects. */
	public static final String LARGE_OBJECTS = "data/large-objects.copy.zst";

	/** Owners, grants and comments of large objects. */
	public static final String LARGE_OBJECT_OWNERS = "schema-large-objects.sql";

	private final Path directory;

	private final Manifest manifest;

	private final AtomicLong bytes = new AtomicLong();

	public CopyImport(Path directory, Manifest manifest) {
		this.directory = directory;
		this.manifest = manifest;
	}

	/** Fills an empty database. */
	public void into(Target empty, int workers, Progress progress) throws Exception {
		try (var connection = empty.open("restore")) {
			SchemaScript.prepare(connection);
			SchemaScript.run(statements(BEFORE), connection);
			rows(empty, workers, progress);
			sequences(connection);
			if (Files.exists(this.directory.resolve(LARGE_OBJECTS))) {
				largeObjects(connection);
			}
			progress.checkpoint();
			SchemaScript.run(statements(AFTER), connection);
		}
	}

	private List<String> statements(String file) throws IOException {
		return SchemaScript.parse(Files.readString(this.directory.resolve(file)));
	}

	private void rows(Target target, int workers, Progress progress) throws Exception {
		var jobs = new ArrayList<Job>();
		for (var table : this.manifest.tables()) {
			for (var file : table.files()) {
				jobs.add(new Job(table, file, this.manifest.size(file)));
			}
		}
		jobs.sort(Comparator.comparingLong(Job::size).reversed());
		var total = jobs.stream().mapToLong(Job::size).sum() >> 20;
		var work = new Work<>(jobs);
		work.run(workers, () -> {
			try (var connection = target.open("restore")) {
				SchemaScript.prepare(connection);
				for (var job = work.next(); job != null; job = work.next()) {
					load(job.table(), job.file(), connection, work);
				}
			}
		}, () -> {
			progress.checkpoint();
			progress.at(this.bytes.get() >> 20, total, "MB");
		});
	}

	private void load(Manifest.Table table, String file, Connection connection, Work<Job> work)
			throws SQLException, IOException {
		var columns = table.columns().isEmpty() ? ""
				: "(" + String.join(", ", table.columns().stream().map(CopyImport::quoted).toList()) + ")";
		copy(connection, "copy %s %s from stdin".formatted(table.name(), columns), file, work);
		this.bytes.addAndGet(this.manifest.size(file));
	}

	private void copy(Connection connection, String sql, String file, Work<?> work) throws SQLException, IOException {
		CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
		try (var in = new ZstdInputStream(
				new BufferedInputStream(Files.newInputStream(this.directory.resolve(file)), 1 << 17))) {
			var buffer = new byte[1 << 16];
			for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
				work.checkpoint();
				copy.writeToCopy(buffer, 0, read);
			}
			copy.endCopy();
		}
		catch (IOException | RuntimeException ex) {
			if (copy.isActive()) {
				copy.cancelCopy();
			}
			throw ex;
		}
	}

	private void sequences(Connection connection) throws SQLException {
		try (var set = connection.prepareStatement("select pg_catalog.setval(?::regclass, ?, ?)")) {
			for (var sequence : this.manifest.sequences()) {
				set.setString(1, sequence.name());
				set.setLong(2, sequence.last());
				set.setBoolean(3, sequence.called());
				set.executeQuery().close();
			}
		}
	}

	private void largeObjects(Connection connection) throws SQLException, IOException {
		try (var statement = connection.createStatement()) {
			statement.execute("create temporary table piece (object oid, at bigint, bytes bytea)");
			copy(connection, "copy pg_temp.piece from stdin", LARGE_OBJECTS, new Work<>(List.of()));
			statement.execute("""
					select pg_catalog.lo_create(object) from (select distinct object from pg_temp.piece) o;
					select pg_catalog.lo_put(object, at, bytes) from pg_temp.piece where bytes <> '';
					drop table pg_temp.piece""");
		}
		SchemaScript.run(statements(LARGE_OBJECT_OWNERS), connection);
	}

	static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * A file to load.
	 *
	 * @param table into which
	 * @param file from which
	 * @param size of the file
	 */
	private record Job(Manifest.Table table, String file, long size) {
	}

}
