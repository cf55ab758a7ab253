package dev.backout.migration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.backout.TestDatabase;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

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
