package dev.backout.migration;

import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is kept stands in nobody's way: what it needs may go, and its names may be used
 * again, as if it were gone.
 */
class NamesAreFreeAgainTests {

	static final String SETUP = """
			create type colour as enum ('red', 'green'); comment on type colour is 'of things';
			create domain code as text check (length(value) < 9); create type pair as (x int, y text);
			create sequence things_no; grant usage on sequence things_no to pg_monitor;
			create function stamp() returns trigger language plpgsql as 'begin return new; end'; comment on function stamp() is 'does nothing';
			create table things (id bigint primary key default nextval('things_no'), c colour, cs colour[], k code, p pair);
			create trigger stamp before insert on things for each row execute function stamp();
			insert into things (c, cs, k, p) select 'red', array['green']::colour[], 'k' || i, row(i, 'y')::pair from generate_series(1, 5) i;
			create table orders (id int primary key, v text, u text constraint orders_u unique, c colour default 'red');
			create index orders_v on orders (v); create index orders_expr on orders (lower(v)) where v <> '';
			insert into orders select i, 'v' || i, 'u' || i from generate_series(1, 5) i;
			create view plain as select id from orders; create view over as select id from plain; comment on view over is 'on top';
			""";

	@TempDir
	Path directory;

	@Test
	void whatAKeptTableNeedsMayGo() {
		comesBack("""
				--changeset a:1
				drop table things;
				--changeset a:2
				alter table orders drop column c;
				--changeset a:3
				drop type colour;
				drop type pair;
				drop domain code;
				drop sequence things_no;
				drop function stamp();
				--changeset a:4
				create type colour as enum ('blue');
				create sequence things_no;
				""");
	}

	@Test
	void namesOfIndexesOfAKeptColumnMayBeUsedAgain() {
		comesBack("""
				--changeset a:1
				alter table orders drop column v, drop column u;
				--changeset a:2
				alter table orders add column v int, add column u int;
				create index orders_v on orders (v);
				create index orders_expr on orders ((v + 1));
				alter table orders add constraint orders_u unique (u);
				""");
	}

	@Test
	void aTypeGoesWithItsTableThoughPeopleWroteToIt() {
		try (var shop = Shop.with(this.directory, SETUP).formatted("""
				--changeset a:1
				create type size as enum ('s', 'm');
				create table shirts (id int, s size, ss size[]);
				alter table orders add column s size;
				""")) {
			var before = shop.fingerprint();
			shop.apply();
			shop.sql("insert into shirts values (1, 's', array['m']::size[]); update orders set s = 'm' where id = 2");

			shop.revert();

			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
			assertThat(shop.rows("select stash_rel from backout.stash where kind = 'written' order by rel"))
				.satisfiesExactly((orders) -> assertThat(shop.rows("select * from " + orders)).containsExactly("2|m"),
						(shirts) -> assertThat(shop.rows("select * from " + shirts)).containsExactly("1|s|{m}"));
		}
	}

	@Test
	void aViewThatOthersReadGetsItsFormerColumnsBack() {
		comesBack("--changeset a:1\ncreate or replace view plain as select id, v as more from orders;\n");
	}

	/** Each with what is named. */
	static Stream<Arguments> reachesWhatIsKept() {
		return Stream.of(
				Arguments.of("drop type colour cascade", "column c of table public.things (kept as backout_stash.t_"),
				Arguments.of("drop domain code cascade", "column k of table public.things (kept as"),
				Arguments.of("drop type half cascade",
						"attribute x of type public.pair in column p of table public.things"),
				Arguments.of("alter type pair drop attribute y",
						"attribute y of type public.pair in column p of table public"),
				Arguments.of("drop function stamp() cascade", "trigger stamp of table public.things (kept as"),
				Arguments.of("drop schema palette cascade", "column c of table public.things (kept as"),
				Arguments.of("drop type shade cascade", "column s of table public.orders (kept as s_hidden_"),
				Arguments.of("do 'begin drop type colour cascade; end'", "column cs of table public.things (kept as"));
	}

	@ParameterizedTest
	@MethodSource("reachesWhatIsKept")
	void whatOthersNeedAsWellTakesNothingAlongThatIsKept(String statement, String named) {
		var more = """
				create table others (id int, k code, pairs pair[]); create trigger stamp before insert on others for each row execute function stamp();
				create type half as (h int); alter type pair add attribute z int; alter type pair drop attribute x; alter type pair add attribute x half;
				create type shade as enum ('dark'); alter table orders add s shade default 'dark'; create table walls (s shade);
				""";
		try (var shop = Shop.with(this.directory, SETUP + more)) {
			if (statement.contains("schema")) {
				shop.sql("create schema palette; alter type colour set schema palette");
			}
			var original = shop.fingerprint();
			var first = "--changeset a:1\ndrop table things;\nalter table orders drop column s;\n";
			shop.formatted(first).apply();
			var before = shop.fingerprint();
			var kept = shop.one("select backout.kept_parts()");

			assertThatThrownBy(
					() -> shop.formatted(first + "--changeset a:2 splitStatements:false\n" + statement + ";\n").apply())
				.isInstanceOf(ApplyRefused.class)
				.hasMessageContaining(named)
				.hasMessageContaining("Drop what else needs it");

			assertThat(shop.one("select backout.kept_parts()")).isEqualTo(kept);
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			shop.revert();
			assertThat(original.to(shop.fingerprint()).toString()).isEqualTo(original.to(original).toString());
		}
	}

	@Test
	void whatIsDroppedAsTheRefusalSaysIsSetAside() {
		comesBack("""
				--changeset a:1
				drop table things;
				--changeset a:2
				alter table orders drop column c;
				drop type colour cascade;
				""");
	}

	private void comesBack(String changelog) {
		try (var shop = Shop.with(this.directory, SETUP).formatted(changelog)) {
			var before = shop.fingerprint();
			shop.apply();
			assertThat(shop.fingerprint().digest()).isNotEqualTo(before.digest());

			assertThat(shop.revert().conflicts()).isEmpty();

			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
			shop.apply();
			shop.revert();
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

}
