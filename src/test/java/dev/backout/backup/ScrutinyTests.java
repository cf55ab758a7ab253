package dev.backout.backup;

import java.nio.file.Path;
import java.util.List;
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
		fixture.rules.addBean("rules", new NoFreeItems());
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
		var held = fixture.verify(backup);
		var asked = fixture.backups.verify(backup.id(), "run-1", new Scrutiny(Backups.MAX_AGE, false, "strict"),
				Progress.NONE);

		assertThat(held.findings()).isEmpty();
		assertThat(asked.findings()).containsExactly("strict: 3000 rows of shop");
	}

	/** Expects nothing, unless strictly asked. */
	static final class NoFreeItems implements RowRules {

		@Override
		public Optional<String> of(String target) {
			return Optional.of("usual");
		}

		@Override
		public List<String> broken(String suite, Target restored, String target) {
			assertThat(restored.database()).startsWith(ScratchDatabases.PREFIX);
			try (var connection = restored.open();
					var statement = connection.createStatement();
					var rows = statement.executeQuery("select count(*) from item")) {
				rows.next();
				return suite.equals("usual") ? List.of()
						: List.of("%s: %d rows of %s".formatted(suite, rows.getLong(1), target));
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
