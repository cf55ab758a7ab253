package dev.backout.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backout.TestDatabase;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Many databases at once, beside an application that runs its own Liquibase. */
class ManyTargetsTests {

	@TempDir
	Path directory;

	@Test
	void noneIsWrongAndNoLockIsLeft() throws Exception {
		run(6, 3);
	}

	@Test
	@Tag("bench")
	void sixtyWithEightThreads() throws Exception {
		run(60, 8);
	}

	/**
	 * One is being read all the time, one is locked by somebody else, one is only looked
	 * at; two more have nothing special.
	 */
	@Test
	void whatIsBusyOrLockedIsLeftAloneAndTheOthersGoOn() throws Exception {
		var shops = new ArrayList<Shop>();
		for (var name : List.of("read", "locked", "seen", "plain", "other")) {
			shops.add(Shop.with(this.directory.resolve(name), Shop.CUSTOMERS).formatted(ONE_MORE));
		}
		var seen = shops.get(2);
		seen.formatted("--changeset a:0\ncreate table early (id int);\n").apply();
		seen.formatted("--changeset a:0\ncreate table early (id int);\n" + ONE_MORE);
		var lock = "select locked, lockedby, lockgranted from databasechangeloglock";
		shops.get(1)
			.sql("""
					create table databasechangeloglock (id int primary key, locked boolean not null, lockgranted timestamp, lockedby varchar(255));
					insert into databasechangeloglock values (1, true, '2026-01-02 03:04:05', 'jenkins (10.0.0.7)')""");
		var looks = new AtomicBoolean(true);
		var pool = Executors.newFixedThreadPool(5);
		try (var reader = shops.get(0).connection(); var second = shops.get(0).connection()) {
			// given somebody who reads and does not stop
			reader.setAutoCommit(false);
			count(reader);
			second.createStatement().execute("set statement_timeout = '60s'");
			var tries = new Semaphore(0);
			var options = MigrationOptions.of("many").waitingForLocks(Duration.ofMillis(200), 10_000);

			// when all are worked on at once
			var reading = pool.submit(() -> shops.get(0).apply(options.heardBy(eachTime(tries))));
			var locked = pool.submit(() -> shops.get(1).apply(options));
			var plain = pool.submit(() -> shops.get(3).apply(options));
			var other = pool.submit(() -> shops.get(4).apply(options));
			var looking = pool.submit(() -> lookAgainAndAgain(seen, looks));

			// then others read in between, each time that the statement has queued
			for (var time = 1; time <= 3; time++) {
				assertThat(tries.tryAcquire(2, TimeUnit.MINUTES)).as("try %d", time).isTrue();
				assertThat(count(second)).isEqualTo(100);
				assertThat(reading.isDone()).isFalse();
			}
			assertThatThrownBy(locked::get).hasRootCauseInstanceOf(TargetLocked.class)
				.hasMessageContaining("jenkins (10.0.0.7) since 2026-01-02 03:04:05");
			assertThat(shops.get(1).rows(lock)).containsExactly("t|jenkins (10.0.0.7)|2026-01-02 03:04:05");
			assertThat(shops.get(1).rows("select to_regclass('databasechangelog')")).containsExactly("null");
			assertThat(plain.get().changesets()).hasSize(1);
			assertThat(other.get().changesets()).hasSize(1);
			assertThat(reading.isDone()).as("the reader is still there").isFalse();
			assertThat(shops.get(0).deployed()).isEmpty();

			// and when the reader is through
			reader.commit();
			assertThat(reading.get().changesets()).hasSize(1);
			looks.set(false);
			assertThat(looking.get()).as("looks").isPositive();
			for (var done : List.of(0, 3, 4)) {
				assertThat(shops.get(done).deployed()).containsExactly("1");
				assertThat(shops.get(done).rows("select count(more) from customer")).containsExactly("100");
				assertThat(shops.get(done).rows(lock)).containsExactly("f|null|null");
			}
		}
		finally {
			looks.set(false);
			pool.shutdownNow();
			shops.forEach(Shop::close);
		}
	}

