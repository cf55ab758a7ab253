package dev.backout.migration;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Cases that an implementation gets wrong at first: what Liquibase's own commands make of
 * them, and what we do. The half-covered rollback is the proof's, interruptions and busy
 * databases have tests of their own.
 */
class TrapCaseTests {

	@TempDir
	Path directory;

	@Nested
	class MarkedAsRan {

		static final String CHANGESET = """
				--changeset a:1
				--preconditions onFail:MARK_RAN
				--precondition-sql-check expectedResult:0 select count(*) from pg_class where relname = 'customer'
				create table customer (id int);
				--rollback drop table customer;
				""";

		@Test
		void naiveDropsTheTableWithAllData() {
			try (var shop = Shop.with(directory, Shop.CUSTOMERS).formatted(CHANGESET)) {
				Naive.update(shop);
				Naive.rollbackCount(shop, 1);

				assertThat(shop.one("select to_regclass('customer')")).isEqualTo("null");
			}
		}

		@Test
		void onlyItsHistoryRowGoes() {
			try (var shop = Shop.with(directory, Shop.CUSTOMERS).formatted(CHANGESET)) {
				var before = shop.fingerprint();
				shop.apply();

				assertThat(shop.plan("1").steps()).singleElement()
					.extracting(Reversal.Step::way)
					.isEqualTo(Reversal.Way.FORGET);
				shop.revert();

				assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
				assertThat(shop.deployed()).isEmpty();
			}
		}

	}

	@Nested
	class Vanished {

		static final String FIRST = "--changeset a:1\ncreate table t1 (id int);\n--rollback drop table t1;\n";

		static final String SECOND = "--changeset a:2\ncreate table t2 (id int);\n--rollback drop table t2;\n";

		@Test
		void naiveRevertsAnotherOne() {
			try (var shop = new Shop(directory).formatted(FIRST + SECOND)) {
				Naive.update(shop);
				shop.formatted(FIRST);
				Naive.rollbackCount(shop, 1);

				assertThat(shop.one("select to_regclass('t1'), to_regclass('t2')")).isEqualTo("null|t2");
			}
		}

		@Test
		void isRefusedByNameWithWhatWasFrozen() {
			try (var shop = new Shop(directory).formatted(FIRST + SECOND)) {
				shop.apply();
				shop.formatted(FIRST);

				assertThatThrownBy(() -> shop.revert("1", "2")).isInstanceOf(IrreversibleChange.class)
					.hasMessageContaining("c.sql::2::a is deployed, but not in the changelog any more");
				assertThat(shop.plan("2").steps().get(0).statements()).containsExactly("drop table t2");
				assertThat(shop.one("select to_regclass('t1'), to_regclass('t2')")).isEqualTo("t1|t2");
			}
		}

		@Test
		void aFileThatMovedIsFoundById() {
			try (var shop = new Shop(directory).formatted(FIRST)) {
				var before = shop.fingerprint();
				shop.apply();
				shop.file("v2/c.sql", "--liquibase formatted sql\n" + FIRST).xml("<include file='v2/c.sql'/>");

				assertThat(shop.revert("1").changesets()).hasSize(1);

				assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
				assertThat(shop.deployed()).isEmpty();
			}
		}

	}

	@Nested
	class TimeZones {

		static final String FIRST = "--changeset a:1\ncreate table t1 (id int);\n--rollback drop table t1;\n";

		static final String SECOND = "--changeset a:2\ncreate table t2 (id int);\n--rollback drop table t2;\n";

		@Test
		void naiveRevertsTheOneWithTheLatestClock() {
			try (var shop = new Shop(directory).formatted(FIRST)) {
				Naive.inTimeZone("Asia/Tokyo", () -> Naive.update(shop));
				shop.formatted(FIRST + SECOND);
				Naive.inTimeZone("America/Los_Angeles", () -> Naive.update(shop));
				Naive.rollbackCount(shop, 1);

				assertThat(shop.deployed()).containsExactly("2");
			}
		}

