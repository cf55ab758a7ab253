package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.TestDatabase;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code prove --url}: a copy of somebody's database, who notices nothing of it. */
class ProveUrlTests {

	@TempDir
	Path directory;

	final TestDatabase database = TestDatabase.create();

	final String role = this.database.name() + "_r";

	String said = "";

	@BeforeEach
	void fill() throws IOException {
		this.database.jdbc().sql("""
				create table customer (id int primary key, name text not null);
				insert into customer select i, 'n' || i from generate_series(1, 40) i""").update();
		Files.writeString(this.directory.resolve("password"), "secret");
		Files.writeString(this.directory.resolve("changelog.sql"), """
				--liquibase formatted sql
				--changeset ann:1
				update customer set name = upper(name);
				--rollback update customer set name = lower(name);
				--changeset ann:2
				alter table customer drop column name;
				""");
	}

	@AfterEach
	void drop() {
		this.database.drop();
	}

	int prove(String url, String user, String... more) throws IOException {
		var arguments = new ArrayList<>(List.of("prove", this.directory.resolve("changelog.sql").toString(), "--format",
				"json", "--output", this.directory.resolve("out").toString(), "--url", url, "--user", user,
				"--password", "file:" + Files.writeString(this.directory.resolve("password"),
						user.equals("postgres") ? "postgres" : "secret")));
		arguments.addAll(List.of(more));
		var heard = new ByteArrayOutputStream();
		var err = System.err;
		System.setErr(new PrintStream(heard, true, StandardCharsets.UTF_8));
		try {
			return Cli.run(Object.class, arguments.toArray(String[]::new));
		}
		finally {
			System.setErr(err);
			this.said = heard.toString(StandardCharsets.UTF_8);
		}
	}

	String url() {
		return this.database.url().replaceFirst("\\?.*", "");
	}

	String digest() throws SQLException {
		try (var connection = DriverManager.getConnection(this.database.url(), "postgres", "postgres")) {
			return Fingerprint.of(connection, Scope.EVERYTHING).digest();
		}
	}

	List<String> copies() {
		return this.database.jdbc()
			.sql("select datname from pg_database where datname like 'backout\\_scratch\\_proof%'")
			.query(String.class)
			.list();
	}

	@Test
	void itsRowsAreProvenWithAndStayAsTheyAre() throws Exception {
		var before = digest();

		var code = prove(url(), "postgres", "--allow", "stash");

		var proofs = JsonMapper.builder().build().readTree(this.directory.resolve("out").toFile());
		assertThat(proofs.findValuesAsText("outcome")).as("%s", proofs).containsExactly("IDENTICAL", "IDENTICAL");
		assertThat(proofs.at("/0/proof/touched/public.customer/updated").asInt()).isEqualTo(40);
		assertThat(code).as("'lower' was right for these rows, for others it need not be").isZero();
		assertThat(digest()).isEqualTo(before);
		assertThat(copies()).isEmpty();
	}

	@Test
	void whatAKilledProofLeftIsGoneAfterTheNext() throws Exception {
		this.database.jdbc().sql("create database backout_scratch_proof_left").update();

		prove(url(), "postgres");

		assertThat(copies()).isEmpty();
	}

	@Test
	void aFailureLeavesNothingBehind() throws Exception {
		var before = digest();
		var data = Files.writeString(this.directory.resolve("rows.sql"), "insert into nowhere values (1)");

		assertThat(prove(url(), "postgres", "--data", data.toString())).isEqualTo(2);

		assertThat(this.said).contains("nowhere");
		assertThat(copies()).isEmpty();
		assertThat(digest()).isEqualTo(before);
	}

	@Test
	void oneInUseIsLeftAloneAndTheMendNamed() throws Exception {
		try (var user = DriverManager.getConnection(this.database.url(), "postgres", "postgres")) {
			assertThat(prove(url(), "postgres")).isEqualTo(2);

			assertThat(this.said).contains("has other sessions", "--in-place");
			assertThat(user.isValid(5)).isTrue();
		}
		assertThat(copies()).isEmpty();
	}

	@Test
	void missingRightsAreNamedWithTheirMend() throws Exception {
		this.database.jdbc().sql("create role %s login password 'secret'".formatted(this.role)).update();
		try {
			assertThat(prove(url(), this.role)).isEqualTo(2);
			assertThat(this.said).contains("alter role " + this.role + " createdb");

			this.database.jdbc().sql("alter role %s createdb".formatted(this.role)).update();
			assertThat(prove(url(), this.role)).isEqualTo(2);
			assertThat(this.said).contains("alter database %s owner to %s".formatted(this.database.name(), this.role));

			this.database.jdbc()
				.sql("alter database %1$s owner to %2$s; alter table customer owner to %2$s"
					.formatted(this.database.name(), this.role))
				.update();
			assertThat(prove(url(), this.role)).as(this.said).isLessThan(2);
		}
		finally {
			this.database.jdbc()
				.sql("alter table customer owner to postgres; alter database %s owner to postgres; drop owned by %s; drop role %s"
					.formatted(this.database.name(), this.role, this.role))
				.update();
		}
	}

	@Test
	void whoDoesNotAnswerIsNamed() throws Exception {
		assertThat(prove("jdbc:postgresql://127.0.0.1:1/shop", "postgres")).isEqualTo(2);
		assertThat(this.said).contains("127.0.0.1");
		assertThat(prove(url().replace(this.database.name(), "nowhere"), "postgres")).isEqualTo(2);
		assertThat(this.said).contains("nowhere");
		assertThat(prove(url(), "nobody")).isEqualTo(2);
	}

}