	static final String ONE_MORE = "--changeset a:1\nalter table customer add column more int not null default 1;\n";

	private static MigrationListener eachTime(Semaphore tries) {
		return new MigrationListener() {
			@Override
			public void runs(ChangesetId changeset, String sql) {
				if (sql.startsWith("alter table customer")) {
					tries.release();
				}
			}
		};
	}

	private static long count(Connection connection) throws SQLException {
		try (var statement = connection.createStatement();
				var rows = statement.executeQuery("select count(*) from customer")) {
			rows.next();
			return rows.getLong(1);
		}
	}

	/** Everything that only looks: what would run, how it would go back, its verdicts. */
	private static int lookAgainAndAgain(Shop shop, AtomicBoolean go) {
		var before = shop.fingerprint();
		var kept = "select (select count(*) from backout.change_run), (select count(*) from backout.stash)";
		var rows = shop.rows(kept);
		var looks = 0;
		while (go.get() || looks == 0) {
			assertThat(Inspector.inspect(shop.source()).changesets()).hasSize(2);
			assertThat(shop.session(MigrationOptions.of("look"), MigrationSession::pending)).hasSize(1);
			assertThat(shop.plan("0").steps()).hasSize(1);
			looks++;
		}
		assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		assertThat(shop.rows(kept)).isEqualTo(rows);
		assertThat(shop.deployed()).containsExactly("0");
		assertThat(shop.one("select locked from databasechangeloglock")).isEqualTo("f");
		return looks;
	}

	private void run(int databases, int threads) throws Exception {
		var shops = new ArrayList<Shop>();
		for (var number = 0; number < databases; number++) {
			shops.add(new Shop(this.directory.resolve("d" + number))
				.formatted(InterruptionTests.CHANGES.formatted(number % 2 == 0)));
		}
		var neighbour = TestDatabase.create();
		var stop = new AtomicBoolean();
		var pool = Executors.newFixedThreadPool(threads + 1);
		try {
			var application = pool.submit(() -> migrateAgainAndAgain(neighbour, stop));
			var work = shops.stream().map((shop) -> (Callable<Boolean>) () -> roundTrip(shop)).toList();
			for (var done : pool.invokeAll(work, 10, TimeUnit.MINUTES)) {
				assertThat(done.get()).isTrue();
			}
			stop.set(true);
			assertThat(application.get()).as("the neighbour's runs").isPositive();
		}
		finally {
			stop.set(true);
			pool.shutdownNow();
			neighbour.drop();
			shops.forEach(Shop::close);
		}
	}

	private static boolean roundTrip(Shop shop) {
		var options = MigrationOptions.of("many").patientFor(Duration.ofSeconds(1));
		var before = shop.fingerprint();
		shop.apply(options);
		assertThat(shop.deployed()).containsExactly("1", "2");
		assertThat(shop.rows("select count(*) from t1")).containsExactly("40");
		shop.revert(options, java.util.Map.of());
		assertThat(shop.deployed()).isEmpty();
		assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		assertThat(shop.one("select locked from databasechangeloglock")).isEqualTo("f");
		assertThat(shop.one(
				"select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())"))
			.isEqualTo("0");
		return true;
	}

	private static int migrateAgainAndAgain(TestDatabase database, AtomicBoolean stop) throws Exception {
		var runs = 0;
		while (!stop.get() || runs == 0) {
			var liquibase = new SpringLiquibase();
			liquibase.setDataSource(database.dataSource());
			liquibase.setChangeLog("classpath:/db/changelog/backout.yaml");
			liquibase.setResourceLoader(new DefaultResourceLoader());
			liquibase.setAnalyticsEnabled(false);
			liquibase.afterPropertiesSet();
			runs++;
		}
		return runs;
	}

}
