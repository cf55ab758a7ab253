package dev.backout.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What an author says explicitly, in every format, there and back and there again. */
class ChangeTypesTests {

	static final String OWN = """
			<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" xmlns:b="http://backout.dev/xml/ns/backout"
				xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
				xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd
					http://backout.dev/xml/ns/backout http://backout.dev/xml/ns/backout.xsd">
			<changeSet id="1" author="a"><b:hideColumn tableName="customer" columnName="email"/></changeSet>
			<changeSet id="2" author="a"><b:stashDropColumn tableName="customer" columnName="vip" newRowsValue="true"/></changeSet>
			<changeSet id="3" author="a"><b:keptRows tableName="customer">update customer set name = upper(name)</b:keptRows></changeSet>
			<changeSet id="4" author="a"><b:archiveTable tableName="spare"/></changeSet>
			</databaseChangeLog>""";

	static final String SETUP = Shop.CUSTOMERS
			+ "create table spare (id int primary key); insert into spare values (1);";

	@TempDir
	Path directory;

	@Test
	void xmlWithItsOwnSchema() {
		walk(new Shop(this.directory).file("c.xml", OWN));
	}

	@Test
	void yaml() {
		walk(new Shop(this.directory).file("c.yaml",
				"""
						databaseChangeLog:
						- changeSet: { id: 1, author: a, changes: [ hideColumn: { tableName: customer, columnName: email, down: "'later' || new.id || '@x'" } ] }
						- changeSet: { id: 2, author: a, changes: [ archiveTable: { tableName: spare } ] }
						"""));
	}

	@Test
	void json() {
		walk(new Shop(this.directory)
			.file("c.json", "{\"databaseChangeLog\": [{\"changeSet\": {\"id\": \"1\", \"author\": \"a\", \"changes\": ["
					+ "{\"stashDropColumn\": {\"tableName\": \"customer\", \"columnName\": \"email\", \"keyColumns\": \"id\"}}]}}]}"));
	}

	@Test
	void functionsInFormattedSql() {
		walk(new Shop(this.directory).formatted("""
				--changeset a:1
				select backout.hide_column('customer', 'email', 'release-7/email');
				--rollback select backout.unhide_column('release-7/email');
				"""));
	}

	@Test
	void aTypingErrorIsFoundWhileReading() {
		var shop = new Shop(this.directory).file("c.xml", OWN.replace("columnName=\"vip\"", "colunmName=\"vip\""));

		assertThatThrownBy(() -> shop.source().changesets()).isInstanceOf(BrokenChangelog.class)
			.hasMessageContaining("colunmName");
		shop.close();
	}

	@Test
	void thePolicyForTheWayBackMayChangeAfterDeployment() {
		try (var shop = new Shop(this.directory).file("c.xml", OWN)) {
			shop.sql(SETUP);
			shop.apply();
			shop.sql("insert into customer (name, dept_id) values ('late', 1)");
			shop.file("c.xml",
					OWN.replace("columnName=\"email\"", "columnName=\"email\" newRowsValue=\"'x' || id || '@y'\""));

			shop.revert();

			assertThat(shop.one("select email, vip from customer where name = 'late'")).isEqualTo("x101@y|t");
		}
	}

	@Test
	void plainLiquibaseCanRunThemToo() {
		try (var shop = new Shop(this.directory).file("c.xml", OWN)) {
			shop.sql(SETUP);
			var before = shop.fingerprint();
			Naive.update(shop);
			Naive.rollbackCount(shop, 4);

			assertThat(before.to(shop.fingerprint()).toString()).doesNotContain("tables=[public");
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

	private static void walk(Shop shop) {
		try (shop) {
			shop.sql(SETUP);
			try (var connection = shop.connection()) {
				TargetLibrary.install(connection);
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
			var before = shop.fingerprint();
			shop.apply();
			var after = shop.fingerprint();
			assertThat(after.digest()).isNotEqualTo(before.digest());

			shop.revert();
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());

			shop.apply();
			assertThat(shop.fingerprint().schema().digest()).isEqualTo(after.schema().digest());
			shop.revert();
			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
		}
	}

}
