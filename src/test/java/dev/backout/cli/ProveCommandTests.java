package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code prove} with nothing set up: its own server, its own rows. */
class ProveCommandTests {

	@TempDir
	Path directory;

	int run(String changelog, String... options) throws IOException {
		var file = Files.writeString(this.directory.resolve("changelog.sql"), changelog);
		var arguments = new ArrayList<>(List.of("prove", file.toString(), "--format", "json", "--output",
				this.directory.resolve("out").toString()));
		arguments.addAll(List.of(options));
		return Cli.run(Object.class, arguments.toArray(String[]::new));
	}

	JsonNode json() throws IOException {
		return JsonMapper.builder().build().readTree(this.directory.resolve("out").toFile());
	}

	@Test
	void makesUpRowsAndFindsWhatIsLost() throws IOException {
		var code = run("""
				--liquibase formatted sql
				--changeset ann:1
				create table customer (id int primary key, name text not null, email text);
				--rollback drop table customer;
				--changeset ann:2
				alter table customer drop column email;
				--rollback alter table customer add column email text;
				--changeset ann:3
				update customer set name = upper(name);
				--changeset ann:4
				copy customer to program 'touch %1$s'; drop table customer;
				""".formatted(this.directory.resolve("pwned")), "--allow", "stash");

		assertThat(code).isEqualTo(1);
		assertThat(json().findValuesAsText("verdict")).containsExactly("REVERSIBLE", "LOSSY", "REVERSIBLE_WITH_STASH",
				"IRREVERSIBLE");
		assertThat(json().findValuesAsText("outcome")).containsExactly("IDENTICAL", "DATA_DIFFERS", "IDENTICAL",
				"SKIPPED");
		assertThat(json().at("/1/dataLoss/values").asInt()).isEqualTo(12);
		assertThat(json().at("/1/proof/dataDiff/0").asText()).contains("12 values of email differ");
		assertThat(Files.exists(this.directory.resolve("pwned"))).isFalse();
	}

	@Test
	void takesGivenRowsAndGoesOnWhereItStopped() throws IOException {
		var changelog = """
				--liquibase formatted sql
				--changeset ann:1
				create table customer (id int primary key, name text);
				--rollback drop table customer;
				--changeset ann:2
				delete from customer where id = 1;
				--rollback insert into customer values (1, 'Ann');
				--changeset ann:3
				drop table customer;
				""";
		var data = Files.writeString(this.directory.resolve("rows.sql"), "insert into customer values (1, 'Ann')");

		var first = run(changelog, "--data", data.toString(), "--from", "2", "--to", "2");
		var earlier = Files.move(this.directory.resolve("out"), this.directory.resolve("earlier"));
		var second = run(changelog, "--data", data.toString(), "--from", "2", "--resume", earlier.toString(), "--allow",
				"stash");

		assertThat(first).isZero();
		assertThat(second).isZero();
		assertThat(json().findValuesAsText("outcome")).containsExactly("IDENTICAL", "IDENTICAL");
	}

	@Test
	void provesAgainWhatStandsOnSomethingElseNow() throws IOException {
		var changelog = """
				--liquibase formatted sql
				--changeset ann:1
				create table customer (id int primary key, name text);
				--rollback drop table customer;
				--changeset ann:2
				alter table customer add column email text;
				--rollback %s
				""";
		run(changelog.formatted("alter table customer drop column email;"));
		var earlier = Files.move(this.directory.resolve("out"), this.directory.resolve("earlier"));

		// The checksum of Liquibase does not cover the way back.
		var code = run(changelog.formatted("select 1;"), "--resume", earlier.toString(), "--allow", "lossy");

		assertThat(code).isZero();
		assertThat(json().findValuesAsText("outcome")).containsExactly("IDENTICAL", "SCHEMA_DIFFERS");
	}

	@Test
	void doesNotAccuseWhatItsPreconditionsLeaveOut() throws IOException {
		var code = run("""
				--liquibase formatted sql
				--changeset ann:1
				create table customer (id int primary key, name text);
				--rollback drop table customer;
				--changeset ann:2
				--preconditions onFail:CONTINUE
				--precondition-sql-check expectedResult:1 select 0
				alter table customer add column email text;
				--rollback alter table customer drop column email;
				--changeset ann:3
				--preconditions onFail:MARK_RAN
				--precondition-sql-check expectedResult:1 select 0
				drop table customer;
				--rollback create table customer (id int);
				""");

		assertThat(json().findValuesAsText("outcome")).as("%s", json())
			.doesNotContain("REVERT_FAILS", "SCHEMA_DIFFERS");
		assertThat(code).as("%s", json()).isNotEqualTo(2);
	}

	@Test
	void badAddressIsExitCodeTwo() throws IOException {
		assertThat(run("--liquibase formatted sql\n", "--url", "localhost/shop")).isEqualTo(2);
	}

	@Test
	void badNumbersOfJobsAreNamedWithTheMend() throws IOException {
		assertThat(said("--jobs", "0")).contains("--jobs takes a number from 1, was 0");
		assertThat(said("--jobs", "-3")).contains("--jobs takes a number from 1, was -3");
		assertThat(said("--jobs", "many")).contains("--jobs").contains("many");
		assertThat(said("--jobs", "2", "--time-box", "1m")).contains("--time-box")
			.contains("--jobs 2")
			.contains("leave one of the two out");
	}

	/** What it says to somebody whom it refuses. */
	String said(String... options) throws IOException {
		var err = System.err;
		var said = new ByteArrayOutputStream();
		System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
		try {
			assertThat(run("""
					--liquibase formatted sql
					--changeset ann:1
					create table customer (id int primary key);
					--rollback drop table customer;
					""", options)).isEqualTo(2);
		}
		finally {
			System.setErr(err);
		}
		return said.toString(StandardCharsets.UTF_8);
	}

}
