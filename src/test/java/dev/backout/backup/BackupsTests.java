package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.backout.TestDatabase;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Schemas;
import dev.backout.fingerprint.Scope;
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
import static org.awaitility.Awaitility.await;

/** A backup holds one consistent state, restores to it, and says so only when it does. */
class BackupsTests {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	BackupFixture fixture;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@BeforeEach
	void prepare() {
		this.shop.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		this.fixture = new BackupFixture(this.data, own, this.shop);
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@Test
	void everythingComesBack() {
		Schemas.everything(this.shop);
		this.shop.jdbc().sql(Schemas.read("wide.sql")).update();
		this.shop.jdbc().sql("""
				create table objects as
					select lo_from_bytea(0, repeat('x', 2500000)::bytea) as object from generate_series(1, 2);
				create schema backout_stash; create table backout_stash.c_1 as select 1 as key, 'kept' as value;
				create table w.empty0 (); insert into w.empty0 default values; insert into w.empty0 default values;
				create table w.rootless (at date, x int) partition by range (at);
				create table w.p1 partition of w.rootless for values from ('2024-01-01') to ('2025-01-01');
				insert into w.rootless values ('2024-05-05', 1);
				refresh materialized view mv""").update();

		var backup = this.fixture.take("step-1");
		var verification = this.fixture.verify(backup);

		assertThat(verification.findings()).isEmpty();
		assertThat(this.fixture.backups.find(backup.id())).hasValueSatisfying((found) -> {
			assertThat(found.verified()).isTrue();
			assertThat(found.rows()).isGreaterThan(2000);
		});
		assertThat(scratchDatabases()).isEmpty();
	}

	@Test
	void askingTwiceGivesTheSame() {
		this.shop.jdbc().sql("create table item as select 1 as id").update();

		var first = this.fixture.take("step-1");

		assertThat(this.fixture.take("step-1").id()).isEqualTo(first.id());
		assertThat(this.fixture.take("step-2").id()).isNotEqualTo(first.id());
		assertThat(this.fixture.backups.list()).extracting(Backup::target).contains("shop");
	}

	@Test
	void waitsForAnOpenMigrationAndNeverCopiesNothing() throws Exception {
		this.shop.jdbc().sql("create table item as select i as id from generate_series(1, 1000) i").update();
		try (var migration = this.shop.dataSource().getConnection(); var statement = migration.createStatement()) {
			migration.setAutoCommit(false);
			statement.execute("alter table item alter id type bigint");
			var taken = new Backup[1];
			var taking = new Thread(() -> taken[0] = this.fixture.take("step-1"));
			taking.start();
			awaitWaiting();
			migration.commit();
			taking.join(Duration.ofSeconds(60).toMillis());

			assertThat(taken[0]).isNotNull();
			assertThat(taken[0].rows()).isEqualTo(1000);
			assertThat(this.fixture.verify(taken[0]).findings()).isEmpty();
		}
	}

	@Test
	void namesWhatWouldNotComeBackWhenItIsTaken() {
		this.shop.jdbc()
			.sql("create table item (id int); create access method other type table handler heap_tableam_handler")
			.update();

		var outcome = new TakeStep(this.fixture.backups).execute(AStep.with("target", "shop"));

		assertThat(outcome).isInstanceOfSatisfying(Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("cannot-rebuild");
			assertThat(refused.reason()).contains("accessmethod other");
		});
		assertThat(this.fixture.store.ids()).isEmpty();
		assertThat(scratchDatabases()).isEmpty();
	}

	@Test
	void leavesNothingWhenItIsCancelled() throws IOException {
		this.shop.jdbc().sql("create table item as select i as id from generate_series(1, 200000) i").update();
		Progress cancelled = new Progress() {
			@Override
			public void at(long done, long total, String unit) {
			}

			@Override
			public void checkpoint() {
				throw new CancellationException("told to stop");
			}
		};

		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> this.fixture.backups.verify(this.fixture.take("step-1").id(), "run-1", cancelled));

