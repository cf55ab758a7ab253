package dev.backout.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Rows that statements touch, whichever way they reach them. */
class KeptRowsTests {

	static final String SETUP = """
			create table parent (id int primary key, name text, doc json, amount numeric, at timestamptz, tags text[], raw bytea);
			insert into parent select i, 'p' || i, '{"a":  1, "a": 2}', i * 1.10, '2026-01-01T00:00:00.123456Z', array['a', null, 'b'], '\\x00ff'
				from generate_series(1, 20) i;
			create table child (id int generated always as identity primary key, parent_id int references parent on delete cascade on update cascade,
				note text, twice int generated always as (id * 2) stored);
			insert into child (parent_id, note) select 1 + i % 20, 'c' || i from generate_series(1, 60) i;
			create table optional (id int primary key, parent_id int references parent on delete set null on update cascade);
			insert into optional select i, i from generate_series(1, 20) i;
			create table audit (what text);
			create function audit() returns trigger language plpgsql as 'begin insert into audit values (tg_op || coalesce(new.id, old.id)); return null; end';
			create trigger audit after insert or update or delete on parent for each row execute function audit();
			create table keyless (a int, b text);
			insert into keyless select i % 3, 'k' from generate_series(1, 12) i;
			create table part (id int, region text, v int, primary key (id, region)) partition by list (region);
			create table part_eu partition of part for values in ('eu');
			create table part_us partition of part for values in ('us');
			insert into part select i, case i % 2 when 0 then 'eu' else 'us' end, i from generate_series(1, 20) i;
			create table secret (id int primary key, owner text, v text);
			alter table secret enable row level security;
			alter table secret force row level security;
			create policy mine on secret using (owner = current_user);
			insert into secret select i, 'somebody', 's' || i from generate_series(1, 10) i;
			create view names as select id, name from parent;
			create function clean_up(n int) returns void language plpgsql as 'begin delete from parent where id <= n; update keyless set b = ''cleaned''; end';
			create table tree (id int primary key, up int references tree);
			insert into tree values (1, null), (2, 1), (3, 2);
			""";

