package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Tables that inherit from others: every row goes back to the table that it was in. */
class InheritanceTests {

	static final String SETUP = """
			create table asset (id int primary key, name text not null, kind text default 'a');
			create table car (wheels int, primary key (id)) inherits (asset);
			create table truck (load numeric, twice numeric generated always as (load * 2) stored) inherits (car);
			create table boat (name text not null, sails int, id int not null) inherits (asset);
			create table priced (price int);
			create table ship (berth text) inherits (boat, priced);
			insert into asset select i, 'asset ' || i, 'a' from generate_series(1, 6) i;
			insert into car select i, 'car ' || i, 'c', 4 from generate_series(4, 9) i;
			insert into truck select i, 'truck ' || i, 't', 6, i * 1.50 from generate_series(5, 12) i;
			insert into boat (id, name, sails) select i % 3, 'boat', i % 2 from generate_series(1, 9) i;
			insert into ship (id, name, sails, price, berth) select i, 'ship ' || i, 3, i, 'b' || i from generate_series(1, 5) i;
			create table log (what text);
			create function note() returns trigger language plpgsql as 'begin insert into log values (tg_table_name || tg_op); return null; end';
			create trigger note after delete or update on car for each row execute function note();
			create function clean_up(n int) returns void language plpgsql as 'begin delete from asset where id <= n; end';
			create table part (id int, region text, v int, primary key (id, region)) partition by list (region);
			create table part_eu partition of part for values in ('eu');
			create table part_us partition of part for values in ('us') partition by range (id);
			create table part_us_1 partition of part_us for values from (0) to (1000);
			insert into part select i, case i % 2 when 0 then 'eu' else 'us' end, i from generate_series(1, 20) i;
			""";

	@TempDir
	Path directory;

	static final List<String> STATEMENTS = List.of("delete from asset", "delete from asset where id < 7",
			"delete from only asset", "delete from car where id > 5", "delete from truck",
			"delete from boat where sails = 1", "delete from priced where price > 2",
			"update asset set name = upper(name), kind = null", "update asset set id = id + 1000",
			"update only asset set kind = 'z'", "update car set wheels = 3", "update boat set name = 'x' where id = 1",
			"update priced set price = price * 2", "update ship set price = 0, berth = null",
			"insert into truck values (90, 'new', 't', 8, 2)", "insert into boat (id, name) values (1, 'boat')",
			"select clean_up(6)", "do $$ begin perform clean_up(3); update priced set price = 1; end $$",
			"update asset set kind = 'k'; delete from car where id = 6; insert into car values (6, 'again', 'c', 2)",
			"with gone as (delete from asset where id < 5 returning *) insert into log select name from gone",
			"truncate asset", "truncate only asset", "truncate car, priced", "truncate boat *", "truncate ship",
			"delete from part where id < 5", "update part set region = 'us', v = 0 where id in (2, 4)",
			"truncate part_us");

	@Test
	void rowsGoBackToTheirTable() {
		try (var shop = Shop.with(this.directory, SETUP)) {
			var before = shop.fingerprint();
			for (var statement : STATEMENTS) {
				shop.formatted("--changeset a:%d\n%s;\n".formatted(STATEMENTS.indexOf(statement), statement));
				shop.apply();
				assertThat(shop.fingerprint().data()).as(statement + " did something").isNotEqualTo(before.data());

				var outcome = shop.revert();

				assertThat(outcome.conflicts()).as(statement).isEmpty();
				assertThat(before.to(shop.fingerprint()).toString()).as(statement)
					.isEqualTo(before.to(before).toString());
			}
		}
	}

	@Test
	void whatWasWrittenSinceStaysInItsTable() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nupdate asset set name = upper(name) where id < 8;\n")) {
			shop.apply();
			shop.sql("""
					update only asset set name = 'theirs' where id = 4; update truck set name = 'mine' where id = 5;
					delete from only car where id = 6;""");

			var outcome = shop.revert();

			assertThat(shop.rows("select tableoid::regclass, name from asset where id in (4, 5, 6) order by id, 1"))
				.containsExactly("asset|theirs", "car|car 4", "ship|ship 4", "asset|asset 5", "car|car 5", "truck|mine",
						"ship|ship 5", "asset|asset 6", "truck|truck 6");
			assertThat(outcome.conflicts()).extracting(Outcome.Conflict::what)
				.containsExactlyInAnyOrder("column name was changed again since: the later value stays",
						"changed by the change, and changed or deleted since: stays as it is",
						"changed by the change, and deleted since, or given another key: stays as it is");
		}
	}

	@Test
	void anotherTypeForAllHeirsIsAppliedAndNamedAsWhatCannotBeTakenBack() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nalter table asset alter column kind type varchar(1);\n")) {
			shop.apply();

			assertThat(shop.plan("1").problems()).singleElement()
				.asString()
				.contains("other tables inherit from public.asset");
		}
	}

}
