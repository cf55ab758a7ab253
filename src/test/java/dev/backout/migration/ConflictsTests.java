package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever people did to rows in between, each row whose former value is not back is
 * listed with it, however what was kept came by its name.
 */
class ConflictsTests {

	private static final String SETUP = """
			create table account (id int primary key, name text, score int, note varchar(20) default 'none');
			insert into account select i, 'n' || i, i * 10, case when i > 1 then 'note ' || i end from generate_series(1, 6) i
			""";

	private static final String KEPT = """
			<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:b="http://backout.dev/xml/ns/backout"
				xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
				xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd
					http://backout.dev/xml/ns/backout http://backout.dev/xml/ns/backout.xsd">
			%s
			</databaseChangeLog>""";

	/** A row goes, a row comes, a row gets another key. */
	private static final String LIFE = "delete from account where id = 2; insert into account (id, name) values (9, 'new'); "
			+ "update account set id = 30 where id = 3";

	@TempDir
	Path directory;

	private Shop keeping(String changesets) {
		return Shop.with(this.directory, SETUP).file("c.xml", KEPT.formatted(changesets));
	}

	private static List<String> told(Outcome outcome) {
		return outcome.conflicts()
			.stream()
			.map((one) -> "%s %s %s".formatted(one.key(), one.what().split("[,:;(]")[0], one.undone()))
			.sorted()
			.toList();
	}

	@Test
	void anExplicitStashListsWhatItCannotGiveBack() {
		try (var shop = keeping(
				"""
						<changeSet id="1" author="a"><b:stashDropColumn tableName="account" columnName="score"/></changeSet>""")) {
			var applied = shop.apply();
			assertThat(shop.rows("select distinct run from backout.stash")).containsExactly("1");
			shop.sql(LIFE);

			var outcome = shop.revert();

			assertThat(applied.kept()).singleElement().satisfies((kept) -> assertThat(kept.rows()).isEqualTo(6));
			assertThat(shop.rows("select id, score from account order by id")).containsExactly("1|10", "4|40", "5|50",
					"6|60", "9|null", "30|null");
			assertThat(told(outcome)).containsExactly("{\"id\": 2} the row was deleted since 20",
					"{\"id\": 30} inserted null", "{\"id\": 3} the row was deleted since 30",
					"{\"id\": 9} inserted null");
			assertThat(outcome.conflictCount()).isEqualTo(4);
			assertThat(outcome.kept()).singleElement()
				.satisfies((kept) -> assertThat(kept.report()).contains("\"deletedMeanwhile\": 2"));
		}
	}

	@Test
	void aStashOfTheAuthorsNameIsTakenForTheRunThatMadeIt() {
		try (var shop = Shop.with(this.directory, SETUP).formatted("""
				--changeset a:1
				select backout.stash_column('account', 'score', 'rel-7/score');
				--rollback select backout.restore_column('rel-7/score', '-1');
				--changeset a:2
				update account set name = upper(name);
				""")) {
			assertThat(shop.apply().kept()).extracting(Outcome.Kept::stash).contains("rel-7/score").hasSize(2);
			shop.sql(LIFE);

			assertThat(shop.revert("2").conflicts()).extracting(Outcome.Conflict::what)
				.allSatisfy((what) -> assertThat(what).startsWith("changed by the change, and deleted since"))
				.hasSize(2);
			var outcome = shop.revert("1");

			assertThat(told(outcome)).containsExactly("{\"id\": 2} the row was deleted since 20",
					"{\"id\": 3} the row was deleted since 30");
			assertThat(shop.rows("select id from account where score = -1 order by id")).containsExactly("9", "30");
		}
	}

	@Test
	void rowsWithoutAKeyAreToldApartByTheirPartition() {
		try (var shop = Shop.with(this.directory, """
				create table event (day int, note text) partition by range (day);
				create table event_1 partition of event for values from (1) to (2);
				create table event_2 partition of event for values from (2) to (3);
				insert into event values (1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')""").formatted("""
				--changeset a:1
				update event set note = upper(note);
				--changeset a:2
				insert into event values (1, 'mine'), (2, 'mine'), (2, 'mine');
				""")) {
			shop.apply();
			shop.sql("delete from event_1 where note = 'mine'; update event_2 set note = 'theirs' where note = 'B'");

			var outcome = shop.revert();

			assertThat(shop.rows("select tableoid::regclass, * from event order by 2, 3"))
				.containsExactly("event_1|1|a", "event_1|1|b", "event_2|2|a", "event_2|2|theirs");
			assertThat(told(outcome)).containsExactly("{} changed by the change {\"day\": 2, \"note\": \"b\"}",
					"{} inserted by the change {\"day\": 1, \"note\": \"mine\"}");
		}
	}

	@Test
	void aNullThatWasKeptIsNotTakenForAMissingValue() {
		try (var shop = keeping(
				"""
						<changeSet id="1" author="a"><b:stashDropColumn tableName="account" columnName="note"/></changeSet>""")) {
			shop.apply();
			shop.sql("insert into account (id, name) values (9, 'new')");

			shop.revert();

			assertThat(shop.rows("select id, note from account where id in (1, 2, 9) order by id"))
				.containsExactly("1|null", "2|note 2", "9|none");
		}
	}

