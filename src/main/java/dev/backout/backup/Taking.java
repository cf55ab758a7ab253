package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.backout.backup.Manifest.ChangelogState;
import dev.backout.backup.Manifest.Sequence;
import dev.backout.backup.Manifest.Source;
import dev.backout.backup.copy.CopyExport;
import dev.backout.backup.copy.CopyImport;
import dev.backout.backup.copy.SchemaScript;
import dev.backout.backup.copy.Snapshot;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Takes one backup with the {@code copy} engine.
 * <p>
 * The schema is written down and at once built again in a scratch database: what cannot
 * be rebuilt is named now, not when somebody needs it.
 */
final class Taking {

	/** The schema as lines, to say in what a restored one differs. */
	static final String LINES = "schema-lines.txt";

	private final Target target;

	private final FileStore store;

	private final ScratchDatabases scratches;

	private final int workers;

	Taking(Target target, FileStore store, ScratchDatabases scratches, int workers) {
		this.target = target;
		this.store = store;
		this.scratches = scratches;
		this.workers = workers;
	}

	FileStore.Stored run(String id, String key, Duration retention, Progress progress) throws Exception {
		try (var partial = this.store.begin(id); var snapshot = Snapshot.of(this.target)) {
			checkSpace(snapshot);
			var directory = partial.directory();
			var source = schemaOf(snapshot);
			var built = rebuild(SchemaScript.read(snapshot.connection()), source, snapshot);
			write(directory, built.script(), snapshot);
			write(directory.resolve(LINES), SchemaText.write(built.schema()));
			var export = new CopyExport(snapshot, directory);
			var tables = new ArrayList<>(export.run(this.workers, progress));
			export.largeObjects();
			largeObjects(snapshot.connection()).ifPresent(tables::add);
			var manifest = new Manifest(Manifest.FORMAT, id, key, source(snapshot), snapshot.takenAt(), "copy",
					"backout copy/1", changelog(snapshot), built.schema().digest(), tables, sequences(snapshot),
					partial.files(export.entries()), DatabaseProperties.read(snapshot.connection()), roles(snapshot),
					built.notes(), snapshot.takenAt().plus(retention), previous());
			return partial.commit(manifest);
		}
		catch (IOException ex) {
			if (this.store.usableBytes() < 1 << 20) {
				throw noSpace("the disk is full");
			}
			throw ex;
		}
	}

	/** As much as the tables take: rows that do not shrink are rare. */
	private void checkSpace(Snapshot snapshot) {
		var need = snapshot.tables().stream().mapToLong(Snapshot.Table::bytes).sum() + (64 << 20);
		var have = this.store.usableBytes();
		if (have < need) {
			throw noSpace("up to %d MB are needed, %d MB are free".formatted(need >> 20, have >> 20));
		}
	}

	private Rejected noSpace(String why) {
		return new Rejected("backup.no-space",
				"Backup of '%s' into %s: %s. Free some space or set backout.backup.directory"
					.formatted(this.target.name(), this.store.root(), why));
	}

	/**
	 * The definitions come from the server's cache, not from the snapshot; another
	 * session's view of now tells whether something moved in between.
	 */
	private SchemaFingerprint schemaOf(Snapshot snapshot) throws SQLException {
		var inSnapshot = SchemaFingerprint.of(snapshot.connection(), Scope.EVERYTHING);
		try (var now = this.target.open("backup")) {
			var difference = Difference.between(inSnapshot, SchemaFingerprint.of(now, Scope.EVERYTHING));
			if (!difference.sameSchema()) {
				throw new Rejected("backup.locked", "The schema of '%s' is being changed: %s. Try again when it is done"
					.formatted(this.target.name(), difference.describe().get(0)));
			}
		}
		return inSnapshot;
	}

	private Rebuilt rebuild(SchemaScript script, SchemaFingerprint source, Snapshot snapshot) throws SQLException {
		try (var scratch = this.scratches.create(this.target, "schema"); var empty = scratch.target().open("schema")) {
			var built = SchemaScript.build(script, empty);
			var schema = SchemaFingerprint.of(empty, Scope.EVERYTHING);
			var difference = Difference.between(source, schema);
			var notes = new ArrayList<String>();
			var lost = new ArrayList<String>();
			for (var line : difference.missing()) {
				if (invalidIndex(line)) {
					notes.add("Index %s is invalid and not in the backup".formatted(line.object()));
				}
				else if (!line.cosmetic()) {
					lost.add(line.toString());
				}
			}
			difference.added()
				.stream()
				.filter((line) -> !line.cosmetic())
				.forEach((line) -> lost.add("instead: " + line));
			built.failed().values().forEach((why) -> lost.add("the server says: " + why));
			if (!lost.isEmpty()) {
				throw new Rejected("backup.cannot-rebuild",
						"A restore of '%s' would not bring back: %s. Use the pg_dump engine, or drop what is not needed"
							.formatted(this.target.name(),
									String.join("; ", lost.subList(0, Math.min(10, lost.size())))));
			}
			return new Rebuilt(built.script(), schema, notes);
		}
	}

