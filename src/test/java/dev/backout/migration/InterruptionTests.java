package dev.backout.migration;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Work that was cut short goes on where it stopped, and nothing happens twice. */
class InterruptionTests {

	static final String CHANGES = """
			--changeset a:1 runInTransaction:%1$s
			create table t1 (id int primary key, v text);
			insert into t1 select i, 'v' || i from generate_series(1, 50) i;
			create table t2 (id int primary key);
			--changeset a:2 runInTransaction:%1$s
			update t1 set v = upper(v) where id <= 25;
			alter table t1 rename column v to w;
			delete from t1 where id > 40;
			""";

	@TempDir
	Path directory;

	@ParameterizedTest
	@CsvSource({ "true, apply, create table t2", "true, apply, end of 2", "true, revert, drop table public.t2",
			"true, revert, end of 1", "false, apply, create table t2", "false, apply, end of 2",
			"false, apply, alter table t1 rename column v", "false, revert, drop table public.t1",
			"false, revert, end of 2" })
	void goesOnAfterKillAnywhere(boolean transactional, String direction, String killedBefore) throws Exception {
		try (var shop = new Shop(this.directory).formatted(CHANGES.formatted(transactional))) {
			var empty = shop.fingerprint();
			shop.apply();
			var undisturbed = shop.fingerprint();
			if (direction.equals("apply")) {
				shop.revert();
			}

			assertThat(Killed.before(shop, direction, killedBefore)).isEqualTo(Killed.HALTED);

			if (direction.equals("apply")) {
				shop.apply();
				assertThat(shop.fingerprint().digest()).isEqualTo(undisturbed.digest());
				assertThat(shop.deployed()).containsExactly("1", "2");
				shop.revert();
			}
			else {
				shop.revert();
			}
			assertThat(shop.fingerprint().digest()).isEqualTo(empty.digest());
			assertThat(shop.one("select locked from databasechangeloglock")).isEqualTo("f");
			assertThat(shop.one("select count(*) from backout.change_run where state = 'BEGUN'")).isEqualTo("0");
		}
	}

	@Test
	void repairsAnIndexThatAnInterruptedBuildLeftInvalid() throws Exception {
		try (var shop = new Shop(this.directory).formatted("""
				--changeset a:1
				create table t (id int primary key, v int);
				insert into t select i, i from generate_series(1, 100) i;
				--changeset a:2 runInTransaction:false
				create index concurrently t_v on t (v);
				create index t_v2 on t (v, id);
				""")) {
			shop.apply();
			var undisturbed = shop.fingerprint();
			shop.revert("2");
			var before = shop.fingerprint();
			assertThat(Killed.before(shop, "apply", "create index concurrently")).isEqualTo(Killed.HALTED);
			// what a build leaves that was cancelled while it waited for this transaction
			try (var other = shop.connection(); var writer = other.createStatement()) {
				other.setAutoCommit(false);
				writer.execute("update t set v = v where id = 1");
				assertThatThrownBy(() -> {
					try (var builder = shop.connection(); var build = builder.createStatement()) {
						build.execute("set statement_timeout = '300ms'");
						build.execute("create index concurrently t_v on t (v)");
					}
				}).hasMessageContaining("statement timeout");
				other.rollback();
			}
			assertThat(shop.one("select indisvalid from pg_index where indexrelid = 't_v'::regclass")).isEqualTo("f");

			shop.apply();

			assertThat(shop.one("select indisvalid from pg_index where indexrelid = 't_v'::regclass")).isEqualTo("t");
			assertThat(shop.fingerprint().digest()).isEqualTo(undisturbed.digest());
			shop.revert("2");
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

	@Test
	void waitsForABackendThatGoesOnWithoutItsClient() throws Exception {
		try (var shop = new Shop(this.directory).formatted("--changeset a:1\ncreate table t (id int);\n");
				var zombie = shop.connection();
				var working = zombie.createStatement()) {
			working.execute("select pg_advisory_lock(x'0BAC0'::int, hashtext('databasechangelog'))");

			assertThatThrownBy(() -> shop.apply(MigrationOptions.of("test").patientFor(Duration.ofMillis(300))))
				.isInstanceOf(TargetLocked.class)
				.hasMessageContaining("is being worked on by");

			zombie.close();
			assertThat(shop.apply().changesets()).hasSize(1);
		}
	}

	@Test
	void aReaderNeverWaitsLongerThanTheLockTimeout() throws Exception {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS)
			.formatted("--changeset a:1\nalter table customer drop column vip;\n");
				var reader = shop.connection();
				var reading = reader.createStatement()) {
			reader.setAutoCommit(false);
			reading.execute("select * from customer limit 1");
			var options = MigrationOptions.of("test").waitingForLocks(Duration.ofMillis(100), 3);

			assertThatThrownBy(() -> shop.apply(options)).isInstanceOf(TargetLocked.class)
				.hasMessageContaining("did not get its locks in 3 tries");

			assertThat(shop.one("select count(*) from databasechangelog")).isEqualTo("0");
			reader.rollback();
			assertThat(shop.apply(options).changesets()).hasSize(1);
		}
	}

