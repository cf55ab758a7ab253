package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.Backout;
import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Checks from the command line, without an application. */
class CheckCommandTests {

	static final TestDatabase DATABASE = TestDatabase.create();

	@TempDir
	Path directory;

	Path suite;

	/** What a command said, and how it ended. */
	record Said(int code, String out, String err) {
	}

	@BeforeAll
	static void fill() {
		DATABASE.jdbc().sql("create table thing (id int primary key, name text)").update();
		DATABASE.jdbc().sql("insert into thing values (1, 'ann')").update();
	}

	@AfterAll
	static void drop() {
		DATABASE.drop();
	}

	@BeforeEach
	void write() throws IOException {
		this.suite = this.directory.resolve("things.yaml");
		Files.writeString(this.directory.resolve("password"), "postgres");
		Files.writeString(this.suite,
				"""
						suite: things
						version: 1
						title: Things
						checks:
						  - {name: named, kind: business-rule, parameters: {sql: "select id, name from thing where name = ''"}, severity: SEV2, owner: mira}
						  - {name: as-before, kind: content-digests, parameters: {baseline: "before-{release}"}, severity: SEV1, owner: mira}
						""");
		DATABASE.jdbc().sql("update thing set name = 'ann'").update();
	}

	@Test
	void everythingHoldsAgainstARecordedState() {
		assertThat(check("record", "before-r1").code()).isZero();

		var said = check("run", "things", "--release", "r1");

		assertThat(said.code()).as(said.toString()).isZero();
		assertThat(said.out()).contains("things version 1 on shop: 2 of 2 checks hold");
	}

	@Test
	void belowItsMinimumIsSaidWithMaskedEvidenceAndWhatWasBefore() {
		check("record", "before-r1");
		check("run", "things", "--release", "r1");
		DATABASE.jdbc().sql("update thing set name = ''").update();

		var said = check("run", "things", "--release", "r1");

		assertThat(said.code()).isEqualTo(1);
		assertThat(said.out()).contains("0 of 2 checks hold")
			.contains("1 offending rows; acceptable at most 0; last time pass")
			.contains("id •••, name •••");
	}

	@Test
	void jsonHasTheShapeOfRest() throws IOException {
		var said = check("run", "things", "--format", "json");

		var run = new ObjectMapper().readTree(said.out());
		assertThat(said.code()).isEqualTo(1);
		assertThat(run.path("state").asText()).isEqualTo("FINISHED");
		assertThat(run.at("/results/0/outcome").asText()).isEqualTo("PASS");
		assertThat(run.at("/results/0/took").asText()).startsWith("PT");
		assertThat(run.at("/results/1/outcome").asText()).isEqualTo("INCONCLUSIVE");
	}

	@Test
	void junitTellsFailuresFromWhatWasNotAnswered() {
		DATABASE.jdbc().sql("update thing set name = ''").update();

		var said = check("run", "things", "--format", "junit");

		assertThat(said.out()).contains("<testsuite name=\"things on shop\" tests=\"2\" failures=\"1\" errors=\"1\">")
			.contains("<failure type=\"FAIL\"")
			.contains("<error type=\"INCONCLUSIVE\" message=\"The name 'before-{release}' needs a release");
	}

	@Test
	void badInputIsToldInOneSentence() throws IOException {
		assertThat(check("run", "nothing")).satisfies((said) -> assertThat(said.code()).isEqualTo(2))
			.satisfies(
					(said) -> assertThat(said.err()).contains("There is no check suite 'nothing'; known are [things]"));
		Files.writeString(this.suite, "suite: things\nversion: 1\ntitle: T\nchecks: [{name: a, kind: magic}]\n");
		assertThat(check("run", "things")).satisfies((said) -> assertThat(said.code()).isEqualTo(2))
			.satisfies((said) -> assertThat(said.err()).contains("things.yaml:4").contains("'magic'"));
		assertThat(said("check", "run", "things", "--suites", this.directory.resolve("gone").toString()).err())
			.contains("There is no suite at");
		assertThat(said("check", "run", "shop", "--url", "jdbc:postgresql://localhost:1/shop", "--data-dir",
				this.directory.toString())
			.code()).isEqualTo(2);
	}

	@Test
	void shippedSuitesAreListed() {
		assertThat(said("check", "list").out()).contains("shop version 1").contains("references-whole");
		assertThat(said("check", "list", "--format", "json").out()).contains("\"suite\" : \"shop\"");
		assertThat(said("check", "list", "--format", "xml").code()).isEqualTo(2);
	}

	private Said check(String command, String... more) {
		var arguments = new java.util.ArrayList<>(java.util.List.of("check", command, "--url", DATABASE.url(), "--user",
				"postgres", "--password", "file:" + this.directory.resolve("password"), "--suites",
				this.suite.toString(), "--data-dir", this.directory.toString()));
		arguments.addAll(java.util.List.of(more));
		return said(arguments.toArray(String[]::new));
	}

	private static Said said(String... arguments) {
		var formerOut = System.out;
		var formerErr = System.err;
		var out = new ByteArrayOutputStream();
		var err = new ByteArrayOutputStream();
		System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
		System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
		try {
			var code = Cli.run(Backout.class, arguments);
			return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
		}
		finally {
			System.setOut(formerOut);
			System.setErr(formerErr);
		}
	}

}