		assertThat(scratchDatabases()).isEmpty();
		assertThat(this.fixture.store.ids()).hasSize(1);
	}

	@Test
	void whatAKilledProcessLeftIsNotListedAndSweptByTheNext() throws IOException {
		this.shop.jdbc().sql("create table item as select 1 as id").update();
		var half = Files.createDirectories(this.fixture.directory.resolve(".partial-shop-killed"));
		Files.writeString(half.resolve("manifest.json"), "{}");

		assertThat(this.fixture.store.ids()).isEmpty();
		this.fixture.take("step-1");

		assertThat(half).doesNotExist();
	}

	@Test
	void restoresBesideAndSwapsKeepingWhatTheDatabaseIs() throws SQLException {
		this.shop.jdbc()
			.sql("create table item as select i as id, 'good' as state from generate_series(1, 100) i")
			.update();
		this.shop.jdbc()
			.sql("""
					alter database %1$s set search_path to "$user", public; alter database %1$s set timezone to 'Europe/Paris';
					alter role app_ro in database %1$s set statement_timeout to '5s';
					revoke connect on database %1$s from public; grant connect on database %1$s to app_ro;
					alter database %1$s connection limit 77; comment on database %1$s is 'the shop'"""
				.formatted(this.shop.name()))
			.update();
		var before = settings();
		var backup = this.fixture.take("step-1");
		this.shop.jdbc().sql("update item set state = 'bad'").update();
		Restoration restored;
		try (var client = this.shop.dataSource().getConnection()) {
			assertThat(client.isValid(5)).isTrue();

			restored = this.fixture.backups.restore(backup.id(), "shop", "run-1", Progress.NONE);
		}

		assertThat(this.shop.jdbc().sql("select distinct state from item").query(String.class).list())
			.containsExactly("good");
		assertThat(settings()).isEqualTo(before);
		assertThat(restored.downtime()).isLessThan(Duration.ofSeconds(5));
		assertThat(this.shop.jdbc()
			.sql("select datallowconn from pg_database where datname = ?")
			.param(restored.formerDatabase())
			.query(Boolean.class)
			.single()).isFalse();
		assertThat(this.fixture.backups.restore(backup.id(), "shop", "run-1", Progress.NONE).formerDatabase())
			.isEqualTo(restored.formerDatabase());
		this.shop.jdbc().sql("drop database " + restored.formerDatabase()).update();
	}

	@Test
	void stepsGiveTheNextOneWhatItNeeds() {
		this.shop.jdbc().sql("create table item as select i as id from generate_series(1, 10) i").update();

		var taken = (Done) new TakeStep(this.fixture.backups).execute(AStep.with("target", "shop"));
		var verified = (Done) new VerifyStep(this.fixture.backups, this.fixture.restores)
			.execute(AStep.with("backupId", taken.outputs().get("backupId")));

		assertThat(taken.summary()).startsWith("10 rows in ");
		assertThat(verified.outputs()).containsEntry("verified", "true");
	}

	@Test
	void seesOneChangedCellAfterARestore() throws SQLException {
		this.shop.jdbc()
			.sql("create table item as select i as id, now() as at from generate_series(1, 1000) i")
			.update();
		var before = fingerprint();

		this.shop.jdbc().sql("update item set at = at + interval '1 microsecond' where id = 500").update();

		assertThat(before.to(fingerprint()).describe()).containsExactly("* public.item: 1000 rows, contents differ");
	}

	@Test
	void anUnknownBackupIsRefused() {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.backups.verify("../etc", "run-1", Progress.NONE))
			.withMessageContaining("There is no backup");
	}

	private Fingerprint fingerprint() throws SQLException {
		try (var connection = this.shop.dataSource().getConnection()) {
			return Fingerprint.of(connection, Scope.APPLICATION);
		}
	}

	private Manifest.DatabaseSettings settings() throws SQLException {
		try (var connection = this.shop.dataSource().getConnection()) {
			return DatabaseProperties.read(connection);
		}
	}

	private List<String> scratchDatabases() {
		return own.jdbc.sql(
				"select datname from pg_database where datname like 'backout_scratch_%' and datname not like '%proof%'")
			.query(String.class)
			.list();
	}

	private void awaitWaiting() {
		await().atMost(Duration.ofSeconds(20))
			.pollInterval(Duration.ofMillis(20))
			.until(() -> own.jdbc
				.sql("select count(*) from pg_stat_activity where datname = ? and wait_event_type = 'Lock'")
				.param(this.shop.name())
				.query(Integer.class)
				.single() > 0);
	}

}
