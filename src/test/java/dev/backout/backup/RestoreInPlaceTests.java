package dev.backout.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome.Done;
import dev.backout.step.StepOutcome.Refused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Chosen tables go back to the backup where they are, all of them or none. */
class RestoreInPlaceTests {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	final String run = "run-" + UUID.randomUUID();

	BackupFixture fixture;

	Backup backup;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@BeforeEach
	void aBackup() {
		this.shop.jdbc()
			.sql("""
					create table customer (id int generated always as identity primary key, name text not null unique);
					create table "Order" (id bigserial primary key, customer int not null references customer, total numeric,
						twice numeric generated always as (total * 2) stored);
					create table line ("order" bigint references "Order" on delete cascade, number int, primary key ("order", number));
					create table note (id int, text text);
					create table audit (at timestamptz);
					create function heard() returns trigger language plpgsql as
						'begin insert into public.audit values (now()); return new; end';
					create trigger heard before insert on "Order" for each row execute function heard();
					insert into customer (name) select 'c' || i from generate_series(1, 20) i;
					insert into "Order" (customer, total) select 1 + i % 20, i from generate_series(1, 500) i;
					insert into line select i, 1 from generate_series(1, 500) i;
					insert into note values (1, 'one')""")
			.update();
		this.fixture = new BackupFixture(this.data, own, this.shop);
		this.backup = this.fixture.take(this.run);
		this.shop.jdbc().sql("""
				delete from "Order" where id > 250; update "Order" set total = 0;
				insert into "Order" (customer, total) values (3, 9);
				insert into note values (2, 'written meanwhile');
				truncate audit""").update();
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	@Test
	void tablesThatReferToEachOtherComeBackTogether() {
		var outcome = new RestoreStep(this.fixture.backups, this.fixture.restores)
			.execute(step("tables", "public.\"Order\", public.line"));

		assertThat(outcome).isInstanceOfSatisfying(Done.class,
				(done) -> assertThat(done.summary()).contains("1,000 rows put back"));
		assertThat(number("select sum(twice) from \"Order\"")).isEqualTo(250500);
		assertThat(number("select count(*) from line")).isEqualTo(500);
		assertThat(number("select count(*) from note")).as("others stay as they are").isEqualTo(2);
		assertThat(number("select count(*) from audit")).as("no trigger fires").isZero();
		assertThat(number("select nextval('\"Order_id_seq\"')")).as("what was given out is not given out again")
			.isEqualTo(502);
	}

	@Test
	void aSecondCallFindsItDoneAndKeepsWhatWasWrittenSince() {
		var tables = List.of("public.\"Order\"", "public.line");
		this.fixture.restores.tables(this.backup.id(), "shop", tables, this.run, Progress.NONE);
		this.shop.jdbc().sql("insert into line values (500, 2)").update();

		this.fixture.restores.tables(this.backup.id(), "shop", tables, this.run, Progress.NONE);

		assertThat(number("select count(*) from line")).isEqualTo(501);
	}

	@Test
	void refusedWhileRowsOfOthersReferToRowsThatItDoesNotHave() {
		this.shop.jdbc().sql("insert into line values (501, 1)").update();

		var outcome = new RestoreStep(this.fixture.backups, this.fixture.restores)
			.execute(step("tables", "public.\"Order\""));

		assertThat(outcome).isInstanceOfSatisfying(Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("not-restorable");
			assertThat(refused.reason()).contains("name those tables too", "line_order_fkey");
		});
		assertThat(number("select count(*) from \"Order\"")).isEqualTo(251);
	}

	@Test
	void refusedWhenARowWouldHaveNoParent() {
		this.shop.jdbc().sql("delete from \"Order\" where customer = 7; delete from customer where id = 7").update();

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.tables(this.backup.id(), "shop",
					List.of("public.\"Order\"", "public.line"), this.run, Progress.NONE))
			.withMessageContaining("rows without their row in");

		assertThat(number("select count(*) from \"Order\" where total = 9")).as("nothing was changed").isOne();
		assertThat(number("select count(*) from \"Order\"")).isLessThan(251);
	}

	@Test
	void refusedWhenTheTablesAreNotAsTheyWere() {
		this.shop.jdbc().sql("alter table note add column author text").update();

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.tables(this.backup.id(), "shop", List.of("public.note"), this.run,
					Progress.NONE))
			.withMessageContaining("not as they were")
			.withMessageContaining("author");
	}

	@Test
	void refusedForTablesThatItDoesNotHold() {
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.tables(this.backup.id(), "shop", List.of("public.nothing"),
					this.run, Progress.NONE))
			.withMessageContaining("holds no table");
	}

	@Test
	void nothingIsChangedWhenItIsCancelledHalfWay() {
		Progress cancelled = new Progress() {

			@Override
			public void at(long done, long total, String unit) {
				throw new java.util.concurrent.CancellationException("stop");
			}

		};

		assertThatExceptionOfType(java.util.concurrent.CancellationException.class)
			.isThrownBy(() -> this.fixture.restores.tables(this.backup.id(), "shop", List.of("public.note"), this.run,
					cancelled));

		assertThat(number("select count(*) from note")).isEqualTo(2);
	}

	private AStep step(String name, String value) {
		return new AStep(this.run, AStep.with("target", "shop", "backupId", this.backup.id(), name, value).inputs());
	}

	private long number(String sql) {
		return this.shop.jdbc().sql(sql).query(Long.class).single();
	}

}
