package dev.backout.check;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Rules in SQL, kind and hostile ones. */
class BusinessRuleTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	@BeforeAll
	static void fill() {
		FIXTURE.execute(
				"""
						create table customer (id int primary key, email text, score numeric);
						insert into customer values (1, 'ann@shop.example', 5), (2, null, 1), (3, '', null);
						create sequence counter;
						create function wreck() returns int language plpgsql as $$ begin delete from customer; return 1; end $$""");
	}

	static String rule(String sql, String... more) {
		return "parameters:\n  sql: |\n    %s\n%s".formatted(sql.replace("\n", "\n    "),
				more.length > 0 ? "  " + String.join("\n  ", more) : "");
	}

	@Test
	void noRowsPass() {
		assertThat(FIXTURE.check("business-rule", rule("select id from customer where id < 0")).outcome())
			.isEqualTo(Outcome.PASS);
	}

	@Test
	void offendingRowsAreShownWithoutWhatIsNobodysBusiness() {
		var result = FIXTURE.check("business-rule",
				rule("select id, email from customer where id < 3 order by id", "show: [id]"));

		assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
		assertThat(result.value()).isEqualTo("2");
		assertThat(result.evidence()).containsExactly(Measurement.row("id", "1", "email", "•••"),
				Measurement.row("id", "2", "email", "NULL"));
		assertThat(result.query()).contains("select id, email");
	}

	@Test
	void someMayBeAccepted() {
		assertThat(FIXTURE.check("business-rule", rule("select id from customer"), "minimum: {most: 3}").outcome())
			.isEqualTo(Outcome.PASS);
	}

	@Test
	void valueIsHeldAgainstRangeOrExactly() {
		var sum = rule("select sum(score) from customer", "measure: value");

		assertThat(FIXTURE.check("business-rule", sum, "minimum: {least: 6, most: 6.5}").outcome())
			.isEqualTo(Outcome.PASS);
		assertThat(FIXTURE.check("business-rule", sum, "minimum: {equal: 6.00}").outcome()).isEqualTo(Outcome.PASS);
		assertThat(FIXTURE.check("business-rule", sum, "minimum: {least: 6.01}").outcome()).isEqualTo(Outcome.FAIL);
	}

	@Test
	void noValueIsInconclusiveNotGood() {
		var result = FIXTURE.check("business-rule",
				rule("select sum(score) from customer where id > 9", "measure: value"), "minimum: {most: 1}");

		assertThat(result.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
	}

	@Test
	void manyRowsWhereOneValueIsExpectedAreAnError() {
		assertThat(FIXTURE
			.check("business-rule", rule("select score from customer", "measure: value"), "minimum: {most: 1}")
			.outcome()).isEqualTo(Outcome.ERROR);
	}

	@ParameterizedTest
	@ValueSource(strings = { "delete from customer", "delete from customer returning id",
			"with gone as (delete from customer returning id) select * from gone", "select wreck()",
			"select nextval('counter')", "truncate customer", "drop table customer", "select 1; delete from customer",
			"select 1; commit; begin; delete from customer", "commit; delete from customer",
			"rollback; delete from customer", "do $$ begin delete from customer; end $$",
			"copy customer to program 'true'", "select 1 into stolen", "call wreck()",
			"select 1; set transaction read write; delete from customer", "select * from customer for update",
			"select pg_read_file('/etc/hostname')", "select lo_create(0)",
			"select pg_terminate_backend(pg_backend_pid())",
			"select set_config('transaction_read_only', 'off', true), wreck()", "explain analyze delete from customer",
			"select ?", "", "-- nothing", "select 'unclosed" })
	void hostileSqlChangesNothing(String sql) {
		var result = FIXTURE.check("business-rule",
				"parameters: {sql: %s}".formatted(quoted(sql.isEmpty() ? " " : sql)));

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).isNotBlank().doesNotContain("\n");
		assertThat(FIXTURE.database.jdbc().sql("select count(*) from customer").query(Integer.class).single())
			.isEqualTo(3);
	}

	private static String quoted(String text) {
		return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
	}

	@ParameterizedTest
	@ValueSource(strings = { "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
			"select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b" })
	void longQueryIsEnded(String sql) {
		var result = FIXTURE.check("business-rule", rule(sql), "timeout: 1s");

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).contains("took too long");
		assertThat(result.took().toSeconds()).isLessThan(10);
	}

	@Test
	void manyRowsAreCountedUpToTheLimit() {
		var result = FIXTURE.check("business-rule", rule("select * from generate_series(1, 100000000) g", "rows: 50"));

		assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
		assertThat(result.summary()).isEqualTo("More than 50 offending rows");
		assertThat(result.evidence()).hasSize(20);
		assertThat(result.more()).isEqualTo(31);
	}

	@Test
	void wideAnswerIsGivenUp() {
		var result = FIXTURE.check("business-rule", rule("select repeat('x', 60000000) as wide"));

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
	}

	@Test
	void whatIsMissingIsNamed() {
		assertThat(FIXTURE.check("business-rule", rule("select * from nowhere")).summary())
			.contains("relation \"nowhere\" does not exist");
	}

}
