package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes targets read-only for everybody but us, and undoes exactly that.
 * <p>
 * A freeze is the database's own default for new sessions, and the end of the sessions
 * that began before it. What the default was is written down first, so that whoever comes
 * after a crash can put it back. Thawing ends the sessions that began meanwhile: they
 * would stay read-only in their pools for ever.
 */
@Component
public class Freezes {

	static final String SETTING = "default_transaction_read_only";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	private final Ledger ledger;

	private final Clock clock;

	Freezes(JdbcClient jdbc, TransactionTemplate transaction, Ledger ledger, Clock clock) {
		this.jdbc = jdbc;
		this.transaction = transaction;
		this.ledger = ledger;
		this.clock = clock;
	}

	/**
	 * Makes the target read-only and waits until nobody writes any more; finds it done
	 * when the same run asks again.
	 * @param patience how long open transactions may go on before they are ended
	 * @return how many sessions were ended
	 * @throws Rejected {@code target.busy} when another run has frozen it, or when
	 * somebody may still write; the target is then as before
	 */
	public int freeze(Target target, String run, Duration patience) {
		try (var connection = target.open("freeze")) {
			refuseWhereReadOnlyWouldNotHold(target, connection);
			var freeze = begin(target, run, setting(connection));
			set(connection, target, "on");
			var ended = new Drain(connection).end(patience);
			if (ended.isEmpty()) {
				undo(connection, target, freeze);
				throw busy(target, "sessions go on that user '%s' may not end: grant pg_signal_backend to it"
					.formatted(target.user()));
			}
			return ended.get();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Target '%s' could not be frozen".formatted(target.name()), ex);
		}
	}

	/**
	 * Puts the default back and ends the sessions that began while it was read-only; does
	 * nothing if it is not frozen.
	 * @return whether it was frozen
	 */
	public boolean thaw(Target target, Duration patience) {
		var freeze = find(target.name());
		if (freeze.isEmpty()) {
			return false;
		}
		try (var connection = target.open("thaw")) {
			set(connection, target, freeze.get().former());
			new Drain(connection).end(patience);
			end(freeze.get());
			return true;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Target '%s' could not be thawed".formatted(target.name()), ex);
		}
	}

	/** The freeze of a target, while there is one. */
	public Optional<Freeze> find(String target) {
		return this.jdbc.sql("select target, run, former, frozen_at from backout.target_freeze where target = ?")
			.param(target)
			.query((rows, number) -> new Freeze(rows.getString(1), rows.getString(2), rows.getString(3),
					rows.getObject(4, OffsetDateTime.class).toInstant()))
			.optional();
	}

	private Freeze begin(Target target, String run, @Nullable String former) {
		var present = find(target.name());
		if (present.isPresent() && !present.get().run().equals(run)) {
			throw busy(target, "run %s has frozen it at %s".formatted(present.get().run(), present.get().at()));
		}
		return present.orElseGet(() -> this.transaction.execute((status) -> {
			var now = this.clock.instant();
			this.jdbc.sql("insert into backout.target_freeze (target, run, former, frozen_at) values (?, ?, ?, ?)")
				.param(target.name())
				.param(run)
				.param(former)
				.param(now.atOffset(ZoneOffset.UTC))
				.update();
			this.ledger.append(Deed.of("target.frozen", "system", run, Map.of("target", target.name())));
			return new Freeze(target.name(), run, former, now);
		}));
	}

	private void undo(Connection connection, Target target, Freeze freeze) throws SQLException {
		set(connection, target, freeze.former());
		end(freeze);
	}

	private void end(Freeze freeze) {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.sql("delete from backout.target_freeze where target = ?").param(freeze.target()).update();
			this.ledger.append(Deed.of("target.thawed", "system", freeze.run(), Map.of("target", freeze.target())));
		});
	}

	private static void refuseWhereReadOnlyWouldNotHold(Target target, Connection connection) throws SQLException {
		try (var statement = connection.createStatement();
				var rows = statement.executeQuery(
						"""
								select pg_catalog.format('prepared transaction %L is open: commit or roll it back', gid)
								from pg_catalog.pg_prepared_xacts where database = current_database()
								union all
								select pg_catalog.format('role %I has a default of its own: alter role %1$I reset %s', setrole::regrole,
									'default_transaction_read_only')
								from pg_catalog.pg_db_role_setting s
								where setrole <> 0 and exists (select from unnest(setconfig) c
									where c ilike 'default_transaction_read_only=%')
								and setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))""")) {
			if (rows.next()) {
				throw busy(target, rows.getString(1));
			}
		}
	}

	/** The database's own setting, {@code null} when it has none. */
	private static @Nullable String setting(Connection connection) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery("""
				select split_part(c, '=', 2) from pg_catalog.pg_db_role_setting, unnest(setconfig) c
				where setrole = 0 and c like 'default_transaction_read_only=%'
				and setdatabase = (select oid from pg_catalog.pg_database where datname = current_database())""")) {
			return rows.next() ? rows.getString(1) : null;
		}
	}

	private static void set(Connection connection, Target target, @Nullable String value) throws SQLException {
		var database = ScratchDatabases.quoted(target.database());
		try (var statement = connection.createStatement()) {
			statement.execute((value != null) ? "alter database %s set %s = '%s'".formatted(database, SETTING, value)
					: "alter database %s reset %s".formatted(database, SETTING));
		}
	}

	private static Rejected busy(Target target, String why) {
		return new Rejected("target.busy", "Target '%s' cannot be frozen: %s".formatted(target.name(), why));
	}

	/**
	 * A target that is read-only now.
	 *
	 * @param target its name
	 * @param run who asked
	 * @param former the database's own setting before, {@code null} for none
	 * @param at since when
	 */
	public record Freeze(String target, String run, @Nullable String former, Instant at) {
	}

}
