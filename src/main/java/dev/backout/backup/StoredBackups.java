package dev.backout.backup;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Takes, verifies and restores, and writes down that it did. */
@Component
class StoredBackups implements Backups {

	private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
		.withZone(ZoneOffset.UTC);

	private final Targets targets;

	private final ScratchDatabases scratches;

	private final FileStore store;

	private final BackupRecords records;

	private final BackupProperties properties;

	StoredBackups(Targets targets, ScratchDatabases scratches, FileStore store, BackupRecords records,
			BackupProperties properties) {
		this.targets = targets;
		this.scratches = scratches;
		this.store = store;
		this.records = records;
		this.properties = properties;
	}

	@Override
	public Backup take(String target, String key, String run, Progress progress) {
		var known = this.store.byKey(key);
		if (known.isPresent()) {
			return this.records.taken(known.get(), run, Duration.ZERO);
		}
		var from = System.nanoTime();
		var id = target + "-" + STAMP.format(this.records.now()) + "-"
				+ Integer.toHexString(Objects.hash(key, from) & 0xffff);
		var stored = doing("Backup of '%s'".formatted(target),
				() -> new Taking(this.targets.named(target), this.store, this.scratches, this.properties.workers())
					.run(id, key, this.properties.retention(), progress));
		return this.records.taken(stored, run, Duration.ofNanos(System.nanoTime() - from));
	}

	@Override
	public Verification verify(String id, String run, Duration notOlderThan, Progress progress) {
		var from = System.nanoTime();
		var stored = this.store.open(id);
		var restoring = new Restoring(stored, this.properties.workers());
		var damage = new ArrayList<>(stale(stored.manifest(), notOlderThan));
		damage.addAll(restoring.damage());
		if (!damage.isEmpty()) {
			return this.records.verified(stored, run, Duration.ZERO, since(from), damage);
		}
		var target = this.targets.named(stored.manifest().source().target());
		return doing("Verification of '%s'".formatted(id), () -> {
			restoring.checkRoles(target);
			try (var scratch = this.scratches.create(target, "verify")) {
				var started = System.nanoTime();
				restoring.into(scratch.target(), progress);
				var took = since(started);
				progress.checkpoint();
				var findings = restoring.compare(scratch.target());
				return this.records.verified(stored, run, took, since(from), findings);
			}
		});
	}

	private List<String> stale(Manifest manifest, Duration notOlderThan) {
		var age = Duration.between(manifest.takenAt(), this.records.now());
		return (age.compareTo(notOlderThan) <= 0) ? List.of()
				: List.of("The backup is stale: its snapshot is %d minutes old, at most %d were asked for"
					.formatted(age.toMinutes(), notOlderThan.toMinutes()));
	}

	@Override
	public Restoration restore(String id, String target, String run, Progress progress) {
		var from = System.nanoTime();
		var stored = this.store.open(id);
		var known = this.records.restored(id, run);
		if (known.isPresent()) {
			return known.get();
		}
		var restoring = new Restoring(stored, this.properties.workers());
		refuse(id, restoring.damage());
		var place = this.targets.named(target);
		var former = place.database() + "_before_" + Digests.sha256Hex(id + run).substring(0, 8);
		if (Swap.done(place, former)) {
			// We were cut off after the exchange.
			return this.records.restored(stored, target, run, former, since(from), Duration.ZERO);
		}
		return doing("Restore of '%s'".formatted(id), () -> {
			restoring.checkRoles(place);
			try (var scratch = this.scratches.create(place, "restore")) {
				restoring.into(scratch.target(), progress);
				refuse(id, restoring.compare(scratch.target()));
				finish(scratch.target());
				var downtime = new Swap(place).run(scratch.target().database(), former);
				scratch.keep();
				return this.records.restored(stored, target, run, former, since(from), downtime);
			}
		});
	}

	/** A lock that was held when the backup was taken is nobody's any more. */
	private static void finish(Target restored) throws SQLException {
		try (var connection = restored.open("restore"); var statement = connection.createStatement()) {
			statement.execute("drop extension if exists amcheck");
			statement.execute(
					"""
							do $$ declare t text; begin
								for t in select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
									join pg_catalog.pg_namespace n on n.oid = c.relnamespace
									where c.relname = 'databasechangeloglock' and c.relkind = 'r'
								loop
									execute format('update %s set locked = false, lockgranted = null, lockedby = null where locked', t);
								end loop;
							end $$""");
			statement.execute("analyze");
		}
	}

	private static void refuse(String id, List<String> findings) {
		if (!findings.isEmpty()) {
			throw new Rejected("backup.not-restorable",
					"Backup '%s' does not restore: %s".formatted(id, String.join("; ", findings)));
		}
	}

	@Override
	public List<Backup> list() {
		return this.records.list();
	}

	@Override
	public Optional<Backup> find(String id) {
		return this.records.find(id);
	}

	private static Duration since(long nanos) {
		return Duration.ofNanos(System.nanoTime() - nanos);
	}

	private static <T> T doing(String what, Work<T> work) {
		try {
			return work.run();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			var cancelled = new CancellationException(what + " was interrupted");
			cancelled.initCause(ex);
			throw cancelled;
		}
		catch (Exception ex) {
			throw new IllegalStateException("%s failed: %s".formatted(what, ex.getMessage()), ex);
		}
	}

	private interface Work<T> {

		T run() throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(BackupProperties.class)
	static class Store {

		@Bean
		FileStore backupStore(BackupProperties properties, @Value("${backout.data-dir}") Path data) {
			var key = Objects.requireNonNullElseGet(properties.keyFile(), () -> data.resolve("backup.key"));
			var directory = Objects.requireNonNullElseGet(properties.directory(), () -> data.resolve("backups"));
			return new FileStore(directory, ManifestKey.in(key));
		}

	}

}
