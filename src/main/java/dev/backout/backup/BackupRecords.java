package dev.backout.backup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What is written down of backups in our own database, each with its ledger entry. */
@Component
class BackupRecords {

	private static final String SELECT = """
			select b.*, v.verified_at, v.restore_millis, v.took_millis as verify_millis, v.findings
			from backout.backup b
			left join lateral (select * from backout.backup_verification v where v.backup = b.id
				order by v.id desc limit 1) v on true
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	BackupRecords(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	Instant now() {
		return this.clock.instant();
	}

	/** Writes down a backup, once. */
	Backup taken(FileStore.Stored stored, String run, Duration took) {
		var manifest = stored.manifest();
		this.transaction.executeWithoutResult((status) -> {
			var rows = manifest.data().rows();
			var added = this.jdbc.sql("""
					insert into backout.backup (id, target, run, taken_at, took_millis, engine, row_count, byte_count,
						schema_digest, data_digest, manifest_digest, retain_until, tables)
					values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""")
				.params(manifest.id(), manifest.source().target(), run, manifest.takenAt().atOffset(ZoneOffset.UTC),
						took.toMillis(), manifest.engine(), rows, manifest.bytes(), manifest.schemaDigest(),
						manifest.data().digest(), stored.manifestDigest(),
						manifest.retainUntil().atOffset(ZoneOffset.UTC), manifest.tablesOfPart().toArray(String[]::new))
				.update();
			if (added == 1) {
				append("backup.taken", run, taken(stored), null, manifest.data().digest());
			}
		});
		return find(manifest.id()).orElseThrow();
	}

	private static Map<String, String> taken(FileStore.Stored stored) {
		var manifest = stored.manifest();
		var parameters = new TreeMap<>(Map.of("backup", manifest.id(), "target", manifest.source().target(), "rows",
				String.valueOf(manifest.data().rows()), "manifest", stored.manifestDigest()));
		if (manifest.part() != null) {
			parameters.put("tables", String.join(", ", manifest.tablesOfPart()));
		}
		return parameters;
	}

	Verification verified(FileStore.Stored stored, String run, Verification verification) {
		var manifest = stored.manifest();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc
				.sql("""
						insert into backout.backup_verification (backup, run, verified_at, restore_millis, took_millis, findings)
						values (?, ?, ?, ?, ?, ?)""")
				.params(manifest.id(), run, verification.at().atOffset(ZoneOffset.UTC),
						verification.restoreTook().toMillis(), verification.took().toMillis(),
						verification.findings().toArray(String[]::new))
				.update();
			append("backup.verified", run,
					Map.of("backup", manifest.id(), "held", String.valueOf(verification.held()), "findings",
							String.join("; ", verification.findings())),
					manifest.data().digest(), verification.held() ? manifest.data().digest() : null);
		});
		return verification;
	}

	Restoration restored(FileStore.Stored stored, String target, String run, Restoration restoration) {
		var former = restoration.formerDatabase();
		var manifest = stored.manifest();
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc
				.sql("""
						insert into backout.backup_restore (backup, target, run, former, restored_at, took_millis, downtime_millis)
						values (?, ?, ?, ?, ?, ?, ?)""")
				.params(manifest.id(), target, run, former, now().atOffset(ZoneOffset.UTC),
						restoration.took().toMillis(), restoration.downtime().toMillis())
				.update();
			append("backup.restored", run, Map.of("backup", manifest.id(), "target", target, "former", former), null,
					manifest.data().digest());
		});
		return restoration;
	}

	/** What this run has restored already. */
	Optional<Restoration> restored(String id, String run) {
		return this.jdbc
			.sql("select former, took_millis, downtime_millis from backout.backup_restore where backup = ? and run = ?")
			.params(id, run)
			.query((rows, number) -> new Restoration(id, rows.getString(1), Duration.ofMillis(rows.getLong(2)),
					Duration.ofMillis(rows.getLong(3))))
			.optional();
	}

	List<Backup> list() {
		return this.jdbc.sql(SELECT + "where b.retired_at is null order by b.taken_at desc, b.id")
			.query((rows, number) -> backup(rows))
			.list();
	}

	Optional<Backup> find(String id) {
		return this.jdbc.sql(SELECT + "where b.id = ?").param(id).query((rows, number) -> backup(rows)).optional();
	}

	void retired(String id, String actor) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("update backout.backup set retired_at = ? where id = ? and retired_at is null")
				.params(now().atOffset(ZoneOffset.UTC), id)
				.update();
			this.ledger.append(Deed.of("backup.retired", actor, id, Map.of("backup", id)));
		});
	}

	/** The database's clock: another one than ours. */
	Instant witness() {
		return this.jdbc.sql("select clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
	}

	/**
	 * Our own note of a hold, should the store's be gone.
	 * @throws Rejected {@code backup.held}
	 */
	void refuseHeld(String id) {
		this.jdbc
			.sql("select held, actor, at, reason from backout.backup_hold where backup = ? order by id desc limit 1")
			.param(id)
			.query((row) -> {
				if (row.getBoolean("held")) {
					throw new Rejected("backup.held", "Backup '%s' is held by %s since %s: %s".formatted(id,
							row.getString("actor"), instant(row, "at"), row.getString("reason")));
				}
			});
	}

	/** Also what was refused belongs to the record. */
	void retireRefused(String id, String actor, String reason) {
		this.transaction.executeWithoutResult((status) -> this.ledger
			.append(Deed.of("backup.retire-refused", actor, id, Map.of("backup", id, "reason", reason))));
	}

	private void append(String kind, String run, Map<String, String> parameters, @Nullable String before,
			@Nullable String after) {
		this.ledger.append(new Deed(kind, "system", run, parameters, before, after));
	}

	private static Backup backup(ResultSet rows) throws SQLException {
		return new Backup(rows.getString("id"), rows.getString("target"), instant(rows, "taken_at"),
				Duration.ofMillis(rows.getLong("took_millis")), rows.getString("engine"), rows.getLong("row_count"),
				rows.getLong("byte_count"), rows.getString("schema_digest"), rows.getString("data_digest"),
				rows.getString("manifest_digest"), instant(rows, "retain_until"),
				List.of((String[]) rows.getArray("tables").getArray()), verification(rows));
	}

	private static @Nullable Verification verification(ResultSet rows) throws SQLException {
		var findings = rows.getArray("findings");
		return (findings == null) ? null
				: new Verification(instant(rows, "verified_at"), Duration.ofMillis(rows.getLong("restore_millis")),
						Duration.ofMillis(rows.getLong("verify_millis")), List.of((String[]) findings.getArray()));
	}

	private static Instant instant(ResultSet rows, String column) throws SQLException {
		return rows.getObject(column, OffsetDateTime.class).toInstant();
	}

}
