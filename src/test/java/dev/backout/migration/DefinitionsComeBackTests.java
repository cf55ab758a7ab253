package dev.backout.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Statements about definitions, none with a rollback of its own. */
class DefinitionsComeBackTests {

	static final String SETUP = """
			create table dept (id int primary key, name text);
			create table emp (id int primary key, name varchar(20) not null default 'x', dept_id int references dept (id), pay numeric(8,2),
				grade int check (grade > 0), code text unique);
			create index emp_name on emp (name desc) where name <> '';
			create function touch() returns trigger language plpgsql as 'begin return new; end';
			create trigger touch before update on emp for each row execute function touch();
			alter table emp enable always trigger touch;
			create policy only_own on emp using (name = current_user);
			comment on table emp is 'people'; comment on column emp.name is 'their name'; comment on index emp_name is 'by name';
			grant select (name), update (name) on emp to public; grant select on emp to pg_monitor with grant option;
			create view names as select id, name from emp; comment on view names is 'v';
			create materialized view pays as select sum(pay) as total from emp; create unique index pays_total on pays (total);
			create view of_view as select name from names;
			insert into dept values (1, 'd'); insert into emp select i, 'n' || i, 1, i, 1, 'c' || i from generate_series(1, 10) i;
			create table big (id int, at date) partition by range (at);
			create table big_1 partition of big for values from ('2026-01-01') to ('2026-02-01');
			insert into big select i, '2026-01-05' from generate_series(1, 5) i;
			create index big_id on big (id);
			create sequence ticket;
			create table free (id int primary key, pay numeric(8,2) not null default 0.5, code text);
			create index free_code on free (code); insert into free select i, i + 0.25, 'long code ' || i from generate_series(1, 10) i;
			""";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "alter table emp alter column name drop default",
			"alter table emp alter name set default 'y', alter pay set not null",
			"alter table emp drop constraint emp_grade_check", "alter table emp drop constraint emp_dept_id_fkey",
			"alter table emp drop constraint emp_code_key", "alter table dept drop constraint dept_pkey cascade",
			"drop index emp_name", "create index on emp (pay)", "drop trigger touch on emp",
			"alter table emp disable trigger touch", "drop policy only_own on emp",
			"alter table emp enable row level security", "comment on table emp is 'changed'",
			"comment on column emp.name is null", "revoke select on emp from pg_monitor",
			"grant insert on emp to public", "alter table emp add constraint positive check (pay > 0) not valid",
			"alter table emp rename column pay to salary", "alter table emp rename to employee",
			"alter index emp_name rename to other", "drop view of_view", "drop materialized view pays",
			"create or replace view of_view as select name, 1 as one from names",
			"drop function if exists nothing(int)", "drop table emp cascade", "drop table dept cascade",
			"drop table big", "alter table emp drop column dept_id", "alter table emp drop column code",
			"alter table emp drop column name cascade",
			"alter table free drop column code, add column note text, alter column pay type numeric(10,4)",
			"alter table free alter column pay type int", "alter table free alter column id type bigint",
			"alter table free alter column code type varchar(2) using left(code, 2)",
			"create table fresh (id serial primary key, e int references emp); insert into fresh (e) values (1), (2)",
			"create type mood as enum ('a'); create sequence counter; create schema extra; create table extra.t (m mood)",
			"alter table big detach partition big_1", "alter table emp set (fillfactor = 70)",
			"alter table emp alter name set statistics 500",
			"alter table emp drop column name cascade; alter table emp add column name int; alter table emp drop column pay cascade",
			"drop table big_1", "alter sequence ticket rename to tickets" })
	void comeBackIdentical(String statements) {
		try (var shop = Shop.with(this.directory, SETUP).formatted("--changeset a:1\n" + statements + ";\n")) {
			var before = shop.fingerprint();
			shop.apply();

			var outcome = shop.revert();

			assertThat(outcome.conflicts()).isEmpty();
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "drop table dept", "alter table emp drop column name", "drop view names",
			"alter table emp drop column missing", "drop table big_2" })
	void areNotMorePermissiveThanThePlainStatement(String statement) {
		try (var shop = Shop.with(this.directory, SETUP).formatted("--changeset a:1\n" + statement + ";\n")) {
			var before = shop.fingerprint();

			org.assertj.core.api.Assertions.assertThatThrownBy(shop::apply).isInstanceOf(ChangesetFailed.class);

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.deployed()).isEmpty();
		}
	}

}
