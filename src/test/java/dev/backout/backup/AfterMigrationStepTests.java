package dev.backout.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.Freezes;
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

/** A backup after a migration stands in no other migration's way. */
class AfterMigrationStepTests {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	BackupFixture fixture;

	Freezes freezes;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@BeforeEach
	void begin() {
		this.fixture = new BackupFixture(this.data, own, this.shop);
		this.freezes = DatabaseFixture.freezes(own);
		this.shop.jdbc().sql("create table item as select i as id from generate_series(1, 1000) i").update();
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	private dev.backout.step.StepOutcome execute() {
		return new AfterMigrationStep(this.fixture.backups, this.freezes).execute(AStep.with("target", "shop"));
	}

	@Test
	void takesTheWholeDatabase() {
		assertThat(execute()).isInstanceOfSatisfying(Done.class,
				(done) -> assertThat(done.outputs()).containsEntry("rows", "1000").containsKey("backupId"));
		assertThat(execute()).as("the same step again").isInstanceOf(Done.class);
		assertThat(this.fixture.store.ids()).hasSize(1);
	}

	@Test
	void whatWasCutShortIsNotListedAndTheSameStepTakesItAnew() throws Exception {
		var step = AStep.with("target", "shop");
		Progress cut = new Progress() {

			@Override
			public void at(long done, long total, String unit) {
			}

			@Override
			public void checkpoint() {
				assertThat(partial()).as("in the middle").hasSize(1);
				throw new CancellationException("the node stops");
			}

		};
		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> this.fixture.backups.takeAside("shop", step.key(), step.runId(), cut));
		assertThat(partial()).isEmpty();
		var killed = Files.createDirectories(this.fixture.directory.resolve(".partial-shop-20261201T000000Z-0000"));
		Files.writeString(killed.resolve("manifest.json"), "a killed process wrote this");
		assertThat(this.fixture.store.ids()).as("half of one is none").isEmpty();

		assertThat(execute()).isInstanceOf(Done.class);

		assertThat(this.fixture.store.ids()).hasSize(1);
		assertThat(partial()).as("cleared away with the next").isEmpty();
	}

	private List<Path> partial() {
		try (var entries = Files.list(this.fixture.directory)) {
			return entries.filter((entry) -> entry.getFileName().toString().startsWith(".partial-")).toList();
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	@Test
	void waitsForNoMigration() throws Exception {
		try (var migration = this.shop.dataSource().getConnection(); var statement = migration.createStatement()) {
			migration.setAutoCommit(false);
			statement.execute("alter table item alter id type bigint");

			assertThat(execute()).isInstanceOfSatisfying(Refused.class,
					(refused) -> assertThat(refused.code()).isEqualTo("busy"));
			assertThat(this.fixture.store.ids()).isEmpty();
		}
	}

	@Test
	void waitsUntilAnotherRunIsDoneWithTheTarget() {
		this.freezes.freeze(this.fixture.target, "run-7", Duration.ofSeconds(1));
		try {
			assertThat(execute()).isInstanceOfSatisfying(Refused.class, (refused) -> {
				assertThat(refused.code()).isEqualTo("busy");
				assertThat(refused.reason()).contains("run-7");
			});
		}
		finally {
			this.freezes.thaw(this.fixture.target, Duration.ofSeconds(1));
		}
	}

	@Test
	void givesWayToAMigrationThatWaitsForATable() throws Exception {
		try (var migration = this.shop.dataSource().getConnection();
				var backup = this.fixture.target.open("backup");
				var watch = new GivingWay(this.fixture.target, Progress.NONE)) {
			backup.setAutoCommit(false);
			backup.createStatement().execute("lock table item in access share mode");
			watch.checkpoint();
			var waiting = CompletableFuture.runAsync(() -> alter(migration));

			await().untilAsserted(() -> assertThatExceptionOfType(Rejected.class).isThrownBy(watch::checkpoint)
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.locked"))
				.withMessageContaining("gives way"));

			backup.rollback();
			waiting.get();
		}
	}

	private static void alter(java.sql.Connection migration) {
		try (var statement = migration.createStatement()) {
			statement.execute("set lock_timeout = '60s'; alter table item add column note text");
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
