package dev.backout.check;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** One changed cell among a million rows is found, whatever its type. */
@Tag("bench")
class ChangedCellBench {

	static final int ROWS = Integer.getInteger("bench.check.rows", 1_000_000);

	static final String CONTENT = """
			parameters: {baseline: 'before-{release}', tables: [{table: public.item}]}
			timeout: 10m""";

	/** Each with the way back. The last two change pairs that cancel in weaker sums. */
	static final String[][] CHANGES = {
			{ "bytea", "update item set raw = '\\x00fe' where id = 777777",
					"update item set raw = '\\x00ff' where id = 777777" },
			{ "microseconds", "update item set at = at + interval '1 microsecond' where id = 777777",
					"update item set at = at - interval '1 microsecond' where id = 777777" },
			{ "NULL against ''", "update item set note = '' where id = 777777",
					"update item set note = null where id = 777777" },
			{ "float text", "update item set price = 0.1::float8 + 0.2::float8 where id = 777777",
					"update item set price = 0.3 where id = 777777" },
			{ "numeric scale", "update item set amount = 1.00 where id = 777777",
					"update item set amount = 1.0 where id = 777777" },
			{ "duplicates that cancel", "update item set word = 'B' where id in (5, 6)",
					"update item set word = 'A' where id in (5, 6)" },
			{ "values swapped", "update item set word = case id when 7 then 'D' else 'C' end where id in (7, 8)",
					"update item set word = case id when 7 then 'C' else 'D' end where id in (7, 8)" } };

	@Test
	void isFound() throws Exception {
		var fixture = new CheckFixture();
		fixture.execute(
				"""
						create table item (id int primary key, raw bytea, at timestamptz, note text, price float8, amount numeric,
							word text);
						insert into item select i, '\\x00ff', '2026-01-01 00:00:00.123456+00', null, 0.3, 1.0,
							case when i in (5, 6) then 'A' when i = 7 then 'C' when i = 8 then 'D' else 'x' end
						from generate_series(1, %d) i"""
					.formatted(ROWS));
		fixture.suite(CheckFixture.aSuite("content-digests", CONTENT));
		fixture.baselines.record("shop", "before-shop-2", "mira");
		var millis = new LinkedHashMap<String, Object>();
		millis.put("rows", ROWS);
		for (var change : CHANGES) {
			fixture.execute(change[1].replace("777777", String.valueOf(ROWS * 7 / 9)));
			var result = fixture.check("content-digests", CONTENT);
			assertThat(result.outcome()).as(change[0]).isEqualTo(Outcome.FAIL);
			assertThat(result.value()).isEqualTo("1");
			millis.put(change[0], result.took().toMillis());
			fixture.execute(change[2].replace("777777", String.valueOf(ROWS * 7 / 9)));
		}
		assertThat(fixture.check("content-digests", CONTENT).outcome()).isEqualTo(Outcome.PASS);
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/changed-cell.json").toFile(), millis);
	}

}
