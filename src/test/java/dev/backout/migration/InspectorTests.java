package dev.backout.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.backout.migration.Verdict.IRREVERSIBLE;
import static dev.backout.migration.Verdict.LOSSY;
import static dev.backout.migration.Verdict.REVERSIBLE;
import static dev.backout.migration.Verdict.REVERSIBLE_WITH_STASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the text of a changelog tells; nothing of it runs. */
class InspectorTests {

	@TempDir
	Path directory;

	ChangesetVerdict only(ChangelogSource source) {
		var changesets = Inspector.inspect(source).changesets();
		assertThat(changesets).hasSize(1);
		return changesets.get(0);
	}

	ChangesetVerdict xml(String changeset) {
		return only(files().xml(changeset));
	}

	ChangesetVerdict change(String change) {
		return xml("<changeSet id='1' author='a'>" + change + "</changeSet>");
	}

	ChangesetVerdict sql(String forward, String rollback) {
		return only(files().sql("--changeset a:1 splitStatements:false\n" + forward
				+ (rollback.isEmpty() ? "" : "\n--rollback " + rollback) + "\n"));
	}

	ChangelogFiles files() {
		return new ChangelogFiles(this.directory);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\connect shop", "\\set ON_ERROR_STOP on\ncreate table n (id int)",
			"COPY public.emp (id, a) FROM stdin;\n1\tx\n\\.\n", "create table n (id int);\n\\i more.sql" })
	void whatOnlyPsqlDoesIsSaidWithAMend(String script) {
		var verdict = sql(script, "");

		assertThat(verdict.verdict()).isEqualTo(IRREVERSIBLE);
		assertThat(verdict.reasons()).anySatisfy((reason) -> {
			assertThat(reason.code()).isEqualTo("psql-only");
			assertThat(reason.text()).containsPattern("take it out|use loadData");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
							create table n (id int)                       | drop table n                              | REVERSIBLE
							create index i on emp (a)                     | drop index i                              | REVERSIBLE
							create index i on emp (a)                     | select 1                                  | LOSSY
							create index i on emp (a)                     | drop index j                              | LOSSY
							create unique index on only emp (a)           | drop index emp_a_idx                      | REVERSIBLE
							create index concurrently on emp (a)          | drop index dept_a_idx                     | LOSSY
							create index concurrently on emp (a)          | drop index emp_a_idx                      | REVERSIBLE
							create index on emp (a)                       |                                           | REVERSIBLE
							drop index emp_a_idx                          | create index on emp (a)                   | REVERSIBLE
							drop index i, j                               | create index i on emp (a)                 | LOSSY
							drop index i, j                               |                                           | REVERSIBLE_WITH_STASH
							begin; create table n (id int); commit        |                                           | REVERSIBLE
							create table n (id int); rollback             | drop table n                              | IRREVERSIBLE
							prepare transaction 'x'                       | select 1                                  | IRREVERSIBLE
							select setval('s', 9)                         |                                           | REVERSIBLE_WITH_STASH
							create table n (id int); create index i on n (id) | drop table n                          | REVERSIBLE
							create table n (id int); create view v as select 1 | drop view v                          | LOSSY
							alter table emp add column a int, add b int   | alter table emp drop column a             | LOSSY
							alter table emp add column a int, add b int   | alter table emp drop column a, drop b     | REVERSIBLE
							alter table emp drop column a                 | alter table emp add column a text         | LOSSY
							alter table emp drop column a                 |                                           | REVERSIBLE_WITH_STASH
							drop table emp                                |                                           | REVERSIBLE_WITH_STASH
							update emp set a = 1                          |                                           | REVERSIBLE_WITH_STASH
							delete from emp where a = 1                   |                                           | REVERSIBLE_WITH_STASH
							insert into emp values (1)                    | delete from emp where id = 1              | REVERSIBLE
							insert into emp values (1)                    | delete from emp                           | LOSSY
							insert into emp values (1)                    | delete from dept where id = 1             | LOSSY
							update emp set a = 1                          | update emp set a = 0                      | LOSSY
							alter table emp add a int; update emp set a = b | alter table emp drop column a           | REVERSIBLE
							drop index i                                  |                                           | REVERSIBLE_WITH_STASH
					drop sequence s                               |                                           | REVERSIBLE_WITH_STASH
					drop schema side                              |                                           | REVERSIBLE_WITH_STASH
					drop schema side cascade                      |                                           | IRREVERSIBLE
					drop type if exists mood cascade;             |                                           | IRREVERSIBLE
					drop function touch() cascade                 |                                           | IRREVERSIBLE
					drop extension citext cascade                 |                                           | IRREVERSIBLE
					drop view v cascade                           |                                           | REVERSIBLE_WITH_STASH
					drop table emp cascade                        |                                           | REVERSIBLE_WITH_STASH
					create table n (id int)                       |                                           | REVERSIBLE
					alter table emp alter a type int              |                                           | REVERSIBLE_WITH_STASH
					alter table emp alter a set default 1         |                                           | REVERSIBLE_WITH_STASH
							drop index i                                  | create index i on emp (a)                 | REVERSIBLE
							alter type mood add value 'c'                 |                                           | REVERSIBLE_WITH_STASH
							alter type mood add value 'c'                 | select 1                                  | LOSSY
							alter table emp alter column a type bigint    | alter table emp alter column a type int   | REVERSIBLE
							alter table emp alter a type numeric(12,2)    | alter table emp alter a type numeric(12,4) | LOSSY
							alter table emp alter a type varchar(40)      | alter table emp alter a type varchar(20)  | REVERSIBLE
							alter table emp alter a type varchar(20)      | alter table emp alter a type varchar(40)  | LOSSY
							alter table emp alter column a set default 1  | alter table emp alter column a drop default | REVERSIBLE
							alter table emp alter column a drop default   | select 1                                  | LOSSY
							alter table emp alter column a set not null   | alter table emp alter column a drop not null | REVERSIBLE
							grant select on emp to app                    | revoke select on emp from app             | REVERSIBLE
							revoke select on emp from app                 | select 1                                  | LOSSY
							comment on table emp is 'x'                   | select 1                                  | LOSSY
							create or replace view v as select 1          | drop view v                               | REVERSIBLE
							create or replace view v as select 1          |                                           | REVERSIBLE_WITH_STASH
							truncate emp                                  | insert into emp values (1)                | LOSSY
							do $$ begin drop table emp; end $$            | drop table x                              | LOSSY
							create table n (id int)                       | empty                                     | REVERSIBLE
							drop sequence s                               | create sequence s                         | LOSSY
							copy emp to program 'touch /tmp/pwned'        | select 1                                  | IRREVERSIBLE
							""")
	void tellsWhatComesBack(String forward, String rollback, Verdict expected) {
		var verdict = sql(forward, (rollback != null) ? rollback : "");

		assertThat(verdict.verdict()).as("%s", verdict.reasons()).isEqualTo(expected);
		if (expected != REVERSIBLE) {
			assertThat(verdict.reasons()).isNotEmpty();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					<createTable tableName='n'><column name='id' type='int'/></createTable>      | AUTOMATIC | REVERSIBLE
					<createTable tableName='n' ifNotExists='true'><column name='id' type='int'/></createTable> | AUTOMATIC | REVERSIBLE
					<addColumn tableName='emp'><column name='c' type='int'/></addColumn>         | AUTOMATIC | REVERSIBLE
					<dropColumn tableName='emp' columnName='c'/>                                 | PROTECTION | REVERSIBLE_WITH_STASH
					<dropTable tableName='emp'/>                                                 | PROTECTION | REVERSIBLE_WITH_STASH
					<createView viewName='v' replaceIfExists='true'>select 1 as a</createView>   | PROTECTION | REVERSIBLE_WITH_STASH
					<addNotNullConstraint tableName='emp' columnName='c' columnDataType='int' defaultNullValue='0'/> | PROTECTION | REVERSIBLE_WITH_STASH
					<modifyDataType tableName='emp' columnName='c' newDataType='int'/>           | PROTECTION | REVERSIBLE_WITH_STASH
					<dropIndex tableName='emp' indexName='i'/>                                   | PROTECTION | REVERSIBLE_WITH_STASH
					<dropSequence sequenceName='s'/>                                             | PROTECTION | IRREVERSIBLE
					<createTable tableName='n'><column name='id' type='int'/></createTable><sql>alter type pair drop attribute b</sql> | PARTIAL | IRREVERSIBLE
					<loadUpdateData tableName='codes' file='codes.csv' primaryKey='id'/>         | PROTECTION | REVERSIBLE_WITH_STASH
					<loadData tableName='codes' file='codes.csv'/>                               | PROTECTION | REVERSIBLE_WITH_STASH
					""")
	void knowsLiquibasesInverses(String change, Inverse inverse, Verdict expected) {
		files().file("codes.csv", "id,label\n1,new\n2,two\n");

		var verdict = change(change);

		assertThat(verdict.inverse()).as("%s", verdict.reasons()).isEqualTo(inverse);
		assertThat(verdict.verdict()).as("%s", verdict.reasons()).isEqualTo(expected);
	}

	@Test
	void halfCoveredRollbackIsNamed() {
		var verdict = change("""
				<createTable tableName='invoice'><column name='id' type='int'/></createTable>
				<sql>create function total() returns int language sql as 'select 1'</sql>
				<rollback><sql>drop function total()</sql></rollback>
				""");

		assertThat(verdict.verdict()).isEqualTo(LOSSY);
		assertThat(verdict.reasons()).extracting(Reason::text).anyMatch((text) -> text.contains("table invoice"));
	}

	@Test
	void emptyChangesetOfAForeignNamespaceIsSaid() {
		var verdict = change("<ext:frobnicate/>");

		assertThat(verdict.inverse()).isEqualTo(Inverse.NO_CHANGE);
		assertThat(verdict.reasons()).extracting(Reason::code).contains("empty-changeset");
	}

	@Test
	void commandsAndCustomClassesAreNeitherRunNorCreated() {
		var pwned = this.directory.resolve("pwned");

		var command = change("<executeCommand executable='touch'><arg value='%s'/></executeCommand>".formatted(pwned));
		var custom = change("<customChange class='%s'/>".formatted(Booby.class.getName()));

		assertThat(command.verdict()).isEqualTo(IRREVERSIBLE);
		assertThat(command.reasons().get(0).text()).contains("--trust executeCommand");
		assertThat(custom.verdict()).isEqualTo(IRREVERSIBLE);
		assertThat(custom.reasons().get(0).text()).contains("--trust " + Booby.class.getName());
		assertThat(Files.exists(pwned)).isFalse();
		assertThat(Booby.created).isZero();
	}

	@Test
	void trustedClassIsCreatedButNotAskedToWork() {
		var source = files().xml("<changeSet id='1' author='a'><customChange class='%s'/></changeSet>"
			.formatted(TrustedBooby.class.getName()));

		var verdict = only(new ChangelogSource(source.root(), source.file(), "", "", Map.of(),
				Set.of(TrustedBooby.class.getName())));

		assertThat(TrustedBooby.created).isPositive();
		assertThat(TrustedBooby.worked).isFalse();
		assertThat(verdict.verdict()).isEqualTo(IRREVERSIBLE);
	}

	@ParameterizedTest
	@CsvSource({ "xml", "yaml", "json" })
	void includeAllCreatesNoClasses(String format) {
		files().file("more/a.sql", "--liquibase formatted sql\n--changeset a:1\ncreate table a (id int);\n");
		var name = Booby.class.getName();
		var source = switch (format) {
			case "xml" -> files().xml("<includeAll path='more' resourceComparator='%s'/>".formatted(name));
			case "yaml" ->
				files()
					.file("c.yaml",
							"databaseChangeLog:\n- includeAll: {path: more, \"resource\\x43omparator\": %s}\n"
								.formatted(name))
					.source("c.yaml");
			default ->
				files()
					.file("c.json",
							"{\"databaseChangeLog\": [{\"includeAll\": {\"path\": \"more\", \"filter\": \"%s\"}}]}"
								.formatted(name))
					.source("c.json");
		};

		assertThatThrownBy(() -> Inspector.inspect(source)).isInstanceOf(BrokenChangelog.class)
			.hasMessageContaining(name);
		assertThat(Booby.created).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			<include file='../outside.sql'/>
			<include file='/etc/passwd'/>
			<changeSet id='1' author='a'><sqlFile path='../outside.sql'/></changeSet>
			<changeSet id='1' author='a'><sqlFile path='../outside.sql' relativeToChangelogFile='true'/></changeSet>
			<property file='../outside.sql'/>
			""")
	void nothingOutsideOfItsDirectoryIsRead(String element) {
		var inner = this.directory.resolve("inner");
		files().file("outside.sql", "create table from_outside (id int)");

		var source = new ChangelogFiles(inner).file("x", "").xml(element);

		String found;
		try {
			found = Inspector.inspect(source).toString();
		}
		catch (BrokenChangelog ex) {
			found = ex.reason();
		}
		assertThat(found).doesNotContain("from_outside").doesNotContain("root:");
	}

	@Test
	void externalEntitiesAndTheEnvironmentStayOut() {
		files().file("entity.xml",
				"""
						<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
						<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"><changeSet id="1" author="a"><sql>&secret;</sql></changeSet></databaseChangeLog>
						""");
		var environment = xml(
				"<changeSet id='1' author='a'><sql>select '${PATH}${java.home}'; frobnicate ${PATH} ${java.home}</sql></changeSet>");

		assertThatThrownBy(() -> Inspector.inspect(files().source("entity.xml"))).isInstanceOf(BrokenChangelog.class);
		assertThat(environment.reasons().toString()).contains("${path}").doesNotContain("/bin");
	}

	@Test
	void readsEveryFormatThroughIncludes() {
		var files = files();
		files.file("sub/a.sql", "--liquibase formatted sql\n--changeset ann:a1\ncreate table a (id int);\n");
		files.file("sub/b.yaml", """
				databaseChangeLog:
				- changeSet:
				    id: b1
				    author: bob
				    changes:
				    - dropColumn: {tableName: a, columnName: id}
				""");
		files.file("sub/c.json",
				"""
						{"databaseChangeLog": [{"changeSet": {"id": "c1", "author": "cy", "changes": [{"dropIndex": {"indexName": "i", "tableName": "a"}}]}}]}
						""");
		var source = files.xml("<include file='sub/a.sql'/><include file='sub/b.yaml'/><include file='sub/c.json'/>");

		var changesets = Inspector.inspect(source).changesets();

		assertThat(changesets).extracting((verdict) -> verdict.changeset().toString())
			.containsExactly("sub/a.sql::a1::ann", "sub/b.yaml::b1::bob", "sub/c.json::c1::cy");
		assertThat(changesets).extracting(ChangesetVerdict::verdict)
			.containsExactly(REVERSIBLE, REVERSIBLE_WITH_STASH, REVERSIBLE_WITH_STASH);
	}

	@Test
	void leavesOutWhatWouldNotRun() {
		var source = files().xml("""
				<changeSet id='1' author='a' dbms='oracle'><sql>drop table x</sql></changeSet>
				<changeSet id='2' author='a' context='test'><sql>drop table x</sql></changeSet>
				<changeSet id='3' author='a' labels='later'><sql>drop table x</sql></changeSet>
				<changeSet id='4' author='a'><tagDatabase tag='t'/></changeSet>
				""");

		var inspection = Inspector
			.inspect(new ChangelogSource(source.root(), source.file(), "prod", "!later", Map.of()));

		assertThat(inspection.changesets()).extracting((verdict) -> verdict.changeset().id()).containsExactly("4");
	}

	@Test
	void laterReplacementOfAKnownViewIsLossy() {
		var source = files().sql("""
				--changeset a:1
				create view v as select 1 as a;
				--rollback drop view v;
				--changeset a:2
				create or replace view v as select 2 as a;
				--rollback drop view v;
				""");

		assertThat(Inspector.inspect(source).changesets()).extracting(ChangesetVerdict::verdict)
			.containsExactly(REVERSIBLE, LOSSY);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					create index i on emp (a)                                        | SHARE on emp while the index is built: writes wait | false
					create index concurrently i on emp (a)                           | SHARE UPDATE EXCLUSIVE on emp, writes go on         | false
					alter table emp add c uuid default gen_random_uuid()             | ACCESS EXCLUSIVE on emp while the table is rewritten | true
					alter table emp add c int default 5                              | ACCESS EXCLUSIVE on emp, short                      | false
					alter table emp add foreign key (a) references dept (id)         | SHARE ROW EXCLUSIVE on emp on both tables while they are read | false
					create table n (id int); create index i on n (id)                | none                                                | false
					""")
	void saysWhichLockItNeeds(String statement, String lock, boolean rewrite) {
		var verdict = sql(statement, "select 1");

		assertThat(verdict.lock()).isEqualTo(lock);
		assertThat(verdict.rewrite()).isEqualTo(rewrite);
	}

	@Test
	void commentsLiteralsAndBodiesDoNotConfuse() {
		var verdict = sql("""
				/* drop table x; */ create function f() returns text language plpgsql as $body$
				begin drop table emp; return 'it''s; drop'; end $body$; -- delete from emp
				""", "drop function f()");

		assertThat(verdict.verdict()).as("%s", verdict.reasons()).isEqualTo(REVERSIBLE);
	}

	@Test
	void missingFileIsOneSentence() {
		assertThatThrownBy(() -> Inspector.inspect(files().source("none.xml"))).isInstanceOf(BrokenChangelog.class)
			.hasMessageContaining("none.xml");
	}

	/** Must never be created. */
	public static class Booby implements liquibase.change.custom.CustomSqlChange, liquibase.changelog.IncludeAllFilter,
			java.util.Comparator<String> {

		static int created;

		public Booby() {
			created++;
		}

		@Override
		public liquibase.statement.SqlStatement[] generateStatements(liquibase.database.Database database) {
			throw new AssertionError();
		}

		@Override
		public String getConfirmationMessage() {
			return "";
		}

		@Override
		public void setUp() {
		}

		@Override
		public void setFileOpener(liquibase.resource.ResourceAccessor resources) {
		}

		@Override
		public liquibase.exception.ValidationErrors validate(liquibase.database.Database database) {
			return new liquibase.exception.ValidationErrors();
		}

		@Override
		public boolean include(String path) {
			return true;
		}

		@Override
		public int compare(String one, String other) {
			return one.compareTo(other);
		}

	}

	/** May be created, must not work. */
	public static class TrustedBooby implements liquibase.change.custom.CustomTaskChange {

		static int created;

		static boolean worked;

		public TrustedBooby() {
			created++;
		}

		@Override
		public void execute(liquibase.database.Database database) {
			worked = true;
		}

		@Override
		public String getConfirmationMessage() {
			return "";
		}

		@Override
		public void setUp() {
		}

		@Override
		public void setFileOpener(liquibase.resource.ResourceAccessor resources) {
		}

		@Override
		public liquibase.exception.ValidationErrors validate(liquibase.database.Database database) {
			return new liquibase.exception.ValidationErrors();
		}

	}

}
