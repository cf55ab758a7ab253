package dev.backout.check;

import java.sql.SQLException;

import dev.backout.fingerprint.SchemaRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks that compare a target with a recorded state or a stored report. */
class ComparisonTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	static final String CONTENT = """
			parameters:
			  baseline: before-{release}
			  tables:
			    - {table: public.item}
			    - {table: public.sale, where: "id <= 3"}""";

	static final String REPORT = """
			parameters:
			  sql: select region, sum(amount) as total, count(*) as sales from sale group by region
			  key: [region]
			  baseline: before-{release}
			  tolerance: {total: 1%}""";

	@BeforeEach
	void plain() {
		FIXTURE.execute("""
				drop table if exists item, sale, extra;
				create table item (id int primary key, name text, at timestamptz, price double precision, raw bytea);
				create table sale (id int primary key, region text, amount numeric);
				insert into item select i, 'n' || i, '2026-01-01 00:00:00.123456+00', i / 3.0, '\\x00ff'
					from generate_series(1, 100) i;
				insert into sale values (1, 'north', 100), (2, 'north', 200), (3, 'south', 50)""");
	}

	void record() {
		FIXTURE.baselines.record("shop", "before-shop-2", "mira");
	}

	@Test
	void sameSchemaHasNotDrifted() {
		record();

		var result = FIXTURE.check("schema-drift", "parameters: {baseline: 'before-{release}'}");

		assertThat(result.outcome()).isEqualTo(Outcome.PASS);
		assertThat(result.value()).isEqualTo("0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "alter table item add column extra int", "alter table item alter column name set not null",
			"create table extra (id int)", "create index item_name on item (name)",
			"alter table sale alter column amount type bigint", "drop table sale" })
	void eachChangeOfTheSchemaIsDrift(String change) {
		record();
		FIXTURE.execute(change);

		var result = FIXTURE.check("schema-drift", "parameters: {baseline: 'before-{release}'}");

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.FAIL);
		assertThat(result.evidence()).isNotEmpty();
	}

	@Test
	void nothingRecordedIsInconclusiveAndSaysTheMend() {
		var result = FIXTURE.check("schema-drift", "parameters: {baseline: never}");

		assertThat(result.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
		assertThat(result.value()).isNull();
		assertThat(result.summary())
			.isEqualTo("No state 'never' of target 'shop' was recorded; record it before the release");
	}

	@Test
	void withoutABaselineItComparesWithWhatTheChangelogMade() throws SQLException {
		assertThat(FIXTURE.check("schema-drift", "parameters: {}").outcome()).isEqualTo(Outcome.INCONCLUSIVE);
		FIXTURE.execute("create schema backout");
		try (var connection = FIXTURE.target.open("test")) {
			var before = SchemaRecord.before(connection, false);
			FIXTURE.execute("""
					create table databasechangelog (id text, author text, filename text, md5sum text, exectype text,
						orderexecuted int)""");
			before.changed(connection);
		}
		assertThat(FIXTURE.check("schema-drift", "parameters: {}").outcome()).isEqualTo(Outcome.PASS);
		FIXTURE.execute("create index item_name on item (name)");

		var result = FIXTURE.check("schema-drift", "parameters: {}");

		assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
		assertThat(result.evidence()).singleElement().asString().contains("index public.item_name");
		assertThat(FIXTURE.check("schema-drift", "parameters: {ignore: ['index public.item_name']}").outcome())
			.isEqualTo(Outcome.PASS);
		FIXTURE.execute("drop schema backout cascade; drop table databasechangelog");
	}

	@ParameterizedTest
	@ValueSource(strings = { "update item set name = 'x' where id = 7", "update item set name = null where id = 7",
			"update item set at = at + interval '1 microsecond' where id = 7",
			"update item set price = price + 1e-15 where id = 1", "update item set raw = '\\x00fe' where id = 7",
			"delete from item where id = 7", "update sale set amount = 100.0 where id = 1", "drop table item" })
	void oneChangedCellIsFound(String change) {
		FIXTURE.suite(CheckFixture.aSuite("content-digests", CONTENT));
		record();
		assertThat(FIXTURE.check("content-digests", CONTENT).outcome()).isEqualTo(Outcome.PASS);
		FIXTURE.execute(change);

		var result = FIXTURE.check("content-digests", CONTENT);

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.FAIL);
		assertThat(result.value()).isEqualTo("1");
	}

	@Test
	void rowsOutsideTheComparedPartMayCome() {
		FIXTURE.suite(CheckFixture.aSuite("content-digests", CONTENT));
		record();
		FIXTURE.execute("insert into sale values (4, 'west', 1)");

		var result = FIXTURE.run().results().get(0);

		assertThat(result.outcome()).as(result.summary() + result.evidence()).isEqualTo(Outcome.PASS);
	}

	@Test
	void partThatWasNotRecordedIsInconclusive() {
		FIXTURE.suite(CheckFixture.aSuite("invalid-indexes"));
		record();

		assertThat(FIXTURE.check("content-digests", CONTENT).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
	}

	@Test
	void rowsMayBeBoundedByStateAndByName() {
		record();
		FIXTURE.execute("insert into sale values (4, 'west', 1), (5, 'west', 1)");

		assertThat(FIXTURE.check("row-counts", "parameters: {baseline: 'before-{release}'}").outcome())
			.isEqualTo(Outcome.FAIL);
		assertThat(FIXTURE.check("row-counts", "parameters: {baseline: 'before-{release}', more: 2}").outcome())
			.isEqualTo(Outcome.PASS);
		assertThat(FIXTURE.check("row-counts", "parameters: {tables: {public.sale: {least: 6}}}").evidence())
			.containsExactly(Measurement.row("table", "public.sale", "rows", "5", "expected", "at least 6"));
		assertThat(FIXTURE.check("row-counts", "parameters: {tables: {public.nothing: {least: 0}}}").outcome())
			.isEqualTo(Outcome.FAIL);
	}

	@Test
	void fewerRowsThanRecordedAreFound() {
		record();
		FIXTURE.execute("delete from sale where id = 1");

		assertThat(FIXTURE.check("row-counts", "parameters: {baseline: 'before-{release}', more: 1000}").outcome())
			.isEqualTo(Outcome.FAIL);
		assertThat(FIXTURE.check("row-counts", "parameters: {baseline: 'before-{release}', fewer: 1}").outcome())
			.isEqualTo(Outcome.PASS);
	}

	@Test
	void reportMayDifferByItsTolerance() {
		FIXTURE.suite(CheckFixture.aSuite("report", REPORT));
		record();

		FIXTURE.execute("update sale set amount = 202 where id = 2");
		assertThat(FIXTURE.run().results().get(0).outcome()).isEqualTo(Outcome.PASS);

		FIXTURE.execute("update sale set amount = 250 where id = 2");
		var result = FIXTURE.run().results().get(0);
		assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
		assertThat(result.evidence())
			.containsExactly(Measurement.row("region", "•••", "column", "total", "expected", "•••", "now", "•••"));
	}

	@Test
	void reportComparesWithRowsInTheSuite() {
		var expected = """
				parameters:
				  sql: select region, sum(amount) as total from sale group by region
				  key: [region]
				  show: [region, total]
				  expected:
				    - {region: north, total: 300.00}
				    - {region: south, total: 51}
				    - {region: east, total: 1}""";

		var result = FIXTURE.check("report", expected);

		assertThat(result.value()).isEqualTo("2");
		assertThat(result.evidence()).containsExactly(
				Measurement.row("region", "south", "column", "total", "expected", "51", "now", "50"),
				Measurement.row("region", "east", "column", "*", "expected", "a row", "now", "no row"));
	}

	@Test
	void recordedAgainTheNewerStateCounts() {
		record();
		FIXTURE.execute("create table extra (id int)");
		record();

		assertThat(FIXTURE.check("schema-drift", "parameters: {baseline: 'before-{release}'}").outcome())
			.isEqualTo(Outcome.PASS);
	}

}
