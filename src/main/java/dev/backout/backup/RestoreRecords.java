package dev.backout.backup;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What restores were expected to take and took, each with its ledger entry. */
@Component
class RestoreRecords {

	private static final int NEWEST = 20;

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	RestoreRecords(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	Instant now() {
		return this.clock.instant();
	}

	/** A run may choose again; what it chose last counts. */
	RestoreChoice chosen(RestoreChoice choice) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("""
					insert into backout.restore_choice (run, backup, target, digest, chosen_at, taken_at, verified,
						expected_millis, low_millis, high_millis, source, downtime_millis)
					values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
					on conflict (run) do update set backup = excluded.backup, target = excluded.target,
						digest = excluded.digest, chosen_at = excluded.chosen_at, taken_at = excluded.taken_at,
						verified = excluded.verified, expected_millis = excluded.expected_millis,
						low_millis = excluded.low_millis, high_millis = excluded.high_millis, source = excluded.source,
						downtime_millis = excluded.downtime_millis""")
				.params(choice.run(), choice.backup(), choice.target(), choice.digest(),
						choice.takenAt().plus(choice.age()).atOffset(ZoneOffset.UTC),
						choice.takenAt().atOffset(ZoneOffset.UTC), choice.verified(),
						choice.restore().expected().toMillis(), choice.restore().low().toMillis(),
						choice.restore().high().toMillis(), choice.restore().source(), choice.downtime().toMillis())
				.update();
			this.ledger.append(Deed.of("restore.chosen", "system", choice.run(),
					Map.of("backup", choice.backup(), "target", choice.target(), "digest", choice.digest(),
							"expectedMillis", String.valueOf(choice.restore().expected().toMillis()))));
		});
		return choice;
	}

	Optional<RestoreChoice> chosen(String run) {
		return this.jdbc.sql("select * from backout.restore_choice where run = ?").param(run).query((row, number) -> {
			var taken = row.getObject("taken_at", OffsetDateTime.class).toInstant();
			var at = row.getObject("chosen_at", OffsetDateTime.class).toInstant();
			return new RestoreChoice(row.getString("run"), row.getString("backup"), row.getString("target"),
					row.getString("digest"), taken, Duration.between(taken, at), row.getBoolean("verified"),
					new RestoreEstimate(Duration.ofMillis(row.getLong("expected_millis")),
							Duration.ofMillis(row.getLong("low_millis")), Duration.ofMillis(row.getLong("high_millis")),
							row.getString("source")),
					Duration.ofMillis(row.getLong("downtime_millis")));
		}).optional();
	}

	/** Restores of a target's backups that were measured to their end, newest first. */
	List<RestoreEstimate.Drill> drills(String target) {
		return this.jdbc.sql("""
				select b.byte_count, v.restore_millis from backout.backup_verification v
				join backout.backup b on b.id = v.backup
				where b.target = ? and v.restore_millis > 0 and cardinality(v.findings) = 0 and b.tables = '{}'
				order by v.id desc limit ?""")
			.params(target, NEWEST)
			.query((row, number) -> new RestoreEstimate.Drill(row.getLong(1), Duration.ofMillis(row.getLong(2))))
			.list();
	}

	List<Duration> downtimes(String target) {
		return this.jdbc
			.sql("select downtime_millis from backout.backup_restore where target = ? order by id desc limit ?")
			.params(target, NEWEST)
			.query((row, number) -> Duration.ofMillis(row.getLong(1)))
			.list();
	}

	/** How long the restore for this run took, as far as it was measured. */
	Duration restoreTook(String backup, String run) {
		return this.jdbc.sql("""
				select took_millis from backout.backup_verification where backup = ? and run = ?
				and cardinality(findings) = 0 order by id desc limit 1""")
			.params(backup, run)
			.query((row, number) -> Duration.ofMillis(row.getLong(1)))
			.optional()
			.orElse(Duration.ZERO);
	}

	void takenBack(Exchange exchange, String run) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("delete from backout.backup_restore where run = ? and target = ?")
				.params(run, exchange.target())
				.update();
			this.ledger.append(Deed.of("restore.taken-back", "system", run, Map.of("target", exchange.target(),
					"downtimeMillis", String.valueOf(exchange.downtime().toMillis()))));
		});
	}

	RestoreCheck checked(String target, String run, RestoreCheck check) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("insert into backout.restore_check (run, target, checked_at, findings) values (?, ?, ?, ?)")
				.params(run, target, now().atOffset(ZoneOffset.UTC), check.findings().toArray(String[]::new))
				.update();
			this.ledger.append(Deed.of("restore.checked", "system", run, Map.of("target", target, "held",
					String.valueOf(check.held()), "findings", String.join("; ", check.findings()))));
		});
		return check;
	}

	Optional<TableRestoration> tables(String backup, String run, List<String> tables) {
		return this.jdbc.sql("""
				select tables, row_count, took_millis from backout.restore_tables
				where run = ? and backup = ? and tables = ?::text[] order by id desc limit 1""")
			.params(run, backup, tables.toArray(String[]::new))
			.query((row, number) -> new TableRestoration(backup, List.of((String[]) row.getArray(1).getArray()),
					row.getLong(2), Duration.ofMillis(row.getLong(3))))
			.optional();
	}

	TableRestoration tables(TableRestoration restored, String target, String run) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc
				.sql("""
						insert into backout.restore_tables (run, backup, target, tables, row_count, restored_at, took_millis)
						values (?, ?, ?, ?, ?, ?, ?)""")
				.params(run, restored.backup(), target, restored.tables().toArray(String[]::new), restored.rows(),
						now().atOffset(ZoneOffset.UTC), restored.took().toMillis())
				.update();
			this.ledger.append(Deed.of("restore.tables", "system", run, Map.of("backup", restored.backup(), "target",
					target, "tables", String.join(", ", restored.tables()), "rows", String.valueOf(restored.rows()))));
		});
		return restored;
	}

	void released(String target, String former, String run, String actor) {
		this.transaction.executeWithoutResult((status) -> this.ledger
			.append(Deed.of("restore.former-released", actor, run, Map.of("target", target, "database", former))));
	}

}
