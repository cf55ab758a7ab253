package dev.backout.migration;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Public changelogs are rarely written for PostgreSQL alone. */
class OtherDatabasesTests {

	@TempDir
	Path directory;

	ChangelogFiles files() {
		return new ChangelogFiles(this.directory);
	}

	ChangesetVerdict only(ChangelogSource source) {
		var changesets = Inspector.inspect(source).changesets();
		assertThat(changesets).hasSize(1);
		return changesets.get(0);
	}

	ChangesetVerdict xml(String content) {
		return only(files().xml("<changeSet id='1' author='a'>" + content + "</changeSet>"));
	}

	static List<String> codes(ChangesetVerdict verdict) {
		return verdict.reasons().stream().map(Reason::code).toList();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			<sql dbms='mysql'>alter table t modify column `a` int</sql>
			<sql dbms='mysql'>copy t from program 'ls'</sql>
			<createProcedure dbms='oracle'>create procedure p as begin null; end;</createProcedure>
			<insert tableName='t' dbms='h2'><column name='a' value='1'/></insert>
			""")
	void changesForOthersDoNothingHere(String change) {
		var verdict = xml("<createTable tableName='n'><column name='id' type='int'/></createTable>" + change);

		assertThat(verdict.verdict()).as("%s", verdict.reasons()).isEqualTo(Verdict.REVERSIBLE);
		assertThat(codes(verdict)).containsExactly("new-rows");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^',
			textBlock = """
					MARK_RAN | <dbms type='mysql'/>                                             | REVERSIBLE           | other-database
					CONTINUE | <dbms type='mysql'/>                                             | REVERSIBLE           | other-database
					MARK_RAN | <not><dbms type='postgresql'/></not>                             | REVERSIBLE           | other-database
					MARK_RAN | <tableExists tableName='t'/><dbms type='oracle'/>                | REVERSIBLE           | other-database
					MARK_RAN | <or><dbms type='mysql'/><dbms type='h2'/></or>                   | REVERSIBLE           | other-database
					HALT     | <dbms type='mysql'/>                                             | IRREVERSIBLE         | other-database
					MARK_RAN | <or><dbms type='mysql'/><tableExists tableName='t'/></or>        | REVERSIBLE_WITH_STASH | preconditions
					MARK_RAN | <dbms type='mysql,postgresql'/>                                  | REVERSIBLE_WITH_STASH | preconditions
					WARN     | <dbms type='mysql'/>                                             | REVERSIBLE_WITH_STASH | preconditions
					""")
	void preconditionsThatCanOnlyHoldElsewhereAreNamed(String onFail, String conditions, Verdict expected,
			String code) {
		var verdict = xml("<preConditions onFail='%s'>%s</preConditions><dropTable tableName='t'/>".formatted(onFail,
				conditions));

		assertThat(verdict.verdict()).as("%s", verdict.reasons()).isEqualTo(expected);
		assertThat(codes(verdict)).contains(code);
	}

	@Test
	void preconditionsOfTheWholeChangelogAreNamedAtEveryChangeset() {
		var verdict = only(files().xml("<preConditions><dbms type='oracle'/></preConditions>"
				+ "<changeSet id='1' author='a'><dropTable tableName='t'/></changeSet>"));

		assertThat(verdict.verdict()).isEqualTo(Verdict.IRREVERSIBLE);
		assertThat(codes(verdict)).contains("other-database");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			alter table t modify column a int              | MySQL
			create table `t` (id int) engine=InnoDB         | MySQL
			create table t (a varchar2(10))                 | Oracle
			insert into t select 1 from dual                | Oracle
			create table t (a nvarchar(max))                | SQL Server
			exec sp_rename 'a', 'b'                         | SQL Server
			""")
	void foreignSqlIsSaidToBeForeign(String sql, String database) {
		var verdict = xml("<sql>" + sql + "</sql>");

		assertThat(verdict.verdict()).isEqualTo(Verdict.IRREVERSIBLE);
		assertThat(verdict.reasons()).anySatisfy(
				(reason) -> assertThat(reason.text()).contains("SQL for " + database, "name its database with dbms"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			create table t (modify int, "change" int, number numeric(3))
			insert into t values ('`a` modify column engine=innodb')
			create function f() returns int language sql as $$ select 1 /* from dual */ $$
			update t set a = nextval('s')
			""")
	void postgresqlIsNotTakenForAnother(String sql) {
		assertThat(codes(xml("<sql>" + sql + "</sql>"))).doesNotContain("other-database");
	}

	@Test
	void changesetsForOthersAreCounted() {
		var inspection = Inspector.inspect(files().sql("""
				--changeset a:1 dbms:mysql
				drop table t;
				--changeset a:2 dbms:!postgresql
				drop table t;
				--changeset a:3
				create table t (id int);
				"""));

		assertThat(inspection.changesets()).hasSize(1);
		assertThat(inspection.elsewhere()).isEqualTo(2);
	}

	@Test
	void parametersWithoutAValueAreNamed() {
		var verdict = xml("<createTable tableName='${prefix}n'><column name='id' type='int'/></createTable>");

		assertThat(verdict.reasons())
			.anySatisfy((reason) -> assertThat(reason.text()).contains("${prefix} has no value", "-D prefix=VALUE"));
	}

	@Test
	void aSequenceThatBelongsToAColumnGoesWithItsTable() {
		var sql = """
				--changeset a:1
				create table t (id int);
				create sequence t_id_seq;
				alter sequence t_id_seq owned by %s.id;
				--rollback drop table t;
				""";

		assertThat(only(files().sql(sql.formatted("t"))).verdict()).isEqualTo(Verdict.REVERSIBLE);
		assertThat(only(files().sql(sql.formatted("other"))).verdict()).isEqualTo(Verdict.LOSSY);
	}

	@ParameterizedTest
	@CsvSource({ "www.liquibase.org/xml/ns/dbchangelog/dbchangelog-5.1.xsd, dbchangelog",
			"local.xsd/dbchangelog-4.4.xsd, dbchangelog", "www.liquibase.org/xml/ns/pro/liquibase-pro-4.9.xsd, pro",
			"www.liquibase.org/xml/ns/pro/liquibase-pro-latest.xsd, pro" })
	void schemasThatThisLiquibaseDoesNotBringStandForThemselves(String schema, String namespace) {
		var source = files()
			.file("new.xml",
					"""
							<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
								xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:pro="http://www.liquibase.org/xml/ns/pro"
								xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
									http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd
									http://www.liquibase.org/xml/ns/%2$s https://%1$s">
								<changeSet id="1" author="a"><createTable tableName="n"><column name="id" type="int"/></createTable></changeSet>
							</databaseChangeLog>
							"""
						.formatted(schema, namespace))
			.source("new.xml");

		assertThat(only(source).verdict()).isEqualTo(Verdict.REVERSIBLE);
	}

	@Test
	void aSchemaFromElsewhereIsNotFetched() {
		var source = files().file("far.xml", """
				<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
					xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
					xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog http://127.0.0.1:1/far.xsd">
					<changeSet id="1" author="a"><dropTable tableName="n"/></changeSet>
				</databaseChangeLog>
				""").source("far.xml");

		assertThatThrownBy(() -> Inspector.inspect(source)).isInstanceOf(BrokenChangelog.class)
			.hasMessageContaining("nothing is fetched");
	}

	@Test
	void aFileThatIsElsewhereIsToldWithOurOption() {
		assertThatThrownBy(() -> Inspector.inspect(files().xml("<include file='db/other.xml'/>")))
			.isInstanceOf(BrokenChangelog.class)
			.hasMessageContaining("--root")
			.hasMessageNotContaining("searchPath");
	}

}
