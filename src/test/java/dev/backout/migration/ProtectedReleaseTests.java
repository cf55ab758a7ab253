package dev.backout.migration;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Changelogs that nobody edited, and that Liquibase alone could not take back. */
class ProtectedReleaseTests {

	static final String SPLIT_SQL = """
			--changeset ann:split
			alter table customer add column given text, add column family text;
			update customer set given = split_part(name, 'c', 1), family = split_part(name, 'c', 2);
			alter table customer drop column name;
			--changeset ann:data
			update customer set vip = true where id <= 50;
			delete from customer where id > 90;
			insert into customer (email, dept_id) values ('seed@x', 1);
			""";

	@TempDir
	Path directory;

	@Test
	void formattedSqlGoesBackToWhatItWas() {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS).formatted(SPLIT_SQL)) {
			var before = shop.fingerprint();

			assertThat(shop.apply().changesets()).extracting(ChangesetId::id).containsExactly("split", "data");
			assertThat(shop.one("select count(*) from customer")).isEqualTo("91");
			var outcome = shop.revert();

			assertThat(outcome.conflicts()).isEmpty();
			assertThat(outcome.changesets()).extracting(ChangesetId::id).containsExactly("data", "split");
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

	@Test
	void xmlGoesBackToWhatItWas() {
		try (var shop = Shop
			.with(this.directory,
					Shop.CUSTOMERS
							+ """
									create table legacy (id int primary key, customer_id bigint references customer, v text default 'z');
									insert into legacy select i, i, 'v' || i from generate_series(1, 20) i;""")
			.xml("""
					<changeSet id="1" author="a"><addColumn tableName="customer"><column name="email2" type="text"/></addColumn>
						<sql>update customer set email2 = email</sql><dropColumn tableName="customer" columnName="email"/></changeSet>
					<changeSet id="2" author="a"><dropTable tableName="legacy"/></changeSet>
					<changeSet id="3" author="a"><createTable tableName="fresh"><column name="id" type="int"><constraints primaryKey="true"/></column></createTable>
						<insert tableName="fresh"><column name="id" valueNumeric="1"/></insert></changeSet>
					<changeSet id="4" author="a"><modifyDataType tableName="customer" columnName="name" newDataType="varchar(3)"/></changeSet>""")) {
			shop.sql("update customer set name = 'x' || id where id > 99");
			var before = shop.fingerprint();

			shop.apply();
			assertThat(shop.revert().conflicts()).isEmpty();

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(before.to(shop.fingerprint()).toString()).isEqualTo(before.to(before).toString());
		}
	}

	@Test
	void whatWasWrittenSinceSurvivesAndEveryConflictIsListed() {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS).formatted(SPLIT_SQL)) {
			shop.apply();
			shop.sql("""
					insert into customer (email, dept_id, given, family) values ('late@x', 1, 'La', 'Te');
					update customer set vip = null where id = 1;
					update customer set dept_id = 3 where id = 2;
					delete from customer where id = 3;
					update customer set dept_id = 2 where email = 'seed@x';""");

			var outcome = shop.revert(Map.of("customer.name", "coalesce(given || ' ' || family, 'unknown')"));

			assertThat(shop.rows("select name, vip, dept_id from customer where id in (1, 2, 3, 95) order by id"))
				.containsExactly("c1|null|2", "c2|t|3", "c95|f|3");
			assertThat(shop.rows("select name from customer where email in ('late@x', 'seed@x') order by email"))
				.containsExactly("La Te", "unknown");
			assertThat(outcome.conflicts()).extracting(Outcome.Conflict::what)
				.filteredOn((what) -> !what.contains("updated_at"))
				.containsOnly("column vip was changed again since: the later value stays",
						"changed by the change, and deleted since, or given another key: stays as it is",
						"inserted by the change, and edited since: stays");
			assertThat(shop.one("select count(*) from customer where updated_at is not null and id > 3 and id <= 90"))
				.as("neither the change's touch nor one of the way back stays")
				.isEqualTo("0");
		}
	}

	@Test
	void refusesWholeWhenANewRowWouldHaveNoValue() {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS).formatted(SPLIT_SQL)) {
			shop.apply();
			shop.sql("insert into customer (email, dept_id) values ('late@x', 1)");
			var before = shop.fingerprint();

			assertThatThrownBy(() -> shop.revert("split")).hasMessageContaining("have no value for it");

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.deployed()).containsExactly("split", "data");
		}
	}

	@Test
	void worksWhileTheDatabaseIsFrozen() {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS).formatted(SPLIT_SQL)) {
			var before = shop.fingerprint();
			shop.apply();
			shop.sql("alter database %s set default_transaction_read_only = on".formatted(shop.database.name()));

			shop.revert();

			shop.sql("alter database %s reset default_transaction_read_only".formatted(shop.database.name()));
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

	@Test
	void goesThereAndBackAndThereAgain() {
		try (var shop = Shop.with(this.directory, Shop.CUSTOMERS).formatted(SPLIT_SQL)) {
			var before = shop.fingerprint();
			shop.apply();
			var after = shop.rows("select email, given, family, vip from customer order by email");
			shop.revert();

			assertThat(shop.apply().changesets()).hasSize(2);
			assertThat(shop.apply().changesets()).isEmpty();

			assertThat(shop.rows("select email, given, family, vip from customer order by email")).isEqualTo(after);
			shop.revert();
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.revert().changesets()).isEmpty();
		}
	}

}
