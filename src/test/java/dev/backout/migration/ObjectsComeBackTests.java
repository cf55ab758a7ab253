package dev.backout.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.backout.fingerprint.Fingerprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Statements about everything else than rows and columns, as people's changelogs have
 * them: each comes back exactly, or is named as what does not.
 */
class ObjectsComeBackTests {

	static final String SETUP = DefinitionsComeBackTests.SETUP
			+ """
					create type mood as enum ('sad', 'ok'); comment on type mood is 'how it goes'; grant usage on type mood to pg_monitor;
					create table feeling (id int primary key, m mood not null default 'ok', ms mood[], note text, check (m <> 'sad' or note is not null));
					create index feeling_m on feeling (m); create index feeling_sad on feeling (id) where m = 'sad';
					create view sad as select id from feeling where m = 'sad'; comment on view sad is 'how sad'; comment on column sad.id is 'who';
					insert into feeling select i, 'ok', array['ok', 'sad']::mood[], 'n' from generate_series(1, 10) i;
					create type point3 as (x int, y int); comment on column point3.x is 'across';
					create type span as range (subtype = float8, subtype_diff = float8mi);
					create domain zip as text default '00000' constraint zip_len check (length(value) = 5) not null; comment on domain zip is 'post';
					comment on constraint zip_len on domain zip is 'five';
					create table place (id int generated always as identity (start 7 increment 3), code zip, data text);
					insert into place (code) values ('12345'), ('23456');
					create sequence loose start 5 increment 2 cache 1; select setval('loose', 11); comment on sequence loose is 'free'; grant usage on sequence loose to pg_monitor;
					create schema side; comment on schema side is 'aside'; grant usage on schema side to pg_monitor;
					create schema empty_one; comment on schema empty_one is 'nothing in it';
					create table side.t (id int primary key, v text); create sequence side.s;
					create function plus(a int, b int default 1) returns int language sql immutable as 'select a + b'; comment on function plus(int, int) is 'adds';
					create function plus(a text) returns text language sql as 'select a';
					revoke execute on function plus(text) from public; grant execute on function plus(text) to pg_monitor;
					create procedure nop() language sql as 'select 1';
					create aggregate total_of (int) (sfunc = int4pl, stype = int, initcond = '0');
					create statistics emp_stats (dependencies) on name, dept_id from emp; comment on statistics emp_stats is 's';
					create rule quiet as on delete to free do instead nothing; comment on rule quiet on free is 'hush';
					create table kin (id int, extra text); create table child_kin (more int) inherits (kin);
					create table stray (id int, extra text);
					create table big_2 (id int, at date);
					cluster free using free_pkey;
					create materialized view counted with (fillfactor = 80) as select count(*) as n from emp with no data;
					create view deep as select name from of_view;
					create collation german (provider = libc, locale = 'C');
					alter table emp alter name set (n_distinct = 5);
					grant select on all tables in schema side to pg_monitor;
					alter default privileges in schema side grant select on tables to pg_monitor;
					create publication pub for table dept;
					""";

	@TempDir
	Path directory;