	@TempDir
	Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "update parent set name = upper(name), amount = amount + 0.00, tags = null where id < 9",
			"delete from parent where id in (1, 2, 3)", "update parent set id = id + 100 where id < 4",
			"insert into parent (id, name) values (50, 'new'); insert into child (parent_id, note) values (50, 'its child')",
			"insert into parent (id, name) values (1, 'x'), (60, 'y') on conflict (id) do update set name = excluded.name",
			"merge into parent p using (values (1, 'm'), (70, 'n')) v (id, name) on p.id = v.id when matched then delete when not matched then insert (id, name) values (v.id, v.name)",
			"update keyless set b = 'z' where a = 1", "delete from keyless where a = 0",
			"insert into keyless values (1, 'k'), (9, 'new')", "update part set v = v * 2",
			"update part set region = 'us' where id in (2, 4)", "delete from part where id < 5",
			"insert into part_eu values (100, 'eu', 1)", "truncate parent cascade", "truncate keyless",
			"update secret set v = 'x'", "update names set name = 'by view' where id = 5", "select clean_up(4)",
			"do $$ begin perform clean_up(2); insert into audit values ('by hand'); end $$",
			"with gone as (delete from child where id < 10 returning *) insert into audit select note from gone",
			"delete from tree where id = 3; update tree set up = 1 where id = 2; delete from tree where id = 2",
			"delete from tree", "update child set note = 'x' where id < 5", "delete from child where id < 5" })
	void comeBackIdentical(String statements) {
		try (var shop = Shop.with(this.directory, SETUP).formatted("--changeset a:1\n" + statements + ";\n")) {
			var before = shop.fingerprint();
			shop.apply();
			assertThat(shop.fingerprint().data()).as("it did something").isNotEqualTo(before.data());

			var outcome = shop.revert();

			assertThat(outcome.conflicts()).isEmpty();
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "insert into stamped (v) values ('a'), ('b')", "update stamped set v = v || '!'",
			"insert into stamped (v) values ('bye')",
			"insert into stamped overriding system value values (1, 'z') on conflict (id) do update set v = 'z'",
			"update stamped set v = 'bye'",
			"update stamped set v = 'same' where id = 1; update stamped set v = 'x' where id = 1",
			"delete from stamped where id = 1; insert into stamped (id, v) overriding system value values (1, 'x')" })
	void rowsThatATriggerTouchesAgainGoBackToTheirFirstValues(String statements) {
		var setup = """
				create table stamped (id int generated always as identity primary key, v text, "a, b" int default 1, n int default 0);
				create function stamp() returns trigger language plpgsql as 'begin
					if pg_trigger_depth() = 1 then update stamped set n = n + 1 where id = new.id; update stamped set "a, b" = n where id = new.id; end if;
					if new.v = ''bye'' then delete from stamped where id = new.id; end if; return null; end';
				create trigger stamp after insert or update on stamped for each row execute function stamp();
				insert into stamped (v) values ('one'), ('two');
				""";
		try (var shop = Shop.with(this.directory, setup)
			.formatted("--changeset a:1 splitStatements:false\ndo $$ begin " + statements + "; end $$\n")) {
			var before = shop.fingerprint();
			shop.apply();

			assertThat(shop.revert().conflicts()).isEmpty();

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

	@Test
	void triggersThatWereOffStayOff() {
		try (var shop = Shop.with(this.directory, SETUP + "alter table parent disable trigger audit")
			.formatted("--changeset a:1\nupdate parent set name = 'x';\n")) {
			var before = shop.fingerprint();
			shop.apply();
			shop.revert();

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.one("select tgenabled from pg_trigger where tgname = 'audit'")).isEqualTo("D");
		}
	}

	@Test
	void laterRowsThatReferToInsertedOnesKeepThemAndAreListed() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\ninsert into parent (id, name) values (50, 'new');\n")) {
			shop.apply();
			shop.sql("insert into child (parent_id, note) values (50, 'precious')");

			var outcome = shop.revert();

			assertThat(outcome.conflicts()).singleElement()
				.satisfies((conflict) -> assertThat(conflict.what())
					.isEqualTo("inserted by the change, and others refer to it now: stays"));
			assertThat(shop.rows("select note from child where parent_id = 50")).containsExactly("precious");
		}
	}

	@Test
	void aDeletedRowWhoseUniqueValueWasTakenIsListedWithAllItsValues() {
		try (var shop = Shop
			.with(this.directory,
					"create table u (id int primary key, email text unique); insert into u values (1, 'a'), (2, 'b')")
			.formatted("--changeset a:1\ndelete from u;\n")) {
			shop.apply();
			shop.sql("insert into u values (9, 'a')");

			var outcome = shop.revert();

			assertThat(shop.rows("select * from u order by id")).containsExactly("2|b", "9|a");
			assertThat(outcome.conflicts()).singleElement().satisfies((conflict) -> {
				assertThat(conflict.what()).contains("deleted by the change, and cannot return", "u_email_key");
				assertThat(conflict.undone()).isEqualTo("{\"id\": 1, \"email\": \"a\"}");
			});
		}
	}

	@Test
	void whatPeopleWroteIntoNewColumnsAndTablesIsKept() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nalter table parent add nick text;\ncreate table extra (id int);\n")) {
			var before = shop.fingerprint();
			shop.apply();
			shop.sql(
					"set session_replication_role = replica; update parent set nick = 'nicky' where id = 3; insert into extra values (7)");

			shop.revert();

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			var kept = shop.rows("select stash_rel from backout.stash where kind = 'written' order by rel");
			assertThat(kept).hasSize(2);
			assertThat(shop.rows("select * from " + kept.get(0))).containsExactly("7");
			assertThat(shop.rows("select * from " + kept.get(1))).containsExactly("3|nicky");
		}
	}

}
