package dev.backout.backup;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Second copies, and what is known of them. */
@Component
class SecondCopies {

	private final Optional<CopyStore> second;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	SecondCopies(Optional<CopyStore> second, JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger,
			Clock clock) {
		this.second = second;
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	boolean configured() {
		return this.second.isPresent();
	}

	/**
	 * SecondCopies a backup, or finds it copied; nothing where no second place is named.
	 */
	Optional<BackupCopy> copy(FileStore.Stored stored, Instant retainUntil, String run, Progress progress) {
		if (this.second.isEmpty()) {
			return Optional.empty();
		}
		var store = this.second.get();
		var from = System.nanoTime();
		store.put(stored, retainUntil, progress);
		var id = stored.manifest().id();
		this.transaction.executeWithoutResult((status) -> {
			var added = this.jdbc
				.sql("""
						insert into backout.backup_copy (backup, store, copied_at, bytes, protection, retain_until, took_millis)
						values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""")
				.params(id, store.name(), this.clock.instant().atOffset(ZoneOffset.UTC), stored.manifest().bytes(),
						store.protection(), retainUntil.atOffset(ZoneOffset.UTC),
						Duration.ofNanos(System.nanoTime() - from).toMillis())
				.update();
			if (added == 1) {
				this.ledger.append(Deed.of("backup.copied", "system", run, Map.of("backup", id, "store", store.name(),
						"protection", store.protection(), "manifest", stored.manifestDigest())));
			}
		});
		return of(id).stream().filter((copy) -> copy.store().equals(store.name())).findFirst();
	}

	List<BackupCopy> of(String backup) {
		return this.jdbc.sql("select * from backout.backup_copy where backup = ? order by store")
			.param(backup)
			.query((row, number) -> new BackupCopy(row.getString("backup"), row.getString("store"),
					row.getObject("copied_at", OffsetDateTime.class).toInstant(), row.getLong("bytes"),
					row.getString("protection"),
					Optional.ofNullable(row.getObject("retain_until", OffsetDateTime.class))
						.map(OffsetDateTime::toInstant)
						.orElse(null),
					Duration.ofMillis(row.getLong("took_millis"))))
			.list();
	}

	/** In the second place too: a hold that is only ours would stop nobody there. */
	void hold(String backup, boolean held) {
		copied(backup).ifPresent((store) -> store.hold(backup, held));
	}

	void retain(String backup, Instant until) {
		copied(backup).ifPresent((store) -> {
			store.retain(backup, until);
			this.jdbc.sql("update backout.backup_copy set retain_until = ? where backup = ? and store = ?")
				.params(until.atOffset(ZoneOffset.UTC), backup, store.name())
				.update();
		});
	}

	/**
	 * Deletes it there, before it is deleted here.
	 * @throws Rejected {@code backup.retained} when the store refuses
	 */
	void delete(String backup) {
		copied(backup).ifPresent((store) -> {
			store.delete(backup);
			this.jdbc.sql("delete from backout.backup_copy where backup = ? and store = ?")
				.params(backup, store.name())
				.update();
		});
	}

	private Optional<CopyStore> copied(String backup) {
		return this.second.filter((store) -> of(backup).stream().anyMatch((copy) -> copy.store().equals(store.name())));
	}

}
