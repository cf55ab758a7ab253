package dev.backout.backup;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a verification looks at beyond schema and rows, when it is told to. */
class ScrutinyTests {

	@TempDir
	static Path data;

	static TestDatabase shop;

	static BackupFixture fixture;

	static Backup backup;

	@BeforeAll
	static void takeOne() {
		shop = TestDatabase.create();
		shop.jdbc().sql("""
				create table item (id int primary key, price int); create index on item (price);
				insert into item select i, i from generate_series(1, 3000) i""").update();
		fixture = new BackupFixture(data, LedgerFixture.on(TestDatabase.withSchema(), data), shop);
		backup = fixture.take("step-1");
		fixture.rules.addBean("rules", new NoItems());
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	@Test
	void thoroughlyItStillRestores() {
		var verification = fixture.backups.verify(backup.id(), "run-1", new Scrutiny(Backups.MAX_AGE, true, ""),
				Progress.NONE);

		assertThat(verification.findings()).isEmpty();
	}

	@Test
	void aRowThatAnIndexLacksIsFoundOnlyThoroughly() throws Exception {
		var target = DatabaseFixture.aTarget(shop);
		try (var scratch = new ScratchDatabases().create(target, "verify")) {
			try (var connection = scratch.target().open(); var statement = connection.createStatement()) {
				statement.execute("create table item (id int, price int); create index item_price on item (price)");
				statement.execute("update pg_index set indisready = false where indexrelid = 'item_price'::regclass");
			}
			try (var connection = scratch.target().open(); var statement = connection.createStatement()) {
				statement.execute("insert into item select i, i from generate_series(1, 1000) i");
				statement.execute("update pg_index set indisready = true where indexrelid = 'item_price'::regclass");
			}

			assertThat(IndexCheck.run(scratch.target(), false, 2, Progress.NONE)).isEmpty();
			assertThat(IndexCheck.run(scratch.target(), true, 2, Progress.NONE)).singleElement()
				.asString()
				.contains("Index public.item_price", "lacks matching index tuple");
		}
	}

	@Test
	void whatTheBusinessExpectsMustHoldOnTheRestoredRows() {
		var usual = fixture.verify(backup);
		var asked = fixture.backups.verify(backup.id(), "run-1", new Scrutiny(Backups.MAX_AGE, false, "named"),
				Progress.NONE);

		assertThat(usual.findings()).as("broken on the target as well").isEmpty();
		assertThat(asked.findings()).containsExactly("named: 3000 rows of shop");
	}

	@Test
	void aRuleThatTheTargetKeepsAndTheBackupBreaksIsAFinding() {
		shop.jdbc().sql("create table kept as select * from item; delete from item").update();

		var usual = fixture.verify(backup);
		shop.jdbc().sql("insert into item select * from kept; drop table kept").update();

		assertThat(usual.findings()).containsExactly("usual: 3000 rows of shop");
	}

	/** Expects that there are no rows at all. */
	static final class NoItems implements RowRules {

		@Override
		public Optional<String> of(String target) {
			return Optional.of("usual");
		}

		@Override
		public Map<String, String> broken(String suite, Target rows, String target) {
			try (var connection = rows.open();
					var statement = connection.createStatement();
					var found = statement.executeQuery("select count(*) from item")) {
				found.next();
				var count = found.getLong(1);
				return (count == 0) ? Map.of()
						: Map.of("no-items", "%s: %d rows of %s".formatted(suite, count, target));
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
