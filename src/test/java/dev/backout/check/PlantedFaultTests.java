package dev.backout.check;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/** Faults planted in one database, and another one without. */
class PlantedFaultTests {

	static final CheckFixture FAULTY = new CheckFixture();

	static final CheckFixture CLEAN = new CheckFixture();

	@BeforeAll
	static void plant() {
		CLEAN.execute("""
				create extension amcheck;
				create table parent (id int primary key);
				create table child (id serial primary key, parent int references parent, other bigint);
				insert into parent select generate_series(1, 10);
				insert into child (parent) select generate_series(1, 10);
				insert into child (parent) values (null);
				create index child_parent on child (parent);
				create materialized view summary as select count(*) from child;
				create sequence down increment -1 maxvalue 1000 start 1000;
				create table counted_down (id bigint primary key default nextval('down'));
				alter sequence down owned by counted_down.id;
				insert into counted_down select nextval('down') from generate_series(1, 5);
				analyze""");
		FAULTY.execute("""
				create schema v;
				create extension amcheck schema v;
				create role check_other;
				set search_path = v, public;
				create table p (id int primary key);
				create table c (id serial primary key, pid int references p);
				create table two (a int, b int, primary key (a, b));
				create table two_child (id int primary key, a int, b int);
				insert into p select generate_series(1, 10);
				insert into two values (1, 1);
				insert into two_child values (1, 1, 1), (2, 1, 2), (3, null, 7);
				alter table two_child add constraint two_child_two foreign key (a, b) references two not valid;
				set session_replication_role = replica;
				insert into c (id, pid) values (500, 99), (501, 1);
				set session_replication_role = default;
				create table q (a int);
				insert into q values (-1);
				alter table q add constraint pos check (a > 0) not valid;
				alter table c disable trigger all;
				create materialized view m as select 1 as one with no data;
				create table big (id int, v text) with (autovacuum_enabled = false);
				insert into big select i, 'v' || i from generate_series(1, 50000) i;
				create index big_v on big (v);
				create index big_id on big (id);
				create table dup (a int);
				insert into dup values (1), (1);
				create sequence tired maxvalue 100;
				select setval('tired', 95);
				create table narrow (id int);
				create sequence wide owned by narrow.id;
				select setval('wide', 2147483000);
				alter table dup owner to check_other""");
		failing("create unique index concurrently dup_u on v.dup (a)");
		FAULTY.execute(
				"update pg_index set indisready = false, indisvalid = false where indexrelid = 'v.big_v'::regclass");
		FAULTY.execute("insert into v.big values (99999999, 'lost')");
		FAULTY
			.execute("update pg_index set indisready = true, indisvalid = true where indexrelid = 'v.big_v'::regclass");
		FAULTY.execute("begin; insert into v.q values (1); prepare transaction '%s'".formatted(FAULTY.database.name()));
	}

	private static void failing(String sql) {
		try {
			FAULTY.execute(sql);
		}
		catch (IllegalStateException ex) {
			return;
		}
		throw new AssertionError("Did not fail: " + sql);
	}

	@ParameterizedTest
	@EnumSource(
			names = { "FOREIGN_KEY_ORPHANS", "INVALID_INDEXES", "AMCHECK", "SEQUENCES_BEHIND", "SEQUENCES_NEAR_END",
					"UNVALIDATED_CONSTRAINTS", "DISABLED_TRIGGERS", "UNPOPULATED_VIEWS", "NEVER_ANALYZED",
					"COLLATION_MISMATCH", "NO_PRIMARY_KEY", "PREPARED_TRANSACTIONS", "INACTIVE_SLOTS", "OWNER_DRIFT" },
			mode = Mode.INCLUDE)
	void nothingIsFoundInACleanDatabase(CheckKind kind) {
		var result = CLEAN.check(kind.id());

		assertThat(result.outcome()).as(result.summary() + result.evidence()).isEqualTo(Outcome.PASS);
		assertThat(result.value()).isEqualTo("0");
	}

