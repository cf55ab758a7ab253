package dev.backout.backup.copy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import dev.backout.backup.Contents;
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

	private final Contents contents;

	private final Manifest manifest;

	private final AtomicLong bytes = new AtomicLong();

	public CopyImport(Contents contents, Manifest manifest) {
		this.contents = contents;
		this.manifest = manifest;
	}

	/** Fills an empty database. */
	public void into(Target empty, int workers, Progress progress) throws Exception {
		try (var connection = empty.open("restore")) {
			SchemaScript.prepare(connection);
			SchemaScript.run(statements(BEFORE), connection);
			rows(empty, workers, progress);
			sequences(connection);
			if (this.contents.has(LARGE_OBJECTS)) {
				largeObjects(connection);
			}
			progress.checkpoint();
			new Finish(statements(AFTER), this.manifest).run(empty, connection, workers, progress);
		}
	}

	/** Only puts the sequences where they were, in a database that is there otherwise. */
	public void sequencesInto(Target restored) throws SQLException {
		try (var connection = restored.open("restore")) {
			sequences(connection);
		}
	}

	/** Fills tables that are there and empty, in the caller's transaction. */
	public void tables(Connection connection, List<String> names, Progress progress) throws SQLException, IOException {
		SchemaScript.prepare(connection);
		var chosen = this.manifest.tables().stream().filter((table) -> names.contains(table.name())).toList();
		var total = chosen.stream().flatMap((table) -> table.files().stream()).mapToLong(this.manifest::size).sum();
		for (var table : chosen) {
			var columns = columns(table);
			for (var file : table.files()) {
				progress.checkpoint();
				copy(connection, "copy %s %s from stdin".formatted(table.name(), columns), file, new Work<>(List.of()));
				progress.at(this.bytes.addAndGet(this.manifest.size(file)) >> 20, total >> 20, "MB");
			}
		}
	}

	private List<String> statements(String file) throws IOException {
		return SchemaScript.parse(this.contents.text(file));
	}

	private void rows(Target target, int workers, Progress progress) throws Exception {
		var jobs = jobs(workers);
		var total = jobs.stream().mapToLong(Job::size).sum() >> 20;
		var work = new Work<>(jobs);
		work.run(workers, () -> {
			try (var connection = work.watched(target.open("restore"))) {
				SchemaScript.prepare(connection);
				for (var job = work.next(); job != null; job = work.next()) {
					load(job, connection, work);
				}
			}
		}, () -> {
			progress.checkpoint();
			progress.at(this.bytes.get() >> 20, total, "MB");
		});
	}

	/**
	 * A table that is a small part of all is loaded by one worker, which may freeze it.
	 */
	private List<Job> jobs(int workers) {
		var all = this.manifest.tables()
			.stream()
			.flatMap((table) -> table.files().stream())
			.mapToLong(this.manifest::size)
			.sum();
		var jobs = new ArrayList<Job>();
		for (var table : this.manifest.tables()) {
			var size = table.files().stream().mapToLong(this.manifest::size).sum();
			if (table.files().isEmpty()) {
				continue;
			}
			if (table.files().size() == 1 || size * workers * 2 <= all) {
				jobs.add(new Job(table, table.files(), size, true));
			}
			else {
				table.files()
					.forEach((file) -> jobs.add(new Job(table, List.of(file), this.manifest.size(file), false)));
			}
		}
		jobs.sort(Comparator.comparingLong(Job::size).reversed());
		return jobs;
	}

	/**
	 * Rows that come in the transaction that emptied the table need no later marking as
	 * committed: they are written once instead of twice.
	 */
	private void load(Job job, Connection connection, Work<Job> work) throws SQLException, IOException {
		var table = job.table();
		var columns = columns(table);
		connection.setAutoCommit(false);
		var options = job.whole() ? emptied(table.name(), connection) : "";
		for (var file : job.files()) {
			copy(connection, "copy %s %s from stdin%s".formatted(table.name(), columns, options), file, work);
			this.bytes.addAndGet(this.manifest.size(file));
		}
		connection.commit();
		connection.setAutoCommit(true);
	}

	private static String columns(Manifest.Table table) {
		return table.columns().isEmpty() ? ""
				: "(" + String.join(", ", table.columns().stream().map(CopyImport::quoted).toList()) + ")";
	}

	/** An extension may have put rows there already, even such that others refer to. */
	private static String emptied(String table, Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try {
				statement.execute("truncate only " + table);
				return " with (freeze true)";
			}
			catch (SQLException ex) {
				connection.rollback();
				statement.execute("delete from only " + table);
				return "";
			}
		}
	}

	private void copy(Connection connection, String sql, String file, Work<?> work) throws SQLException, IOException {
		CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
		try (var in = this.contents.open(file)) {
			var buffer = new byte[1 << 17];
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				work.checkpoint();
				copy.writeToCopy(buffer, 0, read);
			}
			copy.endCopy();
		}
		catch (IOException | RuntimeException ex) {
			if (!work.leave(connection)) {
				cancel(copy, ex);
			}
			throw ex;
		}
	}

	private static void cancel(CopyIn copy, Exception reason) {
		try {
			if (copy.isActive()) {
				copy.cancelCopy();
			}
		}
		catch (SQLException ex) {
			reason.addSuppressed(ex);
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
	 * Files to load in one transaction.
	 *
	 * @param table into which
	 * @param files from which
	 * @param size of the files
	 * @param whole whether these are all of the table's rows
	 */
	private record Job(Manifest.Table table, List<String> files, long size, boolean whole) {
	}

}
