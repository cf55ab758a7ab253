package dev.backout.check;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What somebody who may write suites tries, on a target whose user may do everything. */
class HostileSqlTests {

	static final CheckFixture FIXTURE = new CheckFixture();

	@BeforeAll
	static void fill() {
		FIXTURE.execute("""
				create extension dblink;
				create table customer (id int primary key, email text);
				insert into customer values (1, 'ann@shop.example'), (2, 'bob@shop.example');
				create sequence counter;
				create function wreck() returns int language plpgsql as $$ begin delete from customer; return 1; end $$;
				create function liar() returns int stable language plpgsql as
					$$ begin perform set_config('role', 'none', true); delete from customer; return 1; end $$;
				create function looks() returns bigint stable language sql as 'select count(*) from customer';
				create function tell(text) returns int stable language plpgsql as
					$$ begin raise exception 'it was %', $1; end $$;
				create view trap as select wreck() as one;
				create view twice as select * from trap;
				create domain barbed as int check (wreck() = value);
				create operator === (leftarg = int, rightarg = int, function = int4eq);
				create function op_wreck(int, int) returns boolean language plpgsql as
					$$ begin delete from customer; return true; end $$;
				create operator !!! (leftarg = int, rightarg = int, function = op_wreck);
				create function agg_step(int, int) returns int language plpgsql as
					$$ begin delete from customer; return 1; end $$;
				create aggregate wreck_all(int) (sfunc = agg_step, stype = int, initcond = '0');
				create role intruder;
				create function borrowed() returns int immutable language sql as 'select 1';
				alter function borrowed() owner to intruder""");
		FIXTURE.execute("create function deep() returns int stable language sql begin atomic select wreck(); end");
	}