	static final List<String> COME_BACK = List.of("alter type mood add value 'happy'",
			"alter type mood add value if not exists 'bad' before 'ok'", "alter type mood rename value 'sad' to 'blue'",
			"alter type mood rename to humour", "alter type mood set schema side",
			"alter type mood owner to pg_monitor", "alter type point3 rename attribute x to xx",
			"alter type point3 add attribute z int", "alter type point3 rename to p3", "drop type point3",
			"drop type span", "drop type point3, span", "drop type if exists no_such_type", "drop type point3 cascade",
			"alter domain zip drop default", "alter domain zip set default '99999'", "alter domain zip drop not null",
			"alter domain zip drop constraint zip_len",
			"alter domain zip add constraint digits check (value ~ '^\\d+$') not valid",
			"alter domain zip rename constraint zip_len to zip_length", "alter domain zip rename to postcode",
			"alter domain zip owner to pg_monitor", "create domain email as text check (value ~ '@')",
			"alter sequence loose increment by 10", "alter sequence loose restart with 500",
			"alter sequence loose maxvalue 1000 cycle cache 5", "alter sequence loose owned by dept.id",
			"alter sequence loose rename to looser", "alter sequence loose set schema side",
			"alter sequence loose as bigint", "alter sequence loose owner to pg_monitor", "drop sequence loose",
			"drop sequence loose, side.s", "create sequence if not exists loose", "create sequence if not exists fresh",
			"alter schema side rename to aside", "alter schema side owner to pg_monitor", "drop schema empty_one",
			"create schema if not exists side", "comment on schema side is 'changed'",
			"grant usage, create on schema side to public", "revoke usage on schema side from pg_monitor",
			"grant usage on sequence loose to pg_read_all_data with grant option",
			"revoke all on sequence loose from pg_monitor", "grant execute on function plus(text) to public",
			"revoke execute on function plus(int, int) from public",
			"grant execute on all functions in schema public to pg_monitor",
			"grant select, insert on all tables in schema public to pg_monitor", "grant select on emp, dept to public",
			"revoke all on table emp from pg_monitor", "grant update (name, pay) on emp to pg_monitor",
			"revoke update (name) on emp from public", "grant usage on type mood to public",
			"revoke usage on domain zip from public", "revoke select on emp from postgres",
			"grant select on side.t to public; grant delete on side.t to public",
			"alter default privileges in schema side grant insert on tables to public",
			"alter default privileges in schema side revoke select on tables from pg_monitor",
			"alter default privileges grant select on sequences to public",
			"alter function plus(int, int) rename to add_up", "alter function plus(a int, b int) set schema side",
			"alter function plus(int, int) volatile strict set search_path = public",
			"alter function plus(text) owner to pg_monitor", "alter procedure nop() security definer",
			"alter routine nop() rename to nothing_at_all", "alter aggregate total_of(int) rename to sum_of",
			"comment on aggregate total_of(int) is 'a'", "drop function plus(int, int)",
			"drop function plus(text), plus(int, int)", "drop procedure nop", "drop routine nop()",
			"comment on function plus(text) is 'text'", "comment on view sad is null",
			"comment on column sad.id is 'nobody'", "comment on index feeling_m is 'x'",
			"comment on constraint emp_grade_check on emp is 'x'", "comment on trigger touch on emp is 'x'",
			"comment on policy only_own on emp is 'x'", "comment on rule quiet on free is 'loud'",
			"comment on materialized view pays is 'x'", "comment on column pays.total is 'x'",
			"comment on sequence loose is null", "comment on type mood is 'x'",
			"comment on constraint zip_len on domain zip is 'x'", "comment on statistics emp_stats is 'x'",
			"comment on table emp is E'it''s\\nnew'", "comment on procedure nop() is 'x'", "drop view of_view cascade",
			"drop view names cascade", "drop view if exists nowhere", "drop view deep, sad",
			"drop materialized view if exists pays, counted", "create or replace view sad as select id, m from feeling",
			"alter view sad rename to blue", "alter view sad rename column id to who",
			"alter view sad rename id to who", "alter view sad set schema side", "alter view sad owner to pg_monitor",
			"alter view sad alter column id set default 7", "alter view sad set (security_barrier = true)",
			"alter materialized view pays rename to pay", "alter materialized view pays set (fillfactor = 50)",
			"alter materialized view pays rename column total to sum",
			"alter materialized view pays owner to pg_monitor",
			"alter materialized view pays alter column total set statistics 5",
			"alter materialized view pays set schema side", "alter trigger touch on emp rename to touched",
			"alter policy only_own on emp rename to own", "alter policy only_own on emp to pg_monitor using (true)",
			"alter rule quiet on free rename to silent", "drop rule quiet on free",
			"create or replace rule quiet as on delete to free do also select 1", "alter table free disable rule quiet",
			"alter table emp disable trigger all", "alter table emp disable trigger user",
			"alter statistics emp_stats rename to st", "alter statistics emp_stats set statistics 50",
			"drop statistics emp_stats", "create statistics more_stats on name, pay from emp",
			"alter table place alter column id set generated by default",
			"alter table place alter column id drop identity",
			"alter table place alter column id set increment by 9 set maxvalue 5000",
			"alter table dept alter column id add generated by default as identity",
			"alter table free cluster on free_code", "alter table free set without cluster",
			"cluster free using free_code", "alter table stray inherit kin",
			"alter table kin alter column extra set default 'q'",
			"alter table only kin alter column extra set default 'q'", "alter table kin alter extra set not null",
			"alter table big attach partition big_2 for values from ('2026-02-01') to ('2026-03-01')",
			"alter table big detach partition big_1", "alter table big alter column id set not null",
			"alter table big alter column id set default 4", "create index big_at on big (at)",
			"create index big_only on only big (at)", "alter table big add constraint positive check (id > 0)",
			"alter table big_1 alter column id set default 9", "alter table emp set schema side",
			"alter table side.t rename to u", "alter table emp owner to pg_monitor",
			"alter table emp replica identity full", "alter table emp replica identity using index emp_pkey",
			"alter table feeling alter column note set storage external",
			"alter table feeling alter column note set compression pglz",
			"alter table emp alter name reset (n_distinct)", "alter table emp set unlogged",
			"alter table emp rename constraint emp_grade_check to grade_positive",
			"alter table emp alter constraint emp_dept_id_fkey deferrable initially deferred",
			"alter table emp add constraint emp_name_key unique (name)",
			"create unique index emp_u on emp (id, code); alter table emp add constraint emp_u unique using index emp_u",
			"alter index emp_name set (fillfactor = 60)", "alter index emp_name rename to by_name",
			"drop index emp_name", "drop index emp_name, feeling_m",
			"drop index if exists nowhere, feeling_sad cascade",
			"create index on feeling (lower(note)); table feeling; values (1)",
			"create or replace function plus(a int, b int default 1) returns int language sql as 'select a + b + 1'",
			"create or replace procedure nop() language sql as 'select 2'",
			"create or replace trigger touch before insert on emp for each row execute function touch()",
			"create publication p2 for all tables", "create collation c2 from \"C\"",
			"create type fresh as enum ('a'); alter type fresh add value 'b'; drop type fresh",
			"alter collation german rename to deutsch",
			"set search_path = side, public; create table here (id int); alter table t add column w int; create sequence q; create view vv as select 1 as one; reset search_path",
			"select set_config('search_path', 'side', false); create function here() returns int language sql as 'select 1'; alter table t rename to tt",
			"select id, name into copied from dept",
			"do $$ begin if not exists (select 1 from pg_class where relname = 'made') then create table made (id int); alter table dept add column at timestamptz; end if; end $$",
			"do $$ begin alter table dept add column x int default 3; update dept set name = name || '!'; end $$",
			"do $$ begin create index on dept (name); comment on table dept is 'd'; grant select on dept to public; end $$",
			"do $$ begin create type made as enum ('a'); create function made() returns int language sql as 'select 1'; end $$",
			"explain analyze delete from free where id > 5", "begin; alter table dept add column y int; commit",
			"alter table if exists nowhere add column x int",
			"comment on table emp is null; comment on table emp is 'again'");