	@Test
	void stopsBetweenStatementsWhenAsked() {
		try (var shop = new Shop(this.directory).formatted(CHANGES.formatted(true))) {
			var empty = shop.fingerprint();
			var listener = new MigrationListener() {
				private int asked;

				@Override
				public void checkpoint() {
					if (++this.asked == 3) {
						throw new java.util.concurrent.CancellationException("stop");
					}
				}
			};

			assertThatThrownBy(() -> shop.apply(MigrationOptions.of("test").heardBy(listener)))
				.isInstanceOf(java.util.concurrent.CancellationException.class);

			assertThat(shop.fingerprint().digest()).isEqualTo(empty.digest());
			assertThat(shop.apply().changesets()).hasSize(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "true", "false" })
	void endsALongStatementWhenAsked(boolean transactional) {
		try (var shop = Shop.with(this.directory, "create table t (id int); insert into t values (1), (2)")
			.formatted("--changeset a:1 runInTransaction:" + transactional
					+ "\nupdate t set id = id + 1 from (select pg_sleep(300)) s;\n")) {
			var before = shop.fingerprint();
			var options = MigrationOptions.of("test").heardBy(new MigrationListener() {
				private volatile boolean running;

				@Override
				public void runs(ChangesetId changeset, String sql) {
					this.running |= sql.startsWith("update");
				}

				@Override
				public void checkpoint() {
					if (this.running) {
						throw new java.util.concurrent.CancellationException("stop");
					}
				}
			});

			assertThatThrownBy(() -> shop.apply(options))
				.isInstanceOf(java.util.concurrent.CancellationException.class);

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.one("select count(*) from pg_stat_activity where query like 'update t set%'"))
				.isEqualTo("0");
			assertThat(shop.one("select locked from databasechangeloglock")).isEqualTo("f");
		}
	}

	@Test
	void aStatementThatTakesTooLongIsTakenBack() {
		try (var shop = Shop.with(this.directory, "create table t (id int)")
			.formatted("--changeset a:1\ninsert into t values (1);\nselect pg_sleep(300);\n")) {
			assertThatThrownBy(() -> shop.apply(MigrationOptions.of("test").limitedTo(Duration.ofMillis(400))))
				.hasMessageContaining("statement timeout");

			assertThat(shop.rows("select * from t")).isEmpty();
			assertThat(shop.deployed()).isEmpty();
		}
	}

	@Test
	void takesAWholePlanOrNothing() {
		try (var shop = new Shop(this.directory).formatted("""
				--changeset a:1
				create table t1 (id int);
				--changeset a:2
				insert into t1 values (1);
				--changeset a:3
				select 1 / 0;
				""")) {
			assertThatThrownBy(() -> shop.apply(MigrationOptions.of("test").asOnePlan()))
				.hasMessageContaining("division by zero");
			assertThat(shop.rows("select to_regclass('t1')")).containsExactly("null");
			assertThat(shop.deployed()).isEmpty();

			assertThatThrownBy(shop::apply).hasMessageContaining("division by zero");
			assertThat(shop.deployed()).containsExactly("1", "2");
			assertThat(shop
				.session(MigrationOptions.of("test").asOnePlan(),
						(session) -> session.revert(session.plan(Shop.ids(session, "1", "2"))))
				.changesets()).hasSize(2);
			assertThat(shop.deployed()).isEmpty();
		}
	}

}
