package dev.backout.backup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Holds, turns and measured restores in our own database. */
@Component
class KeepingRecords {

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	KeepingRecords(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
	}

	Optional<Hold> held(String backup) {
		return Optional.ofNullable(holds(List.of(backup)).get(backup));
	}

	Map<String, Hold> holds(Collection<String> backups) {
		var holds = new HashMap<String, Hold>();
		if (backups.isEmpty()) {
			return holds;
		}
		this.jdbc.sql("""
				select distinct on (backup) backup, held, actor, at, reason from backout.backup_hold
				where backup in (:backups) order by backup, id desc""").param("backups", backups).query((row) -> {
			if (row.getBoolean("held")) {
				holds.put(row.getString("backup"),
						new Hold(row.getString("actor"), instant(row, "at"), row.getString("reason")));
			}
		});
		return holds;
	}

	/** In one transaction with what goes into the store, which comes first. */
	void hold(String backup, boolean held, String actor, String reason, Instant now, Runnable store) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("insert into backout.backup_hold (backup, held, actor, at, reason) values (?, ?, ?, ?, ?)")
				.params(backup, held, actor, now.atOffset(ZoneOffset.UTC), reason)
				.update();
			this.ledger.append(Deed.of(held ? "backup.held" : "backup.hold-released", actor, backup,
					Map.of("backup", backup, "reason", reason)));
			store.run();
		});
	}

	void retained(String backup, Instant until, Set<String> reasons, String owner) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("update backout.backup set retain_until = ? where id = ? and retain_until < ?")
				.params(until.atOffset(ZoneOffset.UTC), backup, until.atOffset(ZoneOffset.UTC))
				.update();
			this.ledger.append(Deed.of("backup.retained", owner, backup,
					Map.of("backup", backup, "until", until.toString(), "generations", String.join(", ", reasons))));
		});
	}

	List<Verification> history(String backup) {
		return this.jdbc.sql("""
				select verified_at, restore_millis, took_millis, findings from backout.backup_verification
				where backup = ? order by id desc limit 100""")
			.param(backup)
			.query((row, number) -> new Verification(instant(row, "verified_at"),
					Duration.ofMillis(row.getLong("restore_millis")), Duration.ofMillis(row.getLong("took_millis")),
					List.of((String[]) row.getArray("findings").getArray())))
			.list();
	}

	/** Restores of a target that held, oldest first. */
	List<Objectives.Measured> restores(String target) {
		return this.jdbc.sql("""
				select * from (select v.verified_at, v.restore_millis, v.id from backout.backup_verification v
					join backout.backup b on b.id = v.backup
					where b.target = ? and v.restore_millis > 0 and cardinality(v.findings) = 0 and b.tables = '{}'
					order by v.id desc limit 20) newest order by id""")
			.param(target)
			.query((row, number) -> new Objectives.Measured(instant(row, "verified_at"),
					Duration.ofMillis(row.getLong("restore_millis"))))
			.list();
	}

	@Nullable Instant lastDrill(String target) {
		return this.jdbc.sql("""
				select max(v.verified_at) from backout.backup_verification v join backout.backup b on b.id = v.backup
				where b.target = ? and v.restore_millis > 0 and b.tables = '{}'""")
			.param(target)
			.query((row, number) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
				.map(OffsetDateTime::toInstant))
			.single()
			.orElse(null);
	}

	/** What the asking step was told before, if it was. */
	Optional<String> turn(String run, String key) {
		return this.jdbc.sql("select target from backout.backup_turn where run = ? and key = ?")
			.params(run, key)
			.query(String.class)
			.optional();
	}

	Set<String> turns(String run) {
		return Set
			.copyOf(this.jdbc.sql("select target from backout.backup_turn where run = ? and not again and target <> ''")
				.param(run)
				.query(String.class)
				.list());
	}

	void again(String run, String target) {
		this.jdbc.sql("update backout.backup_turn set again = true where run = ? and target = ?")
			.params(run, target)
			.update();
	}

	void turn(String run, String key, String target, @Nullable String backup, Instant now) {
		this.jdbc.sql("""
				insert into backout.backup_turn (run, key, target, backup, at) values (?, ?, ?, ?, ?)
				on conflict do nothing""").params(run, key, target, backup, now.atOffset(ZoneOffset.UTC)).update();
	}

	Optional<String> drawn(String run, String key) {
		return this.jdbc.sql("select backup from backout.backup_turn where run = ? and key = ? and backup is not null")
			.params(run, key)
			.query(String.class)
			.optional();
	}

	/** Whether the run has taken a backup of the target that restores. */
	boolean succeeded(String run, String target) {
		return this.jdbc.sql("""
				select exists (select from backout.backup b join backout.backup_verification v on v.backup = b.id
					where b.run = ? and b.target = ? and b.tables = '{}' and cardinality(v.findings) = 0)""")
			.params(run, target)
			.query(Boolean.class)
			.single();
	}

	/** Targets whose latest turn in a schedule brought no backup that restores. */
	List<Missed> missed() {
		return this.jdbc
			.sql("""
					select t.target, t.at from (select distinct on (target) * from backout.backup_turn
						where target <> '' and backup is null order by target, at desc) t
					where not exists (select from backout.backup b join backout.backup_verification v on v.backup = b.id
						where b.target = t.target and b.tables = '{}' and b.taken_at > t.at - interval '1 minute' and cardinality(v.findings) = 0)""")
			.query((row, number) -> new Missed(row.getString(1), instant(row, "at")))
			.list();
	}

	/** A turn of a target without a backup that restores. */
	record Missed(String target, Instant at) {
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