		@Test
		void onlyTheOrderOfExecutionCounts() {
			try (var shop = new Shop(directory).formatted(FIRST)) {
				Naive.inTimeZone("Asia/Tokyo", () -> Naive.update(shop));
				shop.formatted(FIRST + SECOND);
				Naive.inTimeZone("America/Los_Angeles", () -> Naive.update(shop));

				assertThat(shop.plan("1", "2").changesets()).extracting(ChangesetId::id).containsExactly("2", "1");
				assertThat(shop.session(MigrationOptions.of("test"), MigrationSession::history))
					.extracting((row) -> row.id().id())
					.containsExactly("1", "2");
			}
		}

	}

	@Nested
	class RunsAlways {

		static final String CHANGESETS = """
				--changeset a:always runAlways:true
				select 1;
				--rollback empty
				--changeset a:table
				create table t (id int);
				--rollback drop table t;
				""";

		@Test
		void naiveCountsItAsTheLastRelease() {
			try (var shop = new Shop(directory).formatted(CHANGESETS)) {
				Naive.update(shop);
				Naive.update(shop);
				Naive.rollbackCount(shop, 1);

				assertThat(shop.deployed()).containsExactly("table");
			}
		}

		@Test
		void theListIsWhatGoesBack() {
			try (var shop = new Shop(directory).formatted(CHANGESETS)) {
				shop.apply();
				shop.apply();

				shop.revert("table");

				assertThat(shop.deployed()).containsExactly("always");
				assertThat(shop.one("select to_regclass('t')")).isEqualTo("null");
			}
		}

	}

	@Nested
	class LoadedOverExistingRows {

		private Shop shop() {
			return Shop.with(directory,
					"create table country (id int primary key, name text); insert into country values (1, 'old one')")
				.file("d.csv", "id,name\n1,new one\n2,two\n")
				.xml("""
						<changeSet id="1" author="a"><loadUpdateData tableName="country" file="d.csv" primaryKey="id">
						<column name="id" type="NUMERIC"/><column name="name" type="STRING"/></loadUpdateData></changeSet>""");
		}

		@Test
		void naiveDeletesARowThatWasThereBefore() {
			try (var shop = shop()) {
				Naive.update(shop);
				try {
					Naive.rollbackCount(shop, 1);
				}
				catch (IllegalStateException refused) {
					// Some versions say that there is no rollback: no better.
				}

				assertThat(shop.rows("select name from country where id = 1"))
					.isNotEqualTo(java.util.List.of("old one"));
			}
		}

		@Test
		void theOldValueComesBack() {
			try (var shop = shop()) {
				var before = shop.fingerprint();
				shop.apply();
				assertThat(shop.rows("select * from country order by id")).containsExactly("1|new one", "2|two");

				shop.revert();

				assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			}
		}

	}

	@Nested
	class DroppedColumnWithLifeInBetween {

		static final String LIFE = """
				insert into customer (name, dept_id) values ('new1', 1), ('new2', 2);
				delete from customer where id in (3, 4);
				update customer set name = 'renamed' where id = 2;
				""";

		@Test
		void naiveAddsAnEmptyColumnAndCallsThatARollback() {
			try (var shop = Shop.with(directory, Shop.CUSTOMERS)
				.formatted("--changeset a:1\nalter table customer drop column email;\n"
						+ "--rollback alter table customer add column email varchar(80);\n")) {
				Naive.update(shop);
				shop.sql(LIFE);
				Naive.rollbackCount(shop, 1);

				assertThat(shop.one("select count(email) from customer")).as("values").isEqualTo("0");
				assertThat(shop.one("select count(*) from pg_indexes where indexname like 'customer_email%'"))
					.isEqualTo("0");
				assertThat(shop.deployed()).isEmpty();
			}
		}

		@Test
		void everySurvivingRowGetsItsValueAndNewOnesTheExpression() {
			try (var shop = Shop.with(directory, Shop.CUSTOMERS)
				.formatted("--changeset a:1\nalter table customer drop column email;\n")) {
				var before = shop.fingerprint();
				var emails = shop.rows("select id, email from customer where id not in (3, 4) order by id");
				shop.apply();
				shop.sql(LIFE);

				assertThatThrownBy(() -> shop.revert()).hasMessageContaining("2 row(s) were written to");
				shop.revert(Map.of("customer.email", "'new' || id || '@x'"));

				assertThat(shop.rows("select id, email from customer where id <= 100 order by id")).isEqualTo(emails);
				assertThat(shop.rows("select email from customer where id > 100 order by id"))
					.containsExactly("new101@x", "new102@x");
				assertThat(shop.one("select name from customer where id = 2")).isEqualTo("renamed");
				assertThat(before.to(shop.fingerprint()).toString()).doesNotContain("index", "constraint", "column ");
			}
		}

	}

