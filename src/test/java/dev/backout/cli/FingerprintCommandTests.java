package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code fingerprint} and {@code fingerprint diff} on two databases. */
class FingerprintCommandTests {

	static TestDatabase one;

	static TestDatabase two;

	@TempDir
	static Path directory;

	static Path password;

	@BeforeAll
	static void setUp() throws IOException {
		password = Files.writeString(directory.resolve("password"), "postgres");
		one = TestDatabase.create();
		two = TestDatabase.create();
		// The second has other numbers for everything, and its rows in another order.
		JdbcClient.create(two.dataSource()).sql("create table other (x int); drop table other").update();
		for (var database : new TestDatabase[] { one, two }) {
			JdbcClient.create(database.dataSource()).sql("""
					create table shelf (id int primary key, label text default 'x', weight float8, sealed bytea,
						at timestamptz);
					create table box (id int)""").update();
		}
		var rows = "insert into shelf values (%d, %s, 0.1, '\\x00ff', '2024-01-01 00:00:00.123456+02')";
		JdbcClient.create(one.dataSource()).sql(rows.formatted(1, "''") + ";" + rows.formatted(2, "null")).update();
		JdbcClient.create(two.dataSource()).sql(rows.formatted(2, "null") + ";" + rows.formatted(1, "''")).update();
	}

	@AfterAll
	static void tearDown() {
		one.drop();
		two.drop();
	}

	record Ran(int code, String out) {
	}

	static Ran run(String... arguments) {
		var former = System.out;
		var out = new ByteArrayOutputStream();
		System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
		try {
			return new Ran(Cli.run(Object.class, arguments), out.toString(StandardCharsets.UTF_8));
		}
		finally {
			System.setOut(former);
		}
	}

	static Path kept(TestDatabase database, String name, String... more) throws IOException {
		var arguments = new java.util.ArrayList<>(java.util.List.of("fingerprint", "--url", database.url(),
				"--password", "file:" + password, "--format", "json"));
		arguments.addAll(java.util.List.of(more));
		var ran = run(arguments.toArray(String[]::new));
		assertThat(ran.code()).isZero();
		return Files.writeString(directory.resolve(name), ran.out());
	}

	@Test
	void sameContentsAreEqualWhateverTheOrder() throws IOException {
		var left = kept(one, "one.json");

		var ran = run("fingerprint", "diff", left.toString(), two.url(), "--password", "file:" + password);

		assertThat(ran).isEqualTo(new Ran(0, "Equal" + System.lineSeparator()));
	}

	@Test
	void saysInWhatTheyDiffer() throws IOException {
		var left = kept(one, "before.json");
		var narrow = kept(one, "narrow.json", "--tables", "box");
		var client = JdbcClient.create(one.dataSource());
		client.sql("update shelf set label = null where id = 1; alter table shelf alter label set default 'y'")
			.update();

		var ran = run("fingerprint", "diff", left.toString(), kept(one, "after.json").toString());
		var narrowed = run("fingerprint", "diff", narrow.toString(), left.toString(), "--format", "json");
		client.sql("update shelf set label = '' where id = 1; alter table shelf alter label set default 'x'").update();

		assertThat(ran.code()).isEqualTo(1);
		assertThat(ran.out()).contains("- column public.shelf.label: text|default='x'::text")
			.contains("+ column public.shelf.label: text|default='y'::text")
			.contains("* public.shelf: 2 rows, contents differ");
		assertThat(JsonMapper.builder().build().readTree(narrowed.out()).path("equal").asBoolean()).isTrue();
	}

	@Test
	void badInputIsExitCodeTwo() {
		assertThat(run("fingerprint", "diff", "missing.json", "other.json").code()).isEqualTo(2);
		assertThat(
				run("fingerprint", "--url", one.url(), "--password", "file:" + password, "--tables", "nowhere").code())
			.isEqualTo(2);
	}

}