	/** It was never finished; a restore has nothing to gain from it. */
	private static boolean invalidIndex(SchemaLine line) {
		return line.kind().equals("index") && line.detail().contains("|valid=false");
	}

	private static void write(Path directory, SchemaScript script, Snapshot snapshot) throws IOException, SQLException {
		write(directory.resolve(CopyImport.BEFORE), SchemaScript.toText(script.before()));
		write(directory.resolve(CopyImport.AFTER), SchemaScript.toText(script.after()));
		var owners = snapshot.strings("""
				select pg_catalog.format('alter large object %s owner to %I', oid, pg_catalog.pg_get_userbyid(lomowner))
				from pg_catalog.pg_largeobject_metadata
				union all
				select pg_catalog.format('grant %s on large object %s to %s', x.privilege_type, m.oid, case x.grantee
					when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end)
				from pg_catalog.pg_largeobject_metadata m, pg_catalog.aclexplode(m.lomacl) x
				union all
				select pg_catalog.format('comment on large object %s is %L', objoid, description)
				from pg_catalog.pg_description where classoid = 'pg_catalog.pg_largeobject'::regclass""");
		if (!owners.isEmpty()) {
			write(directory.resolve(CopyImport.LARGE_OBJECT_OWNERS), SchemaScript.toText(owners));
		}
	}

	private static void write(Path path, String text) throws IOException {
		Files.writeString(path, text);
	}

	private static Optional<Manifest.Table> largeObjects(Connection connection) {
		var name = DataFingerprint.LARGE_OBJECTS;
		var objects = DataFingerprint.of(connection, Scope.EVERYTHING.only(name)).table(name);
		return objects.equals(TableFingerprint.EMPTY) ? Optional.empty()
				: Optional.of(new Manifest.Table(name, List.of(), objects.toString(), List.of()));
	}

	private Source source(Snapshot snapshot) throws SQLException {
		var basics = snapshot.strings("""
				select unnest(array[current_database()::text, current_setting('server_version'),
					pg_catalog.pg_current_wal_lsn()::text, current_setting('server_encoding')])""");
		return new Source(this.target.name(), basics.get(0), basics.get(1), control("""
				system_identifier from pg_catalog.pg_control_system()""").orElse(null),
				control("timeline_id from pg_catalog.pg_control_checkpoint()").map(Integer::valueOf).orElse(null),
				basics.get(2), basics.get(3));
	}

	/**
	 * Not everybody may ask; on a session of its own, as a refusal ends a transaction.
	 */
	private Optional<String> control(String what) throws SQLException {
		try (var connection = this.target.open("backup");
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select " + what)) {
			rows.next();
			return Optional.of(rows.getString(1));
		}
		catch (SQLException ex) {
			if ("42501".equals(ex.getSQLState())) {
				return Optional.empty();
			}
			throw ex;
		}
	}

	private static @Nullable ChangelogState changelog(Snapshot snapshot) throws SQLException {
		var tables = snapshot.strings("""
				select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relname = 'databasechangelog' and c.relkind = 'r' order by n.nspname = 'public' desc, 1""");
		if (tables.isEmpty()) {
			return null;
		}
		var changesets = snapshot.strings(
				"""
						select concat_ws('|', id, author, filename, md5sum, exectype) from %s order by orderexecuted, id, author"""
					.formatted(tables.get(0)));
		var last = changesets.isEmpty() ? null : changesets.get(changesets.size() - 1).split("\\|")[0];
		return new ChangelogState(changesets.size(), last, Digests.sha256Hex(String.join("\n", changesets)));
	}

	private static List<Sequence> sequences(Snapshot snapshot) throws SQLException {
		var sequences = new ArrayList<Sequence>();
		var names = snapshot.strings("""
				select pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
				and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
					and d.objid = c.oid and d.deptype = 'e') order by 1""");
		try (var statement = snapshot.connection().createStatement()) {
			for (var name : names) {
				try (var rows = statement.executeQuery("select last_value, is_called from " + name)) {
					rows.next();
					sequences.add(new Sequence(name, rows.getLong(1), rows.getBoolean(2)));
				}
			}
		}
		return sequences;
	}

	/** Roles that own or were granted something: a restore elsewhere needs them. */
	private static List<String> roles(Snapshot snapshot) throws SQLException {
		return snapshot.strings("""
				select distinct pg_catalog.pg_get_userbyid(refobjid) from pg_catalog.pg_shdepend
				where refclassid = 'pg_catalog.pg_authid'::regclass
				and dbid in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
				and (dbid <> 0 or classid = 'pg_catalog.pg_database'::regclass
					and objid = (select oid from pg_catalog.pg_database where datname = current_database()))
				order by 1""");
	}

	private @Nullable String previous() {
		return this.store.latest(this.target.name()).map(FileStore.Stored::manifestDigest).orElse(null);
	}

	/**
	 * A schema that was written down and built once.
	 *
	 * @param script in an order that works
	 * @param schema as it was built
	 * @param notes what is knowingly left out
	 */
	private record Rebuilt(SchemaScript script, SchemaFingerprint schema, List<String> notes) {
	}

}