	@ParameterizedTest
	@CsvSource({ "foreign-key-orphans, 2, v.c.c_pid_fkey", "invalid-indexes, 1, v.dup_u", "amcheck, 1, v.big_v",
			"sequences-behind, 1, v.c_id_seq", "sequences-near-end, 2, v.tired", "unvalidated-constraints, 2, v.q.pos",
			"unpopulated-views, 1, v.m", "never-analyzed, 1, v.big", "no-primary-key, 4, v.dup",
			"owner-drift, 1, v.dup" })
	void eachPlantedFaultIsFoundAndNamed(String kind, String value, String named) {
		var result = FAULTY.check(kind);

		assertThat(result.outcome()).as(result.summary()).isEqualTo(Outcome.FAIL);
		assertThat(result.value()).as(result.evidence().toString()).isEqualTo(value);
		assertThat(result.evidence()).anySatisfy((row) -> assertThat(row.values()).contains(named));
	}

	@Test
	void disabledTriggersAreFound() {
		var result = FAULTY.check("disabled-triggers");

		assertThat(result.outcome()).isEqualTo(Outcome.FAIL);
		assertThat(result.evidence()).isNotEmpty()
			.allSatisfy((row) -> assertThat(row).containsEntry("state", "disabled")
				.hasEntrySatisfying("trigger", (name) -> assertThat(name).startsWith("v.c.")));
	}

	@Test
	void preparedTransactionIsFound() {
		var result = FAULTY.check("prepared-transactions");

		assertThat(result.evidence()).extracting((row) -> row.get("transaction"))
			.containsExactly(FAULTY.database.name());
	}

	@Test
	void orphansOfManyColumnsAndOfNotValidKeysCount() {
		var result = FAULTY.check("foreign-key-orphans");

		assertThat(result.evidence()).extracting((row) -> row.get("constraint"), (row) -> row.get("orphans"))
			.contains(org.assertj.core.api.Assertions.tuple("v.two_child.two_child_two", "1"));
	}

	@Test
	void plainAmcheckMissesTheRowThatTheIndexLacks() {
		var result = FAULTY.check("amcheck", "parameters: {heapAllIndexed: false}");

		assertThat(result.outcome()).isEqualTo(Outcome.PASS);
	}

	@Test
	void whatIsKnownCanBeIgnored() {
		var result = FAULTY.check("invalid-indexes", "parameters: {ignore: [v.dup_u]}");

		assertThat(result.outcome()).isEqualTo(Outcome.PASS);
	}

	@Test
	void minimumMayAcceptSome() {
		assertThat(FAULTY.check("no-primary-key", "minimum: {most: 4}").outcome()).isEqualTo(Outcome.PASS);
		assertThat(FAULTY.check("no-primary-key", "minimum: {most: 3}").outcome()).isEqualTo(Outcome.FAIL);
	}

	@Test
	void borrowedExtensionLeavesNothingBehind() {
		var fixture = new CheckFixture();
		fixture.execute("create table t (id int primary key)");

		assertThat(fixture.check("amcheck").outcome()).isEqualTo(Outcome.INCONCLUSIVE);
		assertThat(fixture.check("amcheck", "parameters: {borrowExtension: true}").outcome()).isEqualTo(Outcome.PASS);

		assertThat(fixture.database.jdbc()
			.sql("select count(*) from pg_extension where extname = 'amcheck'")
			.query(Integer.class)
			.single()).isZero();
	}

	@Test
	void timeRunsOutForTheWholeCheck() {
		FAULTY.suite(CheckFixture.aSuite("foreign-key-orphans"));
		var check = FAULTY.suites.all().get(0).checks().get(0);

		var hurried = new Check(check.name(), check.kind(), check.parameters(), check.minimum(), "SEV1", "mira",
				java.time.Duration.ofNanos(1));

		try (var leash = Leash.of(java.time.Duration.ofMinutes(1))) {
			org.assertj.core.api.Assertions.assertThatThrownBy(
					() -> new ReferenceProbe().measure(hurried, new Subject("one", FAULTY.target, "shop", null, leash)))
				.hasMessageContaining("statement timeout");
		}
	}

}
