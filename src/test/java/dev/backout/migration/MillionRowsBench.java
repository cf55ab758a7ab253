package dev.backout.migration;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A million rows, columns dropped and rows changed by a release, and people who insert,
 * update and delete ten thousand rows each before it is reverted: nothing is lost without
 * being listed.
 */
@Tag("bench")
class MillionRowsBench {

	private static final int ROWS = 1_000_000;

	private static final int WRITES = 10_000;

	private static final String SETUP = """
			create table account (id bigint primary key, name text not null, email text not null, score int not null, status text not null default 'open', updated_at timestamptz);
			insert into account select i, 'name ' || i, 'mail' || i || '@example.org', i %% 1000, 'open', null from generate_series(1, %1$d) i;
			create index account_email on account (email);
			create table truth as select id, email, score, status from account;
			create function touch() returns trigger language plpgsql as 'begin new.updated_at = clock_timestamp(); return new; end';
			create trigger touch before update on account for each row execute function touch();
			analyze account;
			"""
		.formatted(ROWS);

	/** One column is hidden, one copied by its key, and every tenth row changed. */
	private static final String CHANGES = """
			<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:b="http://backout.dev/xml/ns/backout"
				xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
				xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd
					http://backout.dev/xml/ns/backout http://backout.dev/xml/ns/backout.xsd">
			<changeSet id="hidden" author="a"><dropColumn tableName="account" columnName="email"/></changeSet>
			<changeSet id="stashed" author="a"><b:stashDropColumn tableName="account" columnName="score" newRowsValue="-1"/></changeSet>
			<changeSet id="rows" author="a"><sql>update account set status = 'migrated' where id % 10 = 0</sql></changeSet>
			</databaseChangeLog>""";

	/** People's work; a tenth of what they edit and delete was touched by the release. */
	private static final String LIFE = """
			insert into account (id, name, status) select %1$d + i, 'late ' || i, 'new' from generate_series(1, %2$d) i;
			update account set status = 'edited', name = name || '!' where id between 200001 and 200000 + %2$d;
			delete from account where id between 400001 and 400000 + %2$d;
			""".formatted(ROWS, WRITES);

	@TempDir
	Path directory;

	@Test
	void nothingIsLostWithoutBeingListed() throws Exception {
		var took = new LinkedHashMap<String, Object>();
		try (var shop = Shop.with(this.directory, SETUP).file("c.xml", CHANGES)) {
			for (var id : java.util.List.of("hidden", "stashed", "rows")) {
				took.put("apply " + id + " millis", time(() -> apply(shop, id)));
			}
			took.put("people's writes millis", time(() -> shop.sql(LIFE)));

			var outcomes = new java.util.ArrayList<Outcome>();
			for (var id : java.util.List.of("rows", "stashed", "hidden")) {
				took.put("revert " + id + " millis",
						time(() -> outcomes.add(shop.session(MigrationOptions.of("million"),
								(session) -> session.revert(session.plan(Shop.ids(session, id),
										Map.of("account.email", "'late' || id || '@example.org'")))))));
			}

			check(shop, outcomes);
			took.put("rows", ROWS);
			took.put("insertedMeanwhile", WRITES);
			took.put("updatedMeanwhile", WRITES);
			took.put("deletedMeanwhile", WRITES);
			took.put("survivingRowsRestored",
					Long.valueOf(shop.one("select count(*) from account a join truth t using (id, email, score)")));
			took.put("conflictsListed", outcomes.stream().mapToLong(Outcome::conflictCount).sum());
			ProofBench.record("million-rows", took);
		}
	}

	private static void check(Shop shop, java.util.List<Outcome> outcomes) {
		assertThat(shop.one("select count(*) from account a join truth t using (id, email, score)"))
			.as("every surviving row has its values")
			.isEqualTo(String.valueOf(ROWS - WRITES));
		assertThat(shop.one(
				"select count(*) from account where id > %d and email = 'late' || id || '@example.org' and score = -1 and status = 'new'"
					.formatted(ROWS)))
			.as("rows inserted meanwhile")
			.isEqualTo(String.valueOf(WRITES));
		assertThat(shop.one("""
				select count(*) from account a join truth t using (id) where a.status <> t.status
				and not (id between 200001 and 210000 and a.status = 'edited')"""))
			.as("changed by the release and not put back")
			.isEqualTo("0");
		assertThat(shop.one("select count(*) from account where id between 200001 and 210000 and name like '%!'"))
			.as("what people wrote")
			.isEqualTo(String.valueOf(WRITES));
		// a tenth of the edited ones and of the deleted ones were changed by the release
		assertThat(tally(outcomes.get(0), "column status was changed again")).isEqualTo(WRITES / 10);
		assertThat(tally(outcomes.get(0), "changed by the change, and deleted since")).isEqualTo(WRITES / 10);
		// the copied values of deleted rows have nowhere to go
		assertThat(tally(outcomes.get(1), "the row was deleted since")).isEqualTo(WRITES);
		assertThat(outcomes.get(1).conflictCount()).isEqualTo(WRITES);
		assertThat(outcomes.get(1).conflicts()).hasSize(Outcome.LISTED);
		assertThat(outcomes.get(2).conflictCount()).isZero();
		assertThat(shop.one("""
				select count(*) from truth t join backout.conflict c on (c.key ->> 'id')::bigint = t.id
				where c.what like 'the row was deleted since%' and (c.undone #>> '{}')::int = t.score"""))
			.as("each is listed in the target with its value")
			.isEqualTo(String.valueOf(WRITES));
	}

	private static long tally(Outcome outcome, String what) {
		return outcome.tallies()
			.stream()
			.filter((tally) -> tally.what().startsWith(what))
			.mapToLong(Outcome.Tally::count)
			.sum();
	}

	private static void apply(Shop shop, String id) {
		shop.session(MigrationOptions.of("million"),
				(session) -> session.apply(session.pending()
					.stream()
					.map(Changeset::id)
					.filter((changeset) -> changeset.id().equals(id))
					.toList()));
	}

	private static long time(Runnable work) {
		var start = System.nanoTime();
		work.run();
		return (System.nanoTime() - start) / 1_000_000;
	}

}
