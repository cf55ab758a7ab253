package dev.backout.backup;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.ScratchDatabases.Scratch;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * The backups in a directory, with no database of our own behind them: for the command
 * line, and for the day on which nothing else is left.
 */
public final class BackupFiles {

	private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private final FileStore store;

	private final ScratchDatabases scratches = new ScratchDatabases();

	private final CopySettings settings;

	private final Clock clock;

	private final StoreTime time;

	BackupFiles(FileStore store, CopySettings settings, Clock clock) {
		this.time = new StoreTime(store.root(), clock);
		this.store = store;
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Opens a store.
	 * @param directory of the backups; created when the first is taken
	 * @param key file with the key that signs manifests; made if missing
	 * @param workers connections that copy at the same time
	 */
	static BackupFiles in(Path directory, Path key, int workers, Clock clock) {
		return new BackupFiles(new FileStore(directory, ManifestKey.in(key)), CopySettings.plain(workers), clock);
	}

	/** Opens a store to take backups into; a key that is missing is made. */
	public static BackupFiles toFill(StoreOptions options, Clock clock) {
		return new BackupFiles(new FileStore(options.directory(), ManifestKey.in(options.key())), options.settings(),
				clock);
	}

	/**
	 * Opens a store for what is in it.
	 * @throws Rejected {@code backup.store}, {@code backup.key} without it or its key
	 */
	public static BackupFiles toRead(StoreOptions options, Clock clock) {
		return toFill(options.demandDirectory().demandKey(), clock);
	}

	/**
	 * Opens a store to fetch backups into, which the same key has signed.
	 * @throws Rejected {@code backup.key} without the key
	 */
	public static BackupFiles toFetch(StoreOptions options, Clock clock) {
		return toFill(options.demandKey(), clock);
	}

	FileStore store() {
		return this.store;
	}

	/** As {@link #take(Target, List, String, Duration, Progress)}, of all tables. */
	public Backup take(Target target, String key, Duration retention, Progress progress) {
		return take(target, List.of(), key, retention, progress);
	}

	/** As {@link Backups#take}; a key that is known gives the backup that has it. */
	public Backup take(Target target, List<String> tables, String key, Duration retention, Progress progress) {
		var from = System.nanoTime();
		return backup(takeStored(target, tables, key, retention, null, progress),
				Duration.ofNanos(System.nanoTime() - from));
	}

	FileStore.Stored takeStored(Target target, List<String> tables, String key, Duration retention,
			@Nullable FlagStates flags, Progress progress) {
		var stored = this.store.byKey(key).orElseGet(() -> {
			var id = "%s-%s-%04x".formatted(target.name(), STAMP.format(this.clock.instant()),
					ThreadLocalRandom.current().nextInt(1 << 16));
			return filling("Backup of '%s'".formatted(target.name()), target,
					() -> taking(target, tables, id, flags).run(id, key, retention, progress));
		});
		this.time.seen();
		return stored;
	}

	private static <T> T filling(String what, Target server, Doing.Work<T> work) {
		return Doing.the(what, () -> new ServerDisk(server).filledBy(what, work));
	}

	private Taking taking(Target target, List<String> tables, String id, @Nullable FlagStates flags)
			throws SQLException {
		var key = this.settings.keys().key();
		return new Taking(target, this.store, writing(target, id, key),
				key.map((seal) -> new Manifest.Encryption(SealKey.ALGORITHM, seal.name())).orElse(null), flags, tables);
	}

	private Writing writing(Target target, String id, Optional<SealKey> key) throws SQLException {
		try (var connection = target.open("backup")) {
			var tools = this.settings.dumpWith(connection.getMetaData().getDatabaseMajorVersion());
			return tools
				.<Writing>map((found) -> new PgDumpWriting(target, this.scratches, found, this.settings.workers()))
				.orElseGet(() -> new CopyWriting(target, this.scratches, this.settings,
						key.map((seal) -> seal.sealing(id)).orElse(Sealing.NONE)));
		}
	}

	/**
	 * As {@link Backups#verify}.
	 * @param server where the scratch database goes; its rows are only read, and only to
	 * say which of them differ
	 */
	public Verification verify(String id, Target server, Scrutiny scrutiny, Progress progress) {
		return verify(this.store.open(id), server, scrutiny, RowRules.NONE, progress);
	}

	Verification verify(FileStore.Stored stored, Target server, Scrutiny scrutiny, RowRules rules, Progress progress) {
		var from = System.nanoTime();
		var findings = new ArrayList<>(stale(stored.manifest(), scrutiny.notOlderThan()));
		findings.addAll(stored.misfits());
		findings.addAll(unreadable(stored));
		if (!findings.isEmpty()) {
			return new Verification(this.clock.instant(), Duration.ZERO, since(from), findings);
		}
		var restoring = new Restoring(stored, this.settings);
		return filling("Verification of '%s'".formatted(stored.manifest().id()), server, () -> {
			restoring.checkRoles(server);
			try (var scratch = this.scratches.create(server, "verify")) {
				var started = System.nanoTime();
				var wrong = new ArrayList<>(filled(restoring, scratch.target(), stored, progress));
				var took = since(started);
				progress.checkpoint();
				if (wrong.isEmpty()) {
					wrong.addAll(restoring.compare(scratch.target(), server, scrutiny.thorough(), progress));
					// A rule looks at other tables as well, which are empty in a part.
					var asked = (stored.manifest().part() != null && scrutiny.suite() == null) ? RowRules.NONE : rules;
					wrong
						.addAll(broken(asked, scrutiny, scratch.target(), server, stored.manifest().source().target()));
				}
				return new Verification(this.clock.instant(), took, since(from), wrong);
			}
		});
	}

	/**
	 * Rules that are broken on the target as well are no fault of the backup: one that is
	 * taken in an incident holds the harm. Whoever names a suite hears of all of them.
	 */
	private static Collection<String> broken(RowRules rules, Scrutiny scrutiny, Target restored, Target source,
			String target) {
		if (scrutiny.suite() != null) {
			return scrutiny.suite().isEmpty() ? List.of() : rules.broken(scrutiny.suite(), restored, target).values();
		}
		var suite = rules.of(target);
		if (suite.isEmpty()) {
			return List.of();
		}
		var broken = new TreeMap<>(rules.broken(suite.get(), restored, target));
		if (!broken.isEmpty()) {
			broken.keySet().removeAll(rules.broken(suite.get(), source, target).keySet());
		}
		return broken.values();
	}

	/**
	 * Restores into a scratch database, which the caller closes.
	 * @param server where it goes; never the target's rows
	 * @throws Rejected {@code backup.not-restorable}
	 */
	Scratch scratch(String id, Target server, String purpose, Progress progress) {
		var stored = this.store.open(id);
		stored.manifest().demandWhole("no copy of the database is made from it");
		refuse(id, stored.misfits());
		refuse(id, unreadable(stored));
		var restoring = new Restoring(stored, this.settings);
		return filling("Restore of '%s'".formatted(id), server, () -> {
			restoring.checkRoles(server);
			var scratch = this.scratches.create(server, purpose);
			try {
				refuse(id, filled(restoring, scratch.target(), stored, progress));
				return scratch;
			}
			catch (Exception ex) {
				scratch.close();
				throw ex;
			}
		});
	}

	/**
	 * Restores, and reads the files only once: what is wrong with them shows on the way.
	 * @return what is wrong with them
	 */
	private static List<String> filled(Restoring restoring, Target empty, FileStore.Stored stored, Progress progress)
			throws Exception {
		try {
			restoring.into(empty, progress);
			return restoring.unread();
		}
		catch (CancellationException ex) {
			throw ex;
		}
		catch (Exception ex) {
			var damage = stored.damage();
			if (damage.isEmpty()) {
				throw ex;
			}
			return damage;
		}
	}

	/**
	 * As {@link Backups#restore}.
	 * @param key of who asks; after a crash the same one finds what is done
	 */
	public Restoration restore(String id, Target target, String key, Progress progress) {
		var from = System.nanoTime();
		if (!new BesideTarget(target, this.scratches).swapped(id + key)) {
			refuse(id, beside(id, target, id + key, progress).findings());
		}
		var exchange = swap(target, id + key);
		return new Restoration(id, exchange.former(), since(from), exchange.downtime());
	}

	/**
	 * As {@link Restores#beside}.
	 * @param key of who asks; the same one gets the same database
	 */
	public Verification beside(String id, Target target, String key, Progress progress) {
		var from = System.nanoTime();
		var stored = this.store.open(id);
		stored.manifest().demandWhole("it cannot take the place of the database");
		var damage = new ArrayList<>(stored.misfits());
		damage.addAll(unreadable(stored));
		if (!damage.isEmpty()) {
			return new Verification(this.clock.instant(), Duration.ZERO, since(from), damage);
		}
		var restoring = new Restoring(stored, this.settings);
		return filling("Restore of '%s'".formatted(id), target, () -> {
			restoring.checkRoles(target);
			var took = new Duration[] { Duration.ZERO };
			var findings = new RestoreBeside(target, this.scratches).run(id, key, (empty) -> {
				var started = System.nanoTime();
				var wrong = filled(restoring, empty, stored, progress);
				took[0] = since(started);
				progress.checkpoint();
				return wrong.isEmpty() ? restoring.compare(empty, null, false, progress) : wrong;
			});
			return new Verification(this.clock.instant(), took[0], since(from), findings);
		});
	}

	/** As {@link Restores#swap}, whatever was approved. */
	Exchange swap(Target target, String key) {
		return new BesideTarget(target, this.scratches).swap(key);
	}

	/** As {@link Restores#swapBack}. */
	Exchange swapBack(Target target, String key) {
		return new BesideTarget(target, this.scratches).swapBack(key);
	}

	/** As {@link Restores#discard}. */
	String discard(Target target, String key) {
		return new BesideTarget(target, this.scratches).discard(key);
	}

	/** As {@link Restores#tables}. */
	public TableRestoration tables(String id, Target target, List<String> tables, Progress progress) {
		var stored = this.store.open(id);
		refuse(id, stored.damage());
		var contents = new StoredContents(stored, this.settings.keys().of(stored.manifest()));
		return Doing.the("Restore of %s".formatted(tables),
				() -> new RestoreInPlace(stored, contents, target, tables).run(progress));
	}

	/** As {@link Restores#formers}. */
	public List<Former> formers(Target target) {
		return Doing.the("List of former databases", () -> new RestoreBeside(target, this.scratches).formers());
	}

	/** As {@link Restores#release}. */
	public boolean release(Target target, String former) {
		return Doing.the("Release of '%s'".formatted(former),
				() -> new RestoreBeside(target, this.scratches).release(former));
	}

	/** Newest first; what cannot be trusted is left out. */
	public List<Backup> list() {
		var backups = new ArrayList<Backup>();
		for (var id : this.store.ids()) {
			try {
				backups.add(backup(this.store.open(id), Duration.ZERO));
			}
			catch (Rejected ex) {
				// Verifying it says what is wrong.
			}
		}
		backups.sort(java.util.Comparator.comparing(Backup::takenAt).reversed());
		return backups;
	}

	/** Names of what cannot be trusted, each with the reason. */
	public SortedMap<String, String> untrusted() {
		var untrusted = new TreeMap<String, String>();
		for (var id : this.store.ids()) {
			try {
				this.store.open(id);
			}
			catch (Rejected ex) {
				untrusted.put(id, ex.reason());
			}
		}
		return untrusted;
	}

	/** Second copies in another place. */
	public Elsewhere elsewhere(SecondPlace place) {
		return new Elsewhere(this, place.open(this.store));
	}

	/**
	 * Looks whether the keys at hand open a backup.
	 * @throws Rejected {@code backup.key} when they do not
	 */
	public void demandKeyOf(String id) {
		this.settings.keys().of(this.store.open(id).manifest());
	}

	/** What is to be said of what is in a backup and what is not, one sentence each. */
	public List<String> remarks(String id) {
		return this.store.open(id).manifest().remarks();
	}

	/** Database that a backup was taken of, as its server calls it. */
	public String databaseOf(String id) {
		return this.store.open(id).manifest().source().database();
	}

	/** Target that a backup was taken of. */
	public String targetOf(String id) {
		return this.store.open(id).manifest().source().target();
	}

	/**
	 * Deletes a backup whose time is over, by clocks that agree.
	 * @param witness the time of another clock, such as a database's; {@code null} when
	 * there is none to ask
	 * @throws Rejected {@code backup.held}, {@code backup.retained} before,
	 * {@code backup.clock} when the time is in doubt
	 */
	public void retire(String id, @Nullable Instant witness) {
		this.store.delete(id, this.time.trusted(witness));
	}

	/** As {@link #retire}, without doing it. */
	void refuseToRetire(String id, Instant witness) {
		this.store.refuseToDelete(id, this.time.trusted(witness));
	}

	/** The legal hold on a backup, while there is one. */
	public Optional<Hold> held(String id) {
		return this.store.notes().hold(this.store.open(id).manifest().id());
	}

	/** Places a legal hold. */
	public void hold(String id, String actor, String reason) {
		this.store.notes()
			.add(this.store.open(id).manifest().id(), StoreNotes.Kind.HOLD, actor, reason, null, this.clock.instant());
	}

	/** Ends a legal hold. */
	public void release(String id, String actor, String reason) {
		if (held(id).isEmpty()) {
			throw new Rejected("backup.not-held", "Backup '%s' is not held".formatted(id));
		}
		this.store.notes().add(id, StoreNotes.Kind.RELEASE, actor, reason, null, this.clock.instant());
	}

	/** How long a backup is kept. */
	public Instant retainUntil(String id) {
		return this.store.retainUntil(this.store.open(id));
	}

	/**
	 * Keeps a backup longer.
	 * @throws Rejected {@code backup.retained} when that would be shorter
	 */
	public void retain(String id, Instant until, String actor, String reason) {
		if (until.isBefore(retainUntil(id))) {
			throw new Rejected("backup.retained",
					"Backup '%s' is kept until %s, and retention is never made shorter".formatted(id, retainUntil(id)));
		}
		this.store.notes().add(id, StoreNotes.Kind.RETAIN, actor, reason, until, this.clock.instant());
	}

	/** Without its key an encrypted backup is whole and of no use. */
	private List<String> unreadable(FileStore.Stored stored) {
		try {
			this.settings.keys().of(stored.manifest());
			return List.of();
		}
		catch (Rejected ex) {
			return List.of(ex.reason());
		}
	}

	private List<String> stale(Manifest manifest, Duration notOlderThan) {
		var age = Duration.between(manifest.takenAt(), this.clock.instant());
		return (age.compareTo(notOlderThan) <= 0) ? List.of()
				: List.of("The backup is stale: its snapshot is %d minutes old, at most %d were asked for"
					.formatted(age.toMinutes(), notOlderThan.toMinutes()));
	}

	private static void refuse(String id, List<String> findings) {
		if (!findings.isEmpty()) {
			throw new Rejected("backup.not-restorable",
					"Backup '%s' does not restore: %s".formatted(id, String.join("; ", findings)));
		}
	}

	static Backup backup(FileStore.Stored stored, Duration took) {
		var manifest = stored.manifest();
		var data = manifest.data();
		return new Backup(manifest.id(), manifest.source().target(), manifest.takenAt(), took, manifest.engine(),
				data.rows(), manifest.bytes(), manifest.schemaDigest(), data.digest(), stored.manifestDigest(),
				manifest.retainUntil(), manifest.tablesOfPart(), null);
	}

	private static Duration since(long nanos) {
		return Duration.ofNanos(System.nanoTime() - nanos);
	}

}