	@ParameterizedTest
	@ValueSource(strings = { "select wreck()", "select * from trap", "select * from twice", "select deep()",
			"select id !!! 1 from customer", "select wreck_all(id) from customer", "select cast(1 as barbed)",
			"select liar()", "select borrowed()", "select set_config('role', 'none', false)",
			"select set_config('session_authorization', 'postgres', false)",
			"select set_config('statement_timeout', '0', false)", "select nextval('counter')",
			"select setval('counter', 99)", "select pg_sleep(60)", "select pg_advisory_lock(1)",
			"select pg_advisory_xact_lock(1)", "select pg_try_advisory_lock(2)",
			"select pg_terminate_backend(pid) from pg_stat_activity", "select pg_cancel_backend(1)",
			"select pg_reload_conf()", "select pg_rotate_logfile()", "select pg_switch_wal()",
			"select pg_read_file('/etc/passwd')", "select pg_read_binary_file('/etc/passwd')", "select pg_ls_dir('/')",
			"select pg_stat_file('/etc/passwd')", "select lo_create(77)", "select lo_import('/etc/passwd')",
			"select lo_export(77, '/tmp/backout-hostile')", "select lo_from_bytea(77, 'x')", "select lo_unlink(77)",
			"select lo_put(77, 0, 'x')", "select dblink_exec('dbname=postgres', 'create table hostile ()')",
			"select * from dblink('dbname=postgres', 'select 1') as t(a int)",
			"select query_to_xml('delete from customer', true, true, '')", "select * from ts_stat('select wreck()')",
			"select pg_notify('x', 'y')", "select pg_logical_emit_message(false, 'a', 'b')",
			"select pg_create_restore_point('x')", "select txid_current(), wreck()", "select pg_export_snapshot()",
			"select 1 from customer where (select wreck()) = 1", "values (wreck())",
			"with x as (select wreck() as w) select * from x", "select (select max(setval('counter', 5)))",
			"select row_number() over (order by wreck()) from customer", "select * from generate_series(1, wreck()) g",
			"select array(select wreck())", "select case when false then wreck() end", "select 1 order by wreck()",
			"select 1 limit wreck()", "select 1) q; drop table customer; --", "select 1; commit; drop table customer",
			"commit; drop table customer", "do $$ begin delete from customer; end $$",
			"copy customer to program 'touch /tmp/backout-hostile'", "copy customer to '/tmp/backout-hostile'",
			"copy (select 1) to program 'true'", "create temp table t as select 1", "select 1 into temp t",
			"set role postgres", "reset role", "set session authorization default", "listen x", "notify x", "vacuum",
			"checkpoint", "load 'x'", "prepare x as delete from customer", "execute x", "declare c cursor for select 1",
			"lock table customer", "explain analyze delete from customer",
			"with gone as (delete from customer returning id) select * from gone", "select * from customer for update",
			"call wreck()", "truncate customer", "refresh materialized view nothing",
			"alter system set work_mem = '1GB'", "begin", "rollback", "/* ; */ select 1; select 2",
			"select 'a\\'; drop table customer; --'" })
	void changesNothingAndIsNeverHealthy(String sql) {
		var result = FIXTURE.check("business-rule", "parameters: {sql: \"%s\"}\ntimeout: 20s\nminimum: {most: 100}"
			.formatted(sql.replace("\\", "\\\\").replace("\"", "\\\"")));

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.ERROR);
		assertThat(result.took().toSeconds()).isLessThan(15);
		assertThat(FIXTURE.database.jdbc()
			.sql("select count(*) || ' ' || (select last_value || ' ' || is_called from counter) from customer")
			.query(String.class)
			.single()).isEqualTo("2 1 false");
		assertThat(java.nio.file.Path.of("/tmp/backout-hostile")).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "select count(*) from customer", "values (1)", "table customer",
			"select looks(), now(), random(), clock_timestamp(), gen_random_uuid()",
			"select id, id from customer -- the end", "select c.id, d.id from customer c join customer d on true",
			"select pg_total_relation_size('customer')", "select * from pg_locks", "select * from pg_stat_activity",
			"select id === 1 from customer",
			"with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select * from n",
			"select xmlelement(name a, email), to_jsonb(c) from customer c", "select regexp_matches('ab', '(a)(b)')" })
	void whatOnlyReadsIsAnswered(String sql) {
		var result = FIXTURE.check("business-rule", "parameters: {sql: \"%s\"}\nminimum: {most: 1000}".formatted(sql));

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.PASS);
	}

	@Test
	void refusalNamesTheFunctionAndTheMend() {
		var result = FIXTURE.check("business-rule", "parameters: {sql: select * from twice}");

		assertThat(result.summary()).isEqualTo("The SQL calls what it must not: wreck() may do more than read. "
				+ "Use other functions, or declare your own STABLE if it only reads");
	}

	@Test
	void guardLeavesNothingBehind() {
		FIXTURE.check("business-rule", "parameters: {sql: select 1}");

		assertThat(FIXTURE.database.jdbc()
			.sql("select count(*) from pg_class where relname = 'backout_guard'")
			.query(Integer.class)
			.single()).isZero();
	}

	@Test
	void conditionOfAContentCheckIsSqlToo() {
		var content = """
				parameters:
				  baseline: before
				  tables: [{table: public.customer, where: "id > dblink_exec('dbname=postgres', 'select 1')::int"}]""";
		FIXTURE.suite(CheckFixture.aSuite("content-digests", content));

		org.assertj.core.api.Assertions.assertThatThrownBy(() -> FIXTURE.baselines.record("shop", "before", "mira"))
			.hasMessageContaining("dblink_exec");
	}

	@ParameterizedTest
	@ValueSource(strings = { "select email::int from customer", "select tell(email) from customer",
			"select (email || chr(10) || email)::int from customer", "select email::json from customer",
			"select email::date from customer",
			"select ('{\\\"a\\\": \\\"' || email || '\\\"}')::jsonb -> 'a' ->> 5, email::uuid from customer" })
	void noMessageTellsWhatIsInARow(String sql) {
		var result = FIXTURE.check("business-rule", "parameters: {sql: \"%s\"}".formatted(sql));

		assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
		assertThat(result.summary()).doesNotContain("ann@").doesNotContain("shop.example");
	}

	@Test
	void evidenceShowsOnlyWhatTheSuiteLetsThrough() {
		var result = FIXTURE.check("business-rule",
				"parameters: {sql: \"select id, email, email as show, id as id from customer\", show: [id]}");

		assertThat(result.evidence()).hasSize(2)
			.allSatisfy((row) -> assertThat(row).containsEntry("email", "•••").containsEntry("show", "•••"));
		assertThat(FIXTURE.jdbc
			.sql("select string_agg(evidence::text || summary || coalesce(value, ''), ' ') from backout.check_result")
			.query(String.class)
			.single()).doesNotContain("ann@shop.example");
	}

}
