package dev.backout.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome.Done;
import dev.backout.step.StepOutcome.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A frozen target takes no writes but ours, and a thawed one is as it was. */
class FreezesTests {

	static final Duration NONE = Duration.ZERO;

	@TempDir
	static Path data;

	static LedgerFixture own;

	final TestDatabase shop = TestDatabase.create();

	final Target target = DatabaseFixture.aTarget(this.shop);

	Freezes freezes;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), data);
	}

	@BeforeEach
	void prepare() {
		own.jdbc.sql("delete from backout.target_freeze").update();
		this.shop.jdbc().sql("create table item (id int)").update();
		this.freezes = new Freezes(own.jdbc, own.transaction, own.ledger, Clock.systemUTC());
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@Test
	void othersCanOnlyReadAndWeCanWrite() throws SQLException {
		this.freezes.freeze(this.target, "run-1", NONE);

		assertThatThrownBy(() -> this.shop.jdbc().sql("insert into item values (1)").update())
			.hasMessageContaining("read-only transaction");
		assertThat(this.shop.jdbc().sql("select count(*) from item").query(Integer.class).single()).isZero();
		try (var ours = this.target.open(); var statement = ours.createStatement()) {
			assertThat(statement.executeUpdate("insert into item values (1)")).isOne();
		}
	}

	@Test
	void sessionsFromBeforeCannotWriteOn() throws SQLException {
		try (var before = this.shop.dataSource().getConnection()) {
			write(before);

			assertThat(this.freezes.freeze(this.target, "run-1", NONE)).isGreaterThanOrEqualTo(1);

			assertThatThrownBy(() -> write(before)).isInstanceOf(SQLException.class);
		}
	}

	@Test
	void anOpenTransactionMayEndWithinThePatience() throws Exception {
		try (var writer = this.shop.dataSource().getConnection()) {
			writer.setAutoCommit(false);
			write(writer);
			var freezing = new Thread(() -> this.freezes.freeze(this.target, "run-1", Duration.ofSeconds(30)));
			freezing.start();
			awaitReadOnly();
			writer.commit();
			freezing.join(Duration.ofSeconds(20).toMillis());
			assertThat(freezing.isAlive()).isFalse();
		}

		assertThat(this.shop.jdbc().sql("select count(*) from item").query(Integer.class).single()).isOne();
	}

	@Test
	void thawsToWhatItWas() throws SQLException {
		this.freezes.freeze(this.target, "run-1", NONE);
		try (var meanwhile = this.shop.dataSource().getConnection()) {
			assertThat(meanwhile.isValid(5)).isTrue();

			assertThat(this.freezes.thaw(this.target, NONE)).isTrue();

			// It would have stayed read-only in its pool for ever.
			assertThatThrownBy(() -> write(meanwhile)).isInstanceOf(SQLException.class);
		}
		this.shop.jdbc().sql("insert into item values (2)").update();
		assertThat(settings()).isZero();
		assertThat(this.freezes.thaw(this.target, NONE)).isFalse();
	}

	@Test
	void putsAnEarlierSettingBack() {
		this.shop.jdbc()
			.sql("alter database %s set default_transaction_read_only = off".formatted(this.shop.name()))
			.update();

		this.freezes.freeze(this.target, "run-1", NONE);
		this.freezes.freeze(this.target, "run-1", NONE);
		this.freezes.thaw(this.target, NONE);

		assertThat(settings()).isOne();
		this.shop.jdbc().sql("insert into item values (1)").update();
	}

	@Test
	void belongsToOneRun() {
		this.freezes.freeze(this.target, "run-1", NONE);

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.freezes.freeze(this.target, "run-2", NONE))
			.withMessageContaining("run run-1 has frozen it");
	}

	@Test
	void isRefusedWhileSomebodyCouldStillWrite() throws SQLException {
		try (var connection = this.shop.dataSource().getConnection(); var statement = connection.createStatement()) {
			statement.execute("begin; insert into item values (1); prepare transaction 'half'");
		}

		var step = new FreezeStep(Targets.of(this.target), this.freezes);
		var outcome = step.execute(AStep.with("target", "shop"));

		assertThat(outcome).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.code() + " " + refused.reason()).contains("busy",
						"prepared transaction 'half' is open"));
		assertThat(settings()).isZero();
		this.shop.jdbc().sql("rollback prepared 'half'").update();
		assertThat(step.execute(AStep.with("target", "shop"))).isInstanceOf(Done.class);
	}

	@Test
	void isRefusedWhereARoleHasADefaultOfItsOwn() {
		this.shop.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'stubborn') then create role stubborn; end if;
				end $$""").update();
		this.shop.jdbc()
			.sql("alter role stubborn in database %s set default_transaction_read_only = off"
				.formatted(this.shop.name()))
			.update();

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.freezes.freeze(this.target, "run-1", NONE))
			.withMessageContaining("alter role stubborn");
	}

	private long settings() {
		return this.shop.jdbc()
			.sql("select count(*) from pg_db_role_setting where setdatabase = (select oid from pg_database where datname = current_database())")
			.query(Long.class)
			.single();
	}

	private void awaitReadOnly() {
		await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> settings() > 0);
	}

	private static void write(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.executeUpdate("insert into item values (1)");
		}
	}

}