	static final List<String> NAMED = List.of("drop schema side cascade", "drop type mood cascade",
			"drop aggregate total_of(int)", "drop collation german", "drop publication pub",
			"alter publication pub add table emp", "create cast (text as mood) with inout as assignment",
			"create operator === (leftarg = int, rightarg = int, function = int4eq)",
			"alter type point3 drop attribute y", "alter type point3 alter attribute x type bigint",
			"alter table free alter column code set default 'x', set tablespace pg_default",
			"alter table child_kin no inherit kin", "drop function touch() cascade",
			"create aggregate first_of (int) (sfunc = int4larger, stype = int)", "do $$ begin drop table stray; end $$",
			"do $$ begin alter table dept drop column name cascade; end $$",
			"do $$ begin alter table dept alter column id type bigint; end $$",
			"do $$ begin drop function plus(text); end $$", "do $$ begin alter table free rename to freed; end $$",
			"drop sequence side.s; drop schema side cascade");

	@Test
	void comeBackIdentical() {
		eachOnItsOwn(COME_BACK, (shop, before) -> {
			shop.apply();

			var outcome = shop.revert();

			assertThat(outcome.conflicts()).isEmpty();
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		});
	}

	@Test
	void areNamedAsWhatDoesNotComeBack() {
		eachOnItsOwn(NAMED, (shop, fresh) -> {
			shop.apply();
			var before = shop.fingerprint();

			assertThatThrownBy(() -> shop.revert()).isInstanceOf(IrreversibleChange.class)
				.hasMessageContaining("c.sql::1::a cannot be reverted");

			assertThat(shop.fingerprint().digest()).as("nothing was touched").isEqualTo(before.digest());
			throw new Worn();
		});
	}

	/** The database serves again as long as it comes back. */
	private void eachOnItsOwn(List<String> all, java.util.function.BiConsumer<Shop, Fingerprint> walk) {
		var failures = new ArrayList<String>();
		var shop = Shop.with(this.directory, SETUP);
		var fresh = shop.fingerprint();
		for (var statements : all) {
			try {
				walk.accept(shop.formatted("--changeset a:1 splitStatements:false\n" + statements + ";\n"), fresh);
			}
			catch (RuntimeException | AssertionError ex) {
				if (!(ex instanceof Worn)) {
					failures.add(statements + "\n\t" + ex.getMessage());
				}
				shop.close();
				shop = Shop.with(this.directory, SETUP);
				fresh = shop.fingerprint();
			}
		}
		shop.close();
		assertThat(failures).as("%d of %d", failures.size(), all.size()).isEmpty();
	}

	/** The walk was right, but its database is not as it was. */
	private static final class Worn extends RuntimeException {

	}

	@Test
	void aLabelThatIsInUseStaysAndIsSaid() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nalter type mood add value 'happy';\n")) {
			shop.apply();
			shop.sql("insert into feeling values (50, 'happy', null, 'n')");
			var before = shop.fingerprint();

			assertThatThrownBy(() -> shop.revert())
				.hasMessageContaining("1 row(s) of public.feeling hold a value of public.mood");

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			shop.sql("delete from feeling where id = 50");
			shop.revert();
			assertThat(shop.rows("select unnest(enum_range(null::mood))")).containsExactly("sad", "ok");
			assertThat(shop.rows("select id from sad")).isEmpty();
		}
	}

	@Test
	void aScriptThatEndsTheTransactionItselfIsRefused() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\ncreate table one (id int);\nrollback;\ncreate table two (id int);\n")) {
			assertThatThrownBy(shop::apply).hasMessageContaining("rollback").hasMessageContaining("runInTransaction");
			assertThat(shop.rows("select to_regclass('one'), to_regclass('two')")).containsExactly("null|null");
		}
	}

}
