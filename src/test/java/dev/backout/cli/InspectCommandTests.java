package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import javax.xml.parsers.DocumentBuilderFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code inspect} as a user or a build server runs it. */
class InspectCommandTests {

	@TempDir
	Path directory;

	Path changelog;

	@BeforeEach
	void changelogInAProject() throws IOException {
		Files.writeString(this.directory.resolve("pom.xml"), "<project/>");
		var deep = Files.createDirectories(this.directory.resolve("src/main/resources/db/changelog"));
		Files.writeString(deep.resolve("one.sql"), """
				--liquibase formatted sql
				--changeset ann:1
				create table customer (id int primary key, email text);
				--rollback drop table customer;
				--changeset ann:2
				alter table customer drop column email;
				--changeset ann:3
				alter type pair drop attribute b;
				""");
		this.changelog = Files.writeString(deep.resolve("master.yaml"),
				"databaseChangeLog:\n- include: {file: db/changelog/one.sql}\n");
	}

	int run(String... arguments) {
		var all = new String[arguments.length + 4];
		all[0] = "inspect";
		all[1] = this.changelog.toString();
		all[2] = "--output";
		all[3] = this.directory.resolve("out").toString();
		System.arraycopy(arguments, 0, all, 4, arguments.length);
		return Cli.run(Object.class, all);
	}

	String output() throws IOException {
		return Files.readString(this.directory.resolve("out"));
	}

	JsonNode json() throws IOException {
		return JsonMapper.builder().build().readTree(output());
	}

	@Test
	void findsTheDirectoryThatPathsStartFromAndWritesTheDocumentedShape() throws IOException {
		assertThat(run("--format", "json")).isEqualTo(1);

		assertThat(json()).hasSize(3);
		assertThat(json().get(1).toString()).isEqualTo("""
				{"id":"2","author":"ann","file":"db/changelog/one.sql","verdict":"REVERSIBLE_WITH_STASH",\
				"inverse":"PROTECTION","dataLoss":{"rows":0,"values":0},"lock":"ACCESS EXCLUSIVE on customer, short",\
				"rewrite":false,"reasons":["Column customer.email is kept with its values and put back"],\
				"rules":["kept-column"],"proof":null}""");
	}

	@ParameterizedTest
	@CsvSource({ "reversible, 1, 1, 0", "reversible, 1, 2, 1", "stash, 1, 2, 0", "lossy, 1, 3, 1" })
	void exitCodeSaysWhetherAllIsAllowed(String allowed, String from, String to, int expected) {
		assertThat(run("--allow", allowed, "--from", from, "--to", to)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "--from, 9", "--allow, everything", "--format, pdf", "--root, /nowhere" })
	void badInputIsExitCodeTwo(String option, String value) {
		assertThat(run(option, value)).isEqualTo(2);
	}

	@Test
	void pathsMayStartWhereTheUserStandsButNotAtHome() {
		var here = Path.of("/nowhere/resources");
		var file = here.resolve("db/changelog/all.xml");

		assertThat(ChangelogArguments.roots(file, here)).containsExactly(here.resolve("db/changelog"),
				here.resolve("db"), here);
		assertThat(ChangelogArguments.roots(file, Path.of("/elsewhere"))).containsExactly(here.resolve("db/changelog"));
		assertThat(ChangelogArguments.roots(file, Path.of("/"))).containsExactly(here.resolve("db/changelog"));
		var home = Path.of(System.getProperty("user.home"));
		assertThat(ChangelogArguments.roots(home.resolve("db/all.xml"), home)).containsExactly(home.resolve("db"));
	}

	@Test
	void missingChangelogIsExitCodeTwo() {
		this.changelog = this.directory.resolve("none.xml");

		assertThat(run()).isEqualTo(2);
	}

	@Test
	void junitCountsWhatIsNotAllowed() throws Exception {
		run("--format", "junit", "--allow", "stash");

		var suite = DocumentBuilderFactory.newInstance()
			.newDocumentBuilder()
			.parse(this.directory.resolve("out").toFile())
			.getDocumentElement();
		assertThat(suite.getAttribute("tests")).isEqualTo("3");
		assertThat(suite.getAttribute("failures")).isEqualTo("1");
	}

	@Test
	void sarifHasALevelPerReason() throws IOException {
		run("--format", "sarif", "--allow", "stash");

		var results = json().at("/runs/0/results");
		assertThat(results.findValuesAsText("ruleId")).contains("kept-column", "no-rollback");
		assertThat(results.findValuesAsText("level")).contains("warning", "error");
	}

	@Test
	void tableNamesTheWorst() throws IOException {
		run("--allow", "lossy");

		assertThat(output()).contains("! IRREVERSIBLE").contains("1 worse than LOSSY");
	}

}
