package dev.backout.backup;

import java.nio.file.Path;
import java.time.Duration;
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

/**
 * A backup of some tables holds what their rows need, and is never taken for a whole one.
 */
class SomeTablesTests {

	static LedgerFixture own;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final TestDatabase shop = TestDatabase.create();

	final String run = "run-" + UUID.randomUUID();

	BackupFixture fixture;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
	}

	@BeforeEach
	void aShop() {
		this.shop.jdbc()
			.sql("""
					create table region (id int primary key);
					create table customer (id int generated always as identity primary key, region int references region);
					create sequence receipt;
					create table "Order" (id bigserial primary key, customer int not null references customer,
						receipt bigint default nextval('receipt'), total numeric);
					create table line ("order" bigint references "Order" on delete cascade, number int, primary key ("order", number));
					create table note (id serial primary key, text text);
					create table event (id bigint, at date not null, region int references region, primary key (id, at)) partition by range (at);
					create table event_24 partition of event for values from ('2024-01-01') to ('2025-01-01');
					create table event_25 partition of event for values from ('2025-01-01') to ('2026-01-01');
					create table visit (event bigint, at date, foreign key (event, at) references event);
					create materialized view totals as select customer, sum(total) from "Order" group by 1;
					insert into region select generate_series(1, 3);
					insert into customer (region) select 1 + i % 3 from generate_series(1, 20) i;
					insert into "Order" (customer, total) select 1 + i % 20, i from generate_series(1, 500) i;
					insert into line select i, 1 from generate_series(1, 500) i;
					insert into note (text) values ('one');
					insert into event select i, '2024-06-01'::date + 300 * (i % 2), 1 from generate_series(1, 40) i;
					insert into visit select id, at from event where id = 7;
					do 'begin perform lo_from_bytea(0, ''large''); end'""")
			.update();
		this.fixture = new BackupFixture(this.data, own, this.shop);
	}

	@AfterEach
	void drop() {
		this.shop.drop();
	}

	private Backup take(String... tables) {
		return this.fixture.backups.take("shop", List.of(tables), UUID.randomUUID().toString(), this.run,
				Progress.NONE);
	}

	private Manifest manifest(Backup backup) {
		return this.fixture.store.open(backup.id()).manifest();
	}

	@Test
	void rowsComeWithThoseThatTheyReferToAndNoOthers() {
		var backup = take("public.\"Order\"");

		assertThat(backup.whole()).isFalse();
		assertThat(backup.tables()).containsExactly("public.\"Order\"", "public.customer", "public.region");
		assertThat(backup.rows()).isEqualTo(523);
		var part = manifest(backup).part();
		assertThat(part.chosen()).containsExactly("public.\"Order\"");
		assertThat(part.needed()).containsEntry("public.customer", "public.\"Order\" refers to it")
			.containsEntry("public.region", "public.customer refers to it")
			.hasSize(2);
		assertThat(part.outside()).containsEntry("public.line", "public.\"Order\"")
			.containsEntry("public.event", "public.region");
		assertThat(manifest(backup).sequences()).extracting(Manifest.Sequence::name)
			.containsExactly("public.\"Order_id_seq\"", "public.customer_id_seq", "public.receipt");
		assertThat(manifest(backup).schemaDigest()).as("of the whole schema")
			.isEqualTo(take("public.note").schemaDigest());
	}

	@Test
	void aTableNeedNotBeQuoted() {
		assertThat(manifest(take("public.Order")).part().chosen()).containsExactly("public.\"Order\"");
	}

	@Test
	void inAListAQuotedNameMayHoldACommaADotAndAQuote() {
		this.shop.jdbc().sql("""
				create schema "a.b";
				create table "a.b"."c,d ""é""\" (id int);
				insert into "a.b"."c,d ""é""\" values (1)""").update();
		var odd = "\"a.b\".\"c,d \"\"é\"\"\"";

		var outcome = new TakeStep(this.fixture.backups)
			.execute(AStep.with("target", "shop", "tables", " %s , public.note ".formatted(odd)));

		assertThat(outcome).isInstanceOfSatisfying(Done.class,
				(done) -> assertThat(this.fixture.backups.find(done.outputs().get("backupId")).orElseThrow().tables())
					.containsExactly(odd, "public.note"));
		assertThat(TableNames.in("")).isEmpty();
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> TableNames.in("public.\"a,b"))
			.withMessageContaining("not closed");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> TableNames.in("a.b,,c.d"))
			.withMessageContainingAll("'a.b,,c.d'", "character 5");
	}

	@Test
	void aNameThatTwoTablesHaveMustBeQuoted() {
		this.shop.jdbc()
			.sql("create schema \"a.b\"; create schema a; create table \"a.b\".c (id int); create table a.\"b.c\" (id int)")
			.update();

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> take("a.b.c"))
			.withMessageContainingAll("more than one table 'a.b.c'", "\"a.b\".c", "a.\"b.c\"");
		assertThat(take("a.\"b.c\"").tables()).containsExactly("a.\"b.c\"");
	}

	/**
	 * As after a plan was reverted: the shape is another one, and nothing is half put
	 * back.
	 */
	@Test
	void afterTheSchemaMovedOnItIsNamedWhatDiffers() {
		var backup = take("public.note");
		this.shop.jdbc().sql("alter table note drop column text; insert into note default values").update();

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.tables(backup.id(), "shop", List.of("public.note"), this.run,
					Progress.NONE))
			.withMessageContainingAll("not as they were", "public.note.text");
		assertThat(this.shop.jdbc().sql("select count(*) from note").query(Integer.class).single()).isEqualTo(2);

		this.shop.jdbc().sql("alter table note add text text").update();
		this.fixture.restores.tables(backup.id(), "shop", List.of("public.note"), this.run, Progress.NONE);
		assertThat(this.shop.jdbc().sql("select text from note").query(String.class).list()).containsExactly("one");
	}

	@Test
	void whatIsPartitionedComesWithItsPartitionsAndAPartitionWithItsRoot() {
		assertThat(take("public.event").tables()).containsExactly("public.event_24", "public.event_25",
				"public.region");

		var one = take("public.event_24");
		assertThat(one.tables()).containsExactly("public.event_24", "public.region");
		assertThat(manifest(one).part().needed()).containsKey("public.event");
		assertThat(take("public.visit").tables()).as("which one it refers to is not known before")
			.contains("public.event_24", "public.event_25");
	}

	@Test
	void itRestoresAndItsRowsAreCompared() throws Exception {
		var backup = take("public.Order", "public.event");

		var verification = this.fixture.verify(backup);

		assertThat(verification.findings()).isEmpty();
		assertThat(verification.restoreTook()).isPositive();
		assertThat(this.fixture.backups.find(backup.id()).orElseThrow().verified()).isTrue();
	}

	@Test
	void itsTablesComeBackInPlaceAndWhatOthersReferToStays() {
		var backup = take("public.Order");
		this.shop.jdbc().sql("""
				update "Order" set total = 0; delete from "Order" where id > 490; update note set text = 'kept';
				update line set number = 2""").update();

		var outcome = restore(backup, "public.\"Order\"");

		assertThat(outcome).isInstanceOf(Done.class);
		assertThat(number("select sum(total) from \"Order\"")).isEqualTo(125250);
		assertThat(number("select count(*) from line")).as("no cascade").isEqualTo(490);
		assertThat(number("select count(*) from note where text = 'kept'")).isOne();
	}

	@Test
	void whatTheyReferToComesBackWithThem() {
		var backup = take("public.Order");
		this.shop.jdbc().sql("update \"Order\" set total = 0; update customer set region = null").update();

		assertThat(restore(backup, "public.\"Order\", public.customer")).isInstanceOf(Done.class);

		assertThat(number("select count(region) from customer")).isEqualTo(20);
		assertThat(number("select count(*) from line")).isEqualTo(500);
	}

	@Test
	void refusedWhereARowOutsideRefersToOneThatCameLater() {
		var backup = take("public.Order");
		this.shop.jdbc()
			.sql("insert into \"Order\" (customer, total) values (3, 9); insert into line values (501, 1)")
			.update();

		var outcome = restore(backup, "public.\"Order\"");

		assertThat(outcome).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.reason()).contains("line_order_fkey", ": 1", "name those tables too"));
		assertThat(number("select count(*) from \"Order\"")).isEqualTo(501);
	}

	@Test
	void aRowMayReferToAnyPartition() {
		var backup = take("public.event");
		this.shop.jdbc().sql("update event set region = 2").update();

		var outcome = restore(backup, "public.event_24, public.event_25");

		assertThat(outcome).isInstanceOf(Done.class);
		assertThat(number("select count(*) from event where region = 1")).isEqualTo(40);
	}

	@Test
	void itNeverTakesThePlaceOfTheDatabase() {
		var backup = take("public.Order");
		this.fixture.verify(backup);

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.backups.restore(backup.id(), "shop", this.run, Progress.NONE))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.partial"))
			.withMessageContainingAll("public.\"Order\"", "naming them", "whole database");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.beside(backup.id(), "shop", this.run, Progress.NONE))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.partial"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.restores.choose(backup.id(), "shop", this.run))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.partial"));
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.restores.choose("", "shop", this.run))
			.withMessageContaining("no backup of 'shop' was ever verified");
		var step = new RestoreStep(this.fixture.backups, this.fixture.restores)
			.execute(new AStep(this.run, AStep.with("target", "shop", "backupId", backup.id()).inputs()));
		assertThat(step).isInstanceOfSatisfying(Refused.class,
				(refused) -> assertThat(refused.code()).isEqualTo("not-restorable"));
	}

	@Test
	void itKeepsNoPromiseAndTakesNoPlaceAmongTheGenerations() {
		var backup = take("public.Order");
		this.fixture.verify(backup);

		assertThat(this.fixture.keeping.kept("shop")).isEmpty();
		var objectives = this.fixture.keeping.objectives("shop");
		assertThat(objectives.rpoActual()).isNull();
		assertThat(objectives.trend()).isEmpty();
		assertThat(this.fixture.keeping.alarms("shop")).extracting(Alarm::kind).containsExactly("none");
		assertThat(this.fixture.keeping.drill(this.run, "key")).isEmpty();
		assertThat(this.fixture.restores.estimate(backup).source()).contains("no restore was measured");
	}

	@Test
	void theStepTakesChosenTables() {
		var done = (Done) new TakeStep(this.fixture.backups)
			.execute(AStep.with("target", "shop", "tables", "public.note , public.region"));

		assertThat(tables(done)).containsExactly("public.note", "public.region");
		assertThat(done.summary()).contains("only of public.note, public.region");
	}

	private List<String> tables(Done done) {
		return this.fixture.backups.find(done.outputs().get("backupId")).orElseThrow().tables();
	}

	@Test
	void aTableThatIsNotThereIsNamedWithThoseThatMayBeMeant() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> take("order"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.no-table"))
			.withMessageContainingAll("'order'", "schema.table", "public.\"Order\"");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> take("public.totals"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.no-table"));
		assertThat(this.fixture.store.ids()).isEmpty();
	}

	@Test
	void aVersionThatKnowsNoPartsTakesItForNoWhole() throws Exception {
		var backup = take("public.note");

		assertThat(manifest(backup).format()).isEqualTo("backout-backup/2");
		assertThat(manifest(this.fixture.take("whole")).format()).isEqualTo("backout-backup/1");
		assertThat(new String(manifest(this.fixture.take("whole")).toBytes(), "UTF-8")).doesNotContain("\"part\"");
		assertThat(Duration.between(backup.takenAt(), backup.retainUntil())).isEqualTo(Duration.ofDays(30));
	}

	private Object restore(Backup backup, String tables) {
		return new RestoreStep(this.fixture.backups, this.fixture.restores).execute(
				new AStep(this.run, AStep.with("target", "shop", "backupId", backup.id(), "tables", tables).inputs()));
	}

	private long number(String sql) {
		return this.shop.jdbc().sql(sql).query(Long.class).single();
	}

}