	@Nested
	class ReplacedDefinitions {

		static final String SETUP = """
				create table t (id int, secret text);
				create view v as select id from t;
				grant select on v to public;
				comment on view v is 'c';
				create function f(i int) returns int language sql as 'select i + 1';
				""";

		static final String CHANGESETS = """
				<changeSet id="1" author="a"><createView viewName="v" replaceIfExists="true">select id, secret from t</createView></changeSet>
				<changeSet id="2" author="a" runOnChange="true"><sql splitStatements="false">create or replace function f(i int) returns int language sql as $$ select i + 2; $$</sql></changeSet>
				<changeSet id="3" author="a"><sql splitStatements="false">create or replace function f(i text) returns int language sql as $$ select 3; $$</sql></changeSet>""";

		@Test
		void naiveDropsTheView() {
			try (var shop = Shop.with(directory, SETUP).xml(CHANGESETS.lines().findFirst().orElseThrow())) {
				Naive.update(shop);
				Naive.rollbackCount(shop, 1);

				assertThat(shop.one("select to_regclass('v')")).isEqualTo("null");
			}
		}

		@Test
		void theFormerOnesComeBack() {
			try (var shop = Shop.with(directory, SETUP).xml(CHANGESETS)) {
				var before = shop.fingerprint();
				shop.apply();

				shop.revert();

				assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
			}
		}

		@Test
		void aSecondRunGoesBackToTheFirst() {
			try (var shop = Shop.with(directory, SETUP).xml(CHANGESETS)) {
				shop.apply();
				var first = shop.fingerprint();
				shop.xml(CHANGESETS.replace("i + 2", "i + 7"));
				assertThat(shop.apply().changesets()).extracting(ChangesetId::id).containsExactly("2");
				assertThat(shop.one("select f(1)")).isEqualTo("8");

				shop.revert("2");

				assertThat(shop.fingerprint().digest()).isEqualTo(first.digest());
				assertThat(shop.deployed()).containsExactly("1", "2", "3");
				shop.xml(CHANGESETS);
				assertThat(shop.apply().changesets()).isEmpty();
			}
		}

	}

	@Nested
	class OutOfOrder {

		static final String CHANGESETS = """
				--changeset a:column
				alter table t add column x int;
				--changeset b:index
				create index t_yx on t (y, x);
				--changeset b:view
				create view wide as select y, x from t;
				--changeset b:other
				alter table t add column z int;
				""";

		@Test
		void naiveTakesTheIndexOfAnotherTeamAlongAndItsHistoryStillListsIt() {
			try (var shop = Shop.with(directory, "create table t (y int)")
				.formatted(
						"--changeset a:column\nalter table t add column x int;\n--rollback alter table t drop column x;\n"
								+ "--changeset b:index\ncreate index t_yx on t (y, x);\n--rollback drop index t_yx;\n")) {
				Naive.update(shop);
				// the one command that takes a single changeset back is not free: by hand
				shop.sql("alter table t drop column x; delete from databasechangelog where id = 'column'");

				assertThat(shop.one("select to_regclass('t_yx')")).isEqualTo("null");
				assertThat(shop.deployed()).containsExactly("index");
			}
		}

		@Test
		void whatElseWouldGoIsShownBefore() {
			try (var shop = Shop.with(directory, "create table t (y int)").formatted(CHANGESETS)) {
				shop.apply();

				var collateral = shop.plan("column").collateral();

				assertThat(collateral).extracting((one) -> one.later().id() + ": " + one.object())
					.containsExactlyInAnyOrder("index: index public.t_yx", "view: view public.wide");
				assertThat(shop.plan("column", "index", "view").collateral()).isEmpty();
				assertThat(shop.plan("other").collateral()).isEmpty();
			}
		}

	}

}
