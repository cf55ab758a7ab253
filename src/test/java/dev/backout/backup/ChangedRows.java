package dev.backout.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** One cell that differs among many after a restore is found, and so is its row. */
abstract class ChangedRows {

	/** Each with the way back, and what is said of it. */
	static final String[][] CHANGES = { { "bytea", "update item set raw = '\\x00fe' where id = 777",
			"update item set raw = '\\x00ff' where id = 777", "Row of public.item, id=777: raw ••• instead of •••" },
			{ "microseconds", "update item set at = at + interval '1 microsecond' where id = 777",
					"update item set at = at - interval '1 microsecond' where id = 777",
					"Row of public.item, id=777: at ••• instead of •••" },
			{ "NULL against ''", "update item set note = '' where id = 777",
					"update item set note = null where id = 777",
					"Row of public.item, id=777: note '' instead of NULL" },
			{ "float text", "update item set price = 0.1::float8 + 0.2::float8 where id = 777",
					"update item set price = 0.3 where id = 777",
					"Row of public.item, id=777: price ••• instead of •••" },
			{ "numeric scale", "update item set amount = 1.00 where id = 777",
					"update item set amount = 1.0 where id = 777",
					"Row of public.item, id=777: amount ••• instead of •••" },
			{ "values swapped", "update item set word = case id when 7 then 'D' else 'C' end where id in (7, 8)",
					"update item set word = case id when 7 then 'C' else 'D' end where id in (7, 8)",
					"Row of public.item, id=8: word ••• instead of •••" },
			{ "duplicates that cancel", "update pair set word = 'B'", "update pair set word = 'A'",
					"Which rows of public.pair: 0 changed, 2 missing, 2 too many, by the target, which has them as they were backed up" },
			{ "a row too few", "delete from item where id = 5",
					"insert into item values (5, '\\x00ff', '2026-01-01 00:00:00.123456+00', null, 0.3, 1.0, 'x')",
					"Row of public.item, id=5: missing" },
			{ "a row too many",
					"insert into item values (-5, '\\x00ff', '2026-01-01 00:00:00.123456+00', null, 0.3, 1.0, 'x')",
					"delete from item where id = -5", "Row of public.item, id=-5: too many" } };

	final Map<String, Long> millis = new LinkedHashMap<>();

	@TempDir
	Path data;

	abstract int rows();

	@Test
	void areFoundAndNamed() throws Exception {
		var shop = TestDatabase.create();
		var target = DatabaseFixture.aTarget(shop);
		shop.jdbc()
			.sql("""
					create table item (id int primary key, raw bytea, at timestamptz, note text, price float8, amount numeric,
						word text);
					insert into item select i, '\\x00ff', '2026-01-01 00:00:00.123456+00', null, 0.3, 1.0,
						case i when 7 then 'C' when 8 then 'D' else 'x' end
					from generate_series(1, %d) i;
					create table pair (word text);
					insert into pair values ('A'), ('A')"""
				.formatted(rows()))
			.update();
		var store = new FileStore(this.data.resolve("backups"), ManifestKey.in(this.data.resolve("key")));
		var settings = CopySettings.plain(2);
		var stored = new BackupFiles(store, settings, Clock.systemUTC()).takeStored(target, List.of(), "step-1",
				Duration.ZERO, null, Progress.NONE);
		var restoring = new Restoring(stored, settings);
		try (var scratch = new ScratchDatabases().create(target, "verify")) {
			restoring.into(scratch.target(), Progress.NONE);
			assertThat(compared(restoring, scratch.target(), target)).isEmpty();
			for (var change : CHANGES) {
				execute(scratch.target(), change[1]);
				var from = System.nanoTime();
				var findings = compared(restoring, scratch.target(), target);
				this.millis.put(change[0], (System.nanoTime() - from) / 1_000_000);
				assertThat(findings).as(change[0])
					.contains(change[3])
					.anyMatch((finding) -> finding.startsWith("Rows: "));
				assertThat(findings.toString()).doesNotContain("0.3", "00fe", "123457");
				execute(scratch.target(), change[2]);
			}
			assertThat(compared(restoring, scratch.target(), target)).isEmpty();
		}
		shop.drop();
	}

	private static List<String> compared(Restoring restoring, Target scratch, Target source) throws Exception {
		// What looks at the indexes stays in the scratch database.
		return restoring.compare(scratch, source, false, Progress.NONE)
			.stream()
			.filter((finding) -> !finding.contains("extension amcheck"))
			.toList();
	}

	private static void execute(Target target, String sql) throws Exception {
		try (var connection = target.open(); var statement = connection.createStatement()) {
			assertThat(statement.executeUpdate(sql)).isPositive();
		}
	}

}
