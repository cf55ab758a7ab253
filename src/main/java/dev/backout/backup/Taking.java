package dev.backout.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.backout.backup.Manifest.ChangelogState;
import dev.backout.backup.Manifest.Encryption;
import dev.backout.backup.Manifest.Sequence;
import dev.backout.backup.Manifest.Source;
import dev.backout.backup.copy.Snapshot;
import dev.backout.database.Target;
import dev.backout.fingerprint.ChangelogHistory;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaRecord;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Takes one backup: locks, snapshot, files, and at last the manifest that makes it one.
 */
final class Taking {

	/** The schema as lines, to say in what a restored one differs. */
	static final String LINES = "schema-lines.txt";

	/** Beyond as much as the tables take: rows that do not shrink are rare. */
	private static final long SPARE = 64L << 20;

	private final Target target;

	private final FileStore store;

	private final Writing writing;

	private final @Nullable Encryption encryption;

	private final @Nullable FlagStates flags;

	private final List<String> wanted;

	/** Takes it of these tables only, with what they need; empty for all. */
	Taking(Target target, FileStore store, Writing writing, @Nullable Encryption encryption, @Nullable FlagStates flags,
			List<String> wanted) {
		this.target = target;
		this.store = store;
		this.writing = writing;
		this.encryption = encryption;
		this.flags = flags;
		this.wanted = wanted;
	}

	FileStore.Stored run(String id, String key, Duration retention, Progress progress) throws Exception {
		try (var partial = begin(id)) {
			var need = SPARE;
			try (var snapshot = Snapshot.of(this.target, this.wanted, progress.patience())) {
				var flagsNow = (this.flags != null) ? this.flags.of(this.target.name()) : null;
				demandRows(snapshot);
				need += snapshot.tables().stream().mapToLong(Snapshot.Table::bytes).sum();
				checkSpace(need);
				var written = this.writing.write(snapshot, schemaOf(snapshot), partial.directory(), progress);
				var tables = new ArrayList<>(written.tables());
				if (snapshot.part() == null) {
					largeObjects(snapshot.connection()).ifPresent(tables::add);
				}
				progress.checkpoint();
				var changelog = changelog(snapshot);
				return partial
					.commit(new Manifest((snapshot.part() != null) ? Manifest.FORMAT_OF_PART : Manifest.FORMAT, id, key,
							source(snapshot), snapshot.takenAt(), written.engine(), written.tool(), changelog,
							written.schema().digest(), tables, sequences(snapshot), partial.files(written.entries()),
							DatabaseProperties.read(snapshot.connection()), roles(snapshot), written.notes(),
							snapshot.takenAt().plus(retention), previous(), this.encryption, flagsNow, snapshot.part(),
							drift(snapshot, changelog)));
			}
			catch (IOException ex) {
				// Asked while the half backup is still there: without it there is room
				// again.
				throw full(String.valueOf(ex.getMessage()))
						? noSpace("the disk is full: up to %d MB are needed, %d MB are free without the half backup"
							.formatted(need >> 20, (this.store.usableBytes() + partial.bytes()) >> 20))
						: ex;
			}
		}
	}

	private PartialBackup begin(String id) {
		try {
			return this.store.begin(id);
		}
		catch (UncheckedIOException ex) {
			throw full(String.valueOf(ex.getCause()))
					? noSpace("the disk is full: %d MB are free".formatted(this.store.usableBytes() >> 20)) : ex;
		}
	}

	private void demandRows(Snapshot snapshot) {
		if (snapshot.part() != null && snapshot.tables().isEmpty()) {
			throw new Rejected("backup.no-table", "Nothing of '%s' can have rows: name a table that does"
				.formatted(String.join(", ", snapshot.part().chosen())));
		}
	}

	private boolean full(String failure) {
		return failure.matches("(?s).*(No space left|quota exceeded|not enough space).*")
				|| this.store.usableBytes() < 1 << 20;
	}

	private void checkSpace(long need) {
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
		return ChangelogHistory.of(snapshot.connection())
			.map((history) -> new ChangelogState(history.changesets(), history.last(), history.digest()))
			.orElse(null);
	}

	/** Asked only where there is a changelog to drift from. */
	private static @Nullable Drift drift(Snapshot snapshot, @Nullable ChangelogState changelog) throws SQLException {
		return (changelog != null) ? Drift.of(SchemaRecord.drift(snapshot.connection())) : null;
	}

	/** Of some tables those that they own, or that fill their columns. */
	private static List<Sequence> sequences(Snapshot snapshot) throws SQLException {
		var sequences = new ArrayList<Sequence>();
		var own = (snapshot.part() == null) ? "" : """
				and exists (select from pg_catalog.pg_depend o where o.classid = 'pg_catalog.pg_class'::regclass
					and o.objid = c.oid and o.refclassid = 'pg_catalog.pg_class'::regclass and o.deptype in ('a', 'i')
					and o.refobjid in (%1$s)
					union all select from pg_catalog.pg_attrdef v join pg_catalog.pg_depend o
					on o.classid = 'pg_catalog.pg_attrdef'::regclass and o.objid = v.oid
					and o.refclassid = 'pg_catalog.pg_class'::regclass and o.refobjid = c.oid
					where v.adrelid in (%1$s))""".formatted(snapshot.oids());
		var names = snapshot.strings("""
				select pg_catalog.format('%%I.%%I', n.nspname, c.relname) from pg_catalog.pg_class c
				join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
				and not exists (select from pg_catalog.pg_depend d where d.classid = 'pg_catalog.pg_class'::regclass
					and d.objid = c.oid and d.deptype = 'e') %s order by 1""".formatted(own));
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

}
