package dev.backout.migration;

import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/** A changelog from a stranger is read without harm, and what it is after is named. */
class HostileChangelogTests {

	@TempDir
	Path directory;

	ChangelogFiles files() {
		return new ChangelogFiles(this.directory);
	}

	@Test
	void entitiesThatGrowAreRefusedAtOnce() {
		var entities = new StringBuilder("<!ENTITY a0 'ha'>");
		for (var i = 1; i < 30; i++) {
			entities.append(
					"<!ENTITY a%1$d '&a%2$d;&a%2$d;&a%2$d;&a%2$d;&a%2$d;&a%2$d;&a%2$d;&a%2$d;'>".formatted(i, i - 1));
		}
		var source = files().file("laughs.xml", "<!DOCTYPE x [" + entities
				+ "]><databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\"><changeSet id=\"1\" author=\"a\"><sql>&a29;</sql></changeSet></databaseChangeLog>")
			.source("laughs.xml");

		refusedAtOnce(source);
	}

	@Test
	void aliasesThatGrowAreRefusedAtOnce() {
		var yaml = new StringBuilder("a0: &a0 [ha, ha]\n");
		for (var i = 1; i < 40; i++) {
			yaml.append("a%1$d: &a%1$d [*a%2$d, *a%2$d, *a%2$d, *a%2$d, *a%2$d]\n".formatted(i, i - 1));
		}

		refusedAtOnce(files().file("bomb.yaml", yaml + "databaseChangeLog: *a39\n").source("bomb.yaml"));
	}

	@Test
	void aliasesThatStandForThemselvesAreRefused() {
		refusedAtOnce(files().file("self.yaml", "databaseChangeLog: &all\n- changeSet: *all\n").source("self.yaml"));
	}

	@Test
	void aliasesThatSaveTypingAreRead() {
		var source = files().file("short.yaml", """
				databaseChangeLog:
				- changeSet:
				    id: 1
				    author: a
				    changes:
				    - createTable: {tableName: one, columns: &columns [column: {name: id, type: int}]}
				    - createTable: {tableName: two, columns: *columns}
				""").source("short.yaml");

		assertThat(Inspector.inspect(source).worst()).isEqualTo(Verdict.REVERSIBLE);
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ['http://127.0.0.1:1/']]]]",
			"!!java.io.FileOutputStream ['pwned']", "!!java.lang.ProcessBuilder [[touch, pwned]]" })
	void tagsCreateNothing(String tag) {
		refusedAtOnce(
				files()
					.file("tag.yaml",
							"databaseChangeLog:\n- changeSet:\n    id: %s\n    author: a\n    changes: []\n"
								.formatted(tag))
					.source("tag.yaml"));

		assertThat(this.directory.resolve("pwned")).doesNotExist();
		assertThat(Path.of("pwned")).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "<include file='http://127.0.0.1:1/c.xml'/>", "<include file='file:///etc/passwd'/>",
			"<include file='jar:file:/tmp/x.jar!/c.xml'/>", "<include file='classpath:/etc/passwd'/>",
			"<includeAll path='/etc'/>", "<includeAll path='../../..'/>", "<property file='file:///etc/passwd'/>" })
	void whatIsElsewhereIsNotRead(String element) {
		assertTimeoutPreemptively(Duration.ofSeconds(20),
				() -> assertThatThrownBy(() -> Inspector.inspect(files().xml(element)))
					.isInstanceOf(BrokenChangelog.class)
					.hasMessageNotContaining("root:"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "<sqlFile path='/etc/passwd'/>", "<loadData tableName='t' file='/etc/passwd'/>",
			"<createProcedure path='/etc/passwd'/>", "<createView viewName='v' path='/etc/passwd'/>",
			"<sqlFile path='http://127.0.0.1:1/x.sql'/>" })
	void filesOfChangesStayInsideToo(String change) {
		assertThat(inspected("<changeSet id='1' author='a'>" + change + "</changeSet>")).doesNotContain("root:");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			copy t to program 'sh'
			copy t from '/etc/passwd'
			select pg_read_file('/etc/passwd')
			select lo_import('/etc/passwd')
			select lo_export(1, '/tmp/x')
			select dblink_connect('host=elsewhere')
			alter system set archive_command = 'sh'
			do $$ begin copy t to program 'sh'; end $$
			do $$ begin execute 'copy t to program ''sh'''; end $$
			create function f() returns void language plpgsql as $$ begin perform pg_read_file('/etc/passwd'); end $$
			create function f() returns int language plpython3u as $$ return 1 $$
			create function f() returns int language c as 'x', 'y'
			load 'evil'
			""")
	void whatReachesTheServersHostIsNamed(String sql) {
		assertThat(inspected("<changeSet id='1' author='a'><sql splitStatements='false'><![CDATA[" + sql
				+ "]]></sql><rollback>select 1</rollback></changeSet>"))
			.contains("verdict=IRREVERSIBLE", "server-host");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
			create table copy_program (id int, note text default 'copy x to program')
			do $$ begin insert into audit values ('from ''here'''); end $$
			create function program() returns int language sql as $$ select 1 $$
			copy t (id) from stdin
			""")
	void whatOnlySoundsLikeItIsNot(String sql) {
		assertThat(inspected(
				"<changeSet id='1' author='a'><sql splitStatements='false'><![CDATA[" + sql + "]]></sql></changeSet>"))
			.doesNotContain("server-host");
	}

	private String inspected(String elements) {
		try {
			return assertTimeoutPreemptively(Duration.ofSeconds(20),
					() -> Inspector.inspect(files().xml(elements)).toString());
		}
		catch (BrokenChangelog ex) {
			return ex.reason();
		}
	}

	private static void refusedAtOnce(ChangelogSource source) {
		assertTimeoutPreemptively(Duration.ofSeconds(20),
				() -> assertThatThrownBy(() -> Inspector.inspect(source)).isInstanceOf(BrokenChangelog.class));
	}

}
