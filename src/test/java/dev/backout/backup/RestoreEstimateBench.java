package dev.backout.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.TestDatabase;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Drills small backups, estimates the restore of a larger one, restores it and swaps it
 * in: estimate against actual, and how long nobody could connect. {@code -Drows=} sets
 * the rows of the larger one.
 */
@Tag("bench")
class RestoreEstimateBench {

	@TempDir
	Path data;

	@Test
	void estimateAgainstActual() throws Exception {
		var rows = Integer.getInteger("rows", 8_000_000);
		var shop = TestDatabase.create();
		var fixture = new BackupFixture(this.data, LedgerFixture.on(TestDatabase.withSchema(), this.data), shop);
		var results = new ArrayList<Map<String, Object>>();
		shop.jdbc()
			.sql("create table item (id bigint primary key, customer int, state text, note text); create index on item (customer)")
			.update();
		int present = 0;
		for (var part : List.of(rows / 16, rows / 8, rows / 4, rows)) {
			shop.jdbc().sql("""
					insert into item select i, i %% 100000, 'state ' || i %% 7, md5(i::text)
					from generate_series(%d, %d) i""".formatted(present + 1, part)).update();
			present = part;
			var backup = fixture.take("bench-" + part);
			var estimate = fixture.restores.estimate(backup);
			var verification = fixture.verify(backup);
			assertThat(verification.findings()).isEmpty();
			results.add(result(part, backup, estimate, verification.restoreTook()));
		}
		var run = "bench";
		var backup = fixture.backups.list().get(0);
		var choice = fixture.restores.choose(backup.id(), "shop", run);
		fixture.restores.beside(backup.id(), "shop", run, Progress.NONE);
		var exchange = fixture.restores.swap("shop", run, choice.digest());
		results.add(Map.of("downtimeMillis", exchange.downtime().toMillis(), "expectedDowntimeMillis",
				choice.downtime().toMillis()));
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/restore-estimate.json").toFile(), results);
		fixture.restores.release("shop", exchange.former(), run, "bench");
		shop.drop();
	}

	private static Map<String, Object> result(int rows, Backup backup, RestoreEstimate estimate, Duration actual) {
		var result = new LinkedHashMap<String, Object>();
		result.put("rows", rows);
		result.put("bytes", backup.bytes());
		result.put("expectedMillis", estimate.expected().toMillis());
		result.put("lowMillis", estimate.low().toMillis());
		result.put("highMillis", estimate.high().toMillis());
		result.put("actualMillis", actual.toMillis());
		result.put("ratio", (double) actual.toMillis() / estimate.expected().toMillis());
		result.put("withinRange", actual.compareTo(estimate.low()) >= 0 && actual.compareTo(estimate.high()) <= 0);
		result.put("source", estimate.source());
		return result;
	}

}
