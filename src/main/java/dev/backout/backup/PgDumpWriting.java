package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.backout.backup.copy.Snapshot;
import dev.backout.backup.pgdump.PgProcess;
import dev.backout.backup.pgdump.PgTools;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.Scope;

/**
 * The {@code pg_dump} engine: the tool writes the files while we read the digests of the
 * rows in the very same snapshot. The schema of the dump is restored once at once.
 */
final class PgDumpWriting implements Writing {

	/** What pg_dump wrote, in the backup's directory. */
	static final String DUMP = "dump";

	/** Number of the entry, and of the table. */
	private static final Pattern ROWS = Pattern.compile("(\\d+); \\d+ (\\d+) TABLE DATA ");

	private final Target target;

	private final ScratchDatabases scratches;

	private final PgTools tools;

	private final int workers;

	PgDumpWriting(Target target, ScratchDatabases scratches, PgTools tools, int workers) {
		this.target = target;
		this.scratches = scratches;
		this.tools = tools;
		this.workers = workers;
	}

	@Override
	public Written write(Snapshot snapshot, SchemaFingerprint source, Path directory, Progress progress)
			throws Exception {
		var dump = directory.resolve(DUMP);
		var tables = new ArrayList<Manifest.Table>();
		try (var process = PgProcess.dump(this.tools, this.target, snapshot.id(), this.workers, dump,
				others(snapshot))) {
			var rows = new Comparing(snapshot::join, scope(snapshot)).data(this.workers, progress).tables();
			process.await(progress::checkpoint);
			var files = files(dump);
			for (var table : snapshot.tables()) {
				tables.add(new Manifest.Table(table.name(), snapshot.columns(table),
						String.valueOf(rows.get(table.name())),
						files.containsKey(table.oid()) ? List.of(files.get(table.oid())) : List.of()));
			}
		}
		tables.sort(Comparator.comparing(Manifest.Table::name));
		var notes = new ArrayList<String>();
		var schema = withoutInvalidIndexes(source, notes);
		tryOut(dump, schema, progress);
		Files.writeString(directory.resolve(Taking.LINES), SchemaText.write(schema));
		return new Written("pg_dump", "pg_dump " + this.tools.version(), tables, schema, Map.of(), notes);
	}

	/** Which file has the rows of a table, by its number; the tool's list says it. */
	private Map<Long, String> files(Path dump) throws IOException, InterruptedException {
		var files = new HashMap<Long, String>();
		for (var line : PgProcess.list(this.tools, dump)) {
			var entry = ROWS.matcher(line);
			var file = entry.lookingAt() ? entry.group(1) + ".dat.gz" : "";
			if (!file.isEmpty() && Files.exists(dump.resolve(file))) {
				files.put(Long.valueOf(entry.group(2)), DUMP + "/" + file);
			}
		}
		return files;
	}

	/** The schema is dumped whole; rows of tables that nobody chose are left out. */
	private static List<String> others(Snapshot snapshot) throws SQLException {
		if (snapshot.part() == null) {
			return List.of();
		}
		var inside = snapshot.part().tables();
		var options = new ArrayList<>(List.of("--no-blobs"));
		for (var table : DataFingerprint.tablesOf(snapshot.connection(), Scope.EVERYTHING)) {
			if (!inside.contains(table)) {
				options.add("--exclude-table-data=" + pattern(table));
			}
		}
		return options;
	}

	/** Quoted all of it: else the tool reads signs in a name as a pattern. */
	private static String pattern(String table) {
		var names = new StringBuilder();
		var matcher = Pattern.compile("\"((?:[^\"]|\"\")*)\"|([^.\"]+)").matcher(table);
		while (matcher.find()) {
			names.append(names.isEmpty() ? "" : ".")
				.append('"')
				.append((matcher.group(1) != null) ? matcher.group(1) : matcher.group(2))
				.append('"');
		}
		return names.toString();
	}

	private static Scope scope(Snapshot snapshot) {
		return (snapshot.part() == null) ? Scope.EVERYTHING
				: Scope.EVERYTHING.only(snapshot.tables().stream().map(Snapshot.Table::name).toArray(String[]::new));
	}

	private static SchemaFingerprint withoutInvalidIndexes(SchemaFingerprint source, List<String> notes) {
		var kept = new ArrayList<SchemaLine>();
		for (var line : source.lines()) {
			if (Rebuild.invalidIndex(line)) {
				notes.add("Index %s is invalid and not in the backup".formatted(line.object()));
			}
			else {
				kept.add(line);
			}
		}
		return SchemaFingerprint.of(kept);
	}

	/** Without rows: materialized views are then still empty. */
	private void tryOut(Path dump, SchemaFingerprint schema, Progress progress) throws Exception {
		try (var scratch = this.scratches.create(this.target, "schema");
				var process = PgProcess.restore(this.tools, scratch.target(), dump, "--schema-only")) {
			process.await(progress::checkpoint);
			try (var connection = scratch.target().open("schema")) {
				Rebuild.check(this.target, unpopulated(schema),
						unpopulated(SchemaFingerprint.of(connection, Scope.EVERYTHING)));
			}
		}
		catch (IOException ex) {
			throw Rebuild.refused(this.target, List.of("pg_restore says: " + ex.getMessage()));
		}
	}

	private static SchemaFingerprint unpopulated(SchemaFingerprint schema) {
		return SchemaFingerprint.of(schema.lines()
			.stream()
			.map((line) -> line.kind().equals("view") ? new SchemaLine(line.kind(), line.object(),
					line.detail().replaceAll(" populated=(true|false)$", "")) : line)
			.toList());
	}

}