	@Test
	void whatOneReversalCouldNotPutBackOutlivesTheNext() {
		try (var shop = keeping(
				"""
						<changeSet id="1" author="a"><b:stashDropColumn tableName="account" columnName="score"/></changeSet>""")) {
			shop.apply();
			shop.sql("delete from account where id = 2");
			assertThat(told(shop.revert())).containsExactly("{\"id\": 2} the row was deleted since 20");
			shop.apply();
			shop.sql("delete from account where id = 4");

			assertThat(told(shop.revert())).containsExactly("{\"id\": 4} the row was deleted since 40");
			shop.apply();

			assertThat(shop.rows("select key ->> 'id', undone from backout.conflict order by n"))
				.containsExactly("2|20", "4|40");
			assertThat(shop.rows("select id, backout_value from " + shop
				.one("select stash_rel from backout.stash where restored_at is not null order by restored_at limit 1")))
				.containsExactly("2|20");
		}
	}

	@Test
	void anotherTypeListsWhatWasDeletedChangedAndGivenAnotherKey() {
		try (var shop = keeping("""
				<changeSet id="1" author="a"></changeSet>""")) {
			shop.sql(
					"update account set note = 'n' || id || ' long'; alter table account alter column note drop default");
			shop.file("c.xml", KEPT.formatted(
					"""
							<changeSet id="1" author="a"><sql>alter table account alter column note type varchar(3) using left(note, 3)</sql></changeSet>"""));
			shop.apply();
			shop.sql(LIFE + "; update account set note = 'new' where id = 4");

			var outcome = shop.revert();

			assertThat(shop.rows("select id, note from account order by id")).containsExactly("1|n1 long", "4|new",
					"5|n5 long", "6|n6 long", "9|null", "30|n3 ");
			assertThat(told(outcome)).containsExactly("{\"id\": 2} the row was deleted since \"n2 long\"",
					"{\"id\": 3} the row was deleted since \"n3 long\"",
					"{\"id\": 4} column note was changed again since \"n4 long\"");
		}
	}

	@Test
	void rowsListWhatWasDeletedChangedAndGivenAnotherKey() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nupdate account set name = upper(name) where id < 5;\n"
					+ "delete from account where id = 5;\ninsert into account (id) values (7), (8);\n")) {
			shop.apply();
			shop.sql(LIFE
					+ "; update account set name = 'mine' where id in (4, 7); insert into account values (5, 'again')");

			assertThat(told(shop.revert())).containsExactly(
					"{\"id\": 2} changed by the change \"n2\"".replace("\"n2\"",
							"{\"id\": 2, \"name\": \"n2\", \"note\": \"note 2\", \"score\": 20}"),
					"{\"id\": 3} changed by the change {\"id\": 3, \"name\": \"n3\", \"note\": \"note 3\", \"score\": 30}",
					"{\"id\": 4} column name was changed again since \"n4\"",
					"{\"id\": 5} deleted by the change {\"id\": 5, \"name\": \"n5\", \"note\": \"note 5\", \"score\": 50}",
					"{\"id\": 7} inserted by the change null");
			assertThat(shop.rows("select id, name from account order by id")).containsExactly("1|n1", "4|mine",
					"5|again", "6|n6", "7|mine", "9|new", "30|N3");
		}
	}

	@Test
	void aColumnThatIsGoneMeanwhileIsListedNotForgotten() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nupdate account set score = 0, name = 'x' where id = 1;\n"
					+ "delete from account where id = 2;\n--changeset a:2\nalter table account drop column score;\n")) {
			shop.apply();

			assertThat(told(shop.revert("1"))).containsExactly("{\"id\": 1} column score is gone 10",
					"{\"id\": 2} column score is gone 20");
			assertThat(shop.rows("select id, name from account where id < 3 order by id")).containsExactly("1|n1",
					"2|n2");
		}
	}

	@Test
	void valuesOfANewColumnAreKeptWithoutAKeyToo() {
		try (var shop = Shop.with(this.directory, "create table log (line text); insert into log values ('a'), ('b')")
			.formatted("--changeset a:1\nalter table log add column level int;\n")) {
			shop.apply();
			shop.sql("update log set level = 3 where line = 'b'");

			var outcome = shop.revert();

			assertThat(outcome.kept()).extracting(Outcome.Kept::kind).containsExactly("written");
			assertThat(shop
				.rows("select * from " + shop.one("select stash_rel from backout.stash where kind = 'written'")))
				.containsExactly("b|3");
		}
	}

	@Test
	void manyAreCountedAndTheFirstAreTold() {
		try (var shop = Shop.with(this.directory,
				"create table t (id int primary key, v int); insert into t select i, i from generate_series(1, 1000) i")
			.formatted("--changeset a:1\nupdate t set v = -v;\n")) {
			shop.apply();
			shop.sql("delete from t where id <= 600; update t set v = 7 where id > 900");

			var outcome = shop.revert(Map.of());

			assertThat(outcome.conflicts()).hasSize(Outcome.LISTED);
			assertThat(outcome.conflictCount()).isEqualTo(700);
			assertThat(outcome.tallies()).extracting(Outcome.Tally::count).containsExactly(600L, 100L);
		}
	}

	@Test
	void aScriptThatResetsItsSessionLosesNothing() {
		try (var shop = Shop.with(this.directory, SETUP)
			.formatted("--changeset a:1\nreset all;\nupdate account set name = 'x' where id = 1;\n")) {
			assertThat(shop.apply().kept()).hasSize(1);
		}
	}

}
