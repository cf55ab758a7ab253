package dev.backout.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.backout.database.ServerRoom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Copies need room: how much is said before, and what cannot fit is not begun. */
class StashRoomTests {

	static final String SETUP = """
			create table wide (id int primary key, name text, filler text);
			insert into wide select i, 'n' || i, repeat(md5(i::text), 8) from generate_series(1, 2000) i;
			create table small (id int primary key, name text not null unique);
			insert into small select i, 'n' || i from generate_series(1, 2000) i;
			analyze;
			""";

	static final String CHANGES = """
			--changeset a:first
			create table before (id int);
			--changeset a:hidden
			alter table wide drop column name;
			--changeset a:emptied
			truncate wide;
			--changeset a:some
			update small set name = name || 'x' where id < 10;
			--changeset a:key
			alter table small drop column id;
			--changeset a:declared
			delete from small;
			--rollback select 1;
			""";

	static final MigrationOptions FULL = MigrationOptions.of("test")
		.lookingForRoomWith(new ServerRoom((directory) -> 300 << 10));

	@TempDir
	Path directory;

	Shop shop;

	@BeforeEach
	void begin() {
		this.shop = Shop.with(this.directory, SETUP).formatted(CHANGES);
	}

	@AfterEach
	void end() {
		this.shop.close();
	}

	@Test
	void whatIsCopiedIsEstimatedFromTheTablesAsTheyAre() {
		var table = Long.parseLong(this.shop.one("select pg_table_size('wide')"));
		var before = this.shop.fingerprint();

		var estimate = this.shop.session(MigrationOptions.of("test"), StashRoomTests::pending);

		assertThat(estimate.needs())
			.extracting((need) -> need.changeset().id(), StashEstimate.Need::table, StashEstimate.Need::rows,
					StashEstimate.Need::certain)
			.containsExactly(org.assertj.core.groups.Tuple.tuple("emptied", "wide", 2000L, true),
					org.assertj.core.groups.Tuple.tuple("some", "small", 2000L, false),
					org.assertj.core.groups.Tuple.tuple("key", "small", 2000L, true));
		assertThat(estimate.needs().get(0).bytes()).isBetween(table, table * 3 / 2);
		assertThat(estimate.free()).isNotNull();
		assertThat(estimate.describe()).contains("c.sql::emptied::a of wide: about 2,000 rows", "up to", "are free in");
		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
	}

	/** The estimate is there to be near what is taken. */
	@Test
	void whatWasTakenIsNearWhatWasSaid() {
		var said = this.shop.session(MigrationOptions.of("test"), StashRoomTests::pending).needs();

		this.shop.apply();

		var taken = Long.parseLong(this.shop.one("select max(pg_total_relation_size(oid)) from pg_class "
				+ "where relkind = 'r' and relnamespace = 'backout_stash'::regnamespace"));
		var wide = said.get(0).bytes();
		assertThat(taken).isBetween(wide / 2, wide * 2);
	}

	@Test
	void copiesThatDoNotFitAreNotBegun() {
		var before = this.shop.fingerprint();

		assertThatExceptionOfType(NoRoom.class).isThrownBy(() -> this.shop.apply(FULL))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("migration.no-room"))
			.withMessageContaining("nothing was touched")
			.withMessageContaining("c.sql::emptied::a of wide")
			.withMessageContaining("300 kB are free in")
			.withMessageContaining("Free some");

		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
		assertThat(this.shop.deployed()).isEmpty();
	}

	@Test
	void whatIsKeptHasToFitBackIn() {
		this.shop.apply();
		var before = this.shop.fingerprint();

		assertThatExceptionOfType(NoRoom.class).isThrownBy(() -> this.shop.revert(FULL, java.util.Map.of()))
			.withMessageContaining("Giving back what was kept takes more room")
			.withMessageContaining("300 kB are free in");

		assertThat(this.shop.fingerprint().digest()).isEqualTo(before.digest());
		assertThat(this.shop.deployed()).contains("first", "emptied");
	}

	@Test
	void aServerThatIsElsewhereIsNotJudgedByOurDisk() {
		var elsewhere = new StashEstimate(
				List.of(new StashEstimate.Need(new ChangesetId("c.sql", "1", "a"), "wide", 5, 1L << 50, true)), null);

		assertThat(elsewhere.tooMuch()).isFalse();
		assertThat(elsewhere.describe()).contains("what is free there cannot be seen from here");
	}

	/** The server's own word, whatever was estimated. */
	@Test
	void aDiskThatFillsUpTakesTheChangesetBackAndSaysWhatToDo() {
		this.shop.formatted(
				"""
						--changeset a:1
						create table one (id int);
						--changeset a:2 splitStatements:false
						create table two (id int);
						do $$ begin raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100'; end $$;
						""");

		assertThatExceptionOfType(ChangesetFailed.class).isThrownBy(this.shop::apply)
			.withMessageContaining("could not extend file")
			.withMessageContaining("make room there")
			.withMessageContaining("then run it again");

		assertThat(this.shop.deployed()).containsExactly("1");
		assertThat(this.shop.one("select to_regclass('one'), to_regclass('two')")).isEqualTo("one|null");
	}

	@Test
	void roomIsAskedForWhereNewTablesGo() throws Exception {
		var asked = new ArrayList<Path>();
		try (var connection = this.shop.connection()) {
			var free = new ServerRoom((directory) -> {
				asked.add(directory);
				return 7;
			}).free(connection);

			assertThat(free).hasValueSatisfying((room) -> assertThat(room.bytes()).isEqualTo(7));
		}
		assertThat(asked).singleElement()
			.satisfies((directory) -> assertThat(directory.resolve("PG_VERSION")).exists());
	}

	private static StashEstimate pending(MigrationSession session) {
		return session.stash(session.pending().stream().map(Changeset::id).toList());
	}

}
