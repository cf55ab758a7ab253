package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.TestDatabase;
import dev.backout.backup.LockingS3;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code backup ...} as somebody uses it who has a directory and a database. */
class BackupCommandTests {

	static TestDatabase shop;

	@TempDir
	static Path data;

	static Path password;

	static Path sealing;

	static String plain;

	static String sealed;

	@BeforeAll
	static void takeTwo() throws IOException {
		password = Files.writeString(data.resolve("password"), "postgres");
		sealing = Files.writeString(data.resolve("sealing.key"), "2b".repeat(32));
		shop = TestDatabase.create();
		shop.jdbc().sql("""
				create table item (id int primary key, state text);
				insert into item select i, 'good' from generate_series(1, 100) i""").update();
		plain = taken("--engine", "copy");
		sealed = taken("--encryption-key", "file:" + sealing);
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	record Ran(int code, String out, String err) {

		JsonNode json() throws IOException {
			return JsonMapper.builder().build().readTree(this.out);
		}

	}

	static Ran run(String command, String... arguments) {
		var all = new ArrayList<>(List.of("backup", command, "--data-dir", data.toString()));
		all.addAll(List.of(arguments));
		var formerOut = System.out;
		var formerErr = System.err;
		var out = new ByteArrayOutputStream();
		var err = new ByteArrayOutputStream();
		System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
		System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
		try {
			return new Ran(Cli.run(Object.class, all.toArray(String[]::new)), out.toString(StandardCharsets.UTF_8),
					err.toString(StandardCharsets.UTF_8));
		}
		finally {
			System.setOut(formerOut);
			System.setErr(formerErr);
		}
	}

	static Ran onShop(String command, String... arguments) {
		var all = new ArrayList<>(List.of("--url", shop.url(), "--password", "file:" + password));
		all.addAll(List.of(arguments));
		return run(command, all.toArray(String[]::new));
	}

	static String taken(String... more) throws IOException {
		var all = new ArrayList<>(List.of("--format", "json"));
		all.addAll(List.of(more));
		var ran = onShop("take", all.toArray(String[]::new));
		assertThat(ran.code()).as(ran.err()).isZero();
		assertThat(ran.json().path("verified").asBoolean()).isTrue();
		return ran.json().path("id").asText();
	}

	@Test
	void isNamedAfterTheDatabaseAndListed() throws IOException {
		assertThat(plain).startsWith(shop.name().toLowerCase(java.util.Locale.ROOT).substring(0, 5));

		assertThat(run("list").out()).contains(plain, sealed);
		assertThat(run("list", "--format", "json").json()).extracting((backup) -> backup.path("id").asText())
			.contains(plain, sealed);
	}

	@Test
	void anEncryptedOneWantsItsKey() throws IOException {
		var other = Files.writeString(data.resolve("other.key"), "a7".repeat(32));

		assertThat(onShop("verify", sealed, "--encryption-key", "file:" + sealing).code()).isZero();
		assertThat(onShop("verify", sealed, "--encryption-key", "file:" + other, "--former-encryption-key",
				"file:" + sealing)
			.code()).isZero();
		assertThat(onShop("verify", sealed)).satisfies((ran) -> {
			assertThat(ran.code()).isEqualTo(2);
			assertThat(ran.err()).contains("is encrypted", "no key is known", "--encryption-key")
				.doesNotContain("backout.backup");
		});
		assertThat(onShop("verify", sealed, "--encryption-key", "file:" + other)).satisfies((ran) -> {
			assertThat(ran.code()).isEqualTo(2);
			assertThat(ran.err()).contains("which is not in", "--former-encryption-key").doesNotContain("a7a7");
		});
		assertThat(onShop("restore", sealed, "--yes", "--encryption-key", "file:/nowhere").err())
			.contains("file:/nowhere, cannot be read");
	}

	@Test
	void oneThatWasChangedDoesNotRestore() throws IOException {
		var damaged = taken("--engine", "copy");
		var manifest = data.resolve("backups").resolve(damaged).resolve("manifest.json");
		var text = Files.readString(manifest);
		Files.delete(manifest);
		Files.writeString(manifest, text.replace("public.item", "public.iten"));

		assertThat(onShop("verify", damaged)).satisfies((ran) -> {
			assertThat(ran.code()).isOne();
			assertThat(ran.out()).contains("does not restore", "manifest was edited");
		});
		assertThat(onShop("restore", damaged, "--yes")).satisfies((ran) -> {
			assertThat(ran.code()).isOne();
			assertThat(ran.err()).contains("manifest was edited");
		});
		assertThat(run("list")).satisfies((ran) -> {
			assertThat(ran.code()).isOne();
			assertThat(ran.out()).contains(plain).doesNotContain(damaged);
			assertThat(ran.err()).contains(damaged, "manifest was edited");
		});
		Files.delete(manifest);
		Files.writeString(manifest, text);
		assertThat(run("list").code()).isZero();
	}

	@Test
	void whatIsHeldOrKeptIsNotDeleted() throws IOException {
		var kept = taken("--engine", "copy", "--retain", "PT0S");

		assertThat(run("hold", kept, "--reason", "case 7", "--by", "ada").out()).contains("is held");
		assertThat(run("list").out()).contains("held: case 7");
		assertThat(onShop("retire", kept)).satisfies((ran) -> {
			assertThat(ran.code()).isEqualTo(2);
			assertThat(ran.err()).contains("held by ada", "case 7");
		});
		assertThat(run("hold", kept, "--reason", "settled", "--release", "--format", "json").json().path("held"))
			.isEqualTo(com.fasterxml.jackson.databind.node.BooleanNode.FALSE);
		assertThat(run("hold", kept, "--reason", "again", "--release").code()).as("is not held").isEqualTo(2);
		assertThat(onShop("retire", kept)).satisfies((ran) -> {
			assertThat(ran.code()).as(ran.err()).isZero();
			assertThat(ran.out()).contains("is deleted");
		});
		assertThat(onShop("retire", plain)).satisfies((ran) -> {
			assertThat(ran.code()).isEqualTo(2);
			assertThat(ran.err()).contains("cannot be deleted before");
		});
		assertThat(run("list").out()).contains(plain).doesNotContain(kept);
	}

	@Test
	void theDatabaseIsReplacedOnlyWhenItIsMeant() throws IOException {
		var crm = TestDatabase.create();
		crm.jdbc().sql("create table item (id int)").update();
		var url = new String[] { "--url", crm.url(), "--password", "file:" + password };

		assertThat(run("restore", url[0], url[1], url[2], url[3], plain).err()).contains("add --yes");
		assertThat(run("restore", url[0], url[1], url[2], url[3], plain, "--yes")).satisfies((ran) -> {
			assertThat(ran.code()).isEqualTo(2);
			assertThat(ran.err()).contains("is a backup of database", crm.name(), "--into-another");
		});
		var ran = run("restore", url[0], url[1], url[2], url[3], plain, "--yes", "--into-another", "--format", "json");
		assertThat(ran.code()).as(ran.err()).isZero();
		assertThat(crm.jdbc().sql("select count(*) from item").query(Integer.class).single()).isEqualTo(100);
		shop.jdbc().sql("drop database \"%s\"".formatted(ran.json().path("formerDatabase").asText())).update();
		crm.drop();
	}

	@Test
	void someTablesArePutBack() {
		shop.jdbc().sql("update item set state = 'bad' where id = 5").update();

		assertThat(onShop("restore", plain, "--yes", "--table", "public.item").out())
			.contains("public.item: 100 rows put back");
		assertThat(onShop("restore", plain, "--yes", "--table", "public.nothing")).satisfies((ran) -> {
			assertThat(ran.code()).isNotZero();
			assertThat(ran.err()).contains("public.nothing");
		});

		assertThat(shop.jdbc().sql("select count(*) from item where state = 'bad'").query(Integer.class).single())
			.isZero();
	}

	@Test
	void comesBackFromABucketOnAMachineThatHasOnlyTheKey() throws IOException {
		var secret = Files.writeString(data.resolve("secret"), "secret");
		try (var s3 = new LockingS3()) {
			var place = new String[] { "s3://vault/nightly", "--endpoint", s3.endpoint().toString(), "--access-key",
					"us", "--secret-key", "file:" + secret };
			assertThat(with("copy", place, "--to", sealed).code()).isZero();
			var elsewhere = data.resolve("elsewhere-" + UUID.randomUUID()).toString();

			assertThat(with("list", place, "--from").out()).contains(sealed).doesNotContain(plain);
			assertThat(with("fetch", place, "--from", sealed, "--store", elsewhere)).satisfies((ran) -> {
				assertThat(ran.code()).as(ran.err()).isZero();
				assertThat(ran.out()).contains(sealed, "fetched");
			});
			assertThat(onShop("verify", sealed, "--store", elsewhere, "--encryption-key", "file:" + sealing).out())
				.contains("schema and rows are equal");
			assertThat(with("fetch", place, "--from", "shop-of-nobody", "--store", elsewhere)).satisfies((ran) -> {
				assertThat(ran.code()).isEqualTo(2);
				assertThat(ran.err()).contains("There is no backup 'shop-of-nobody' in s3://vault/nightly/");
			});
			assertThat(with("fetch", place, "--from", "../../etc").err()).contains("There is no backup '../../etc'");
			assertThat(with("fetch", place, "--from", sealed, "--key", data.resolve("no.key").toString()).err())
				.contains("There is no key", "--key");
			assertThat(Path.of(elsewhere)).isDirectoryNotContaining("glob:**/.partial*");
		}
		assertThat(run("fetch", sealed).err()).contains("Say where the copy is");
		assertThat(run("fetch", sealed, "--from", "/nowhere").err()).contains("is no place with copies");
	}

	private static Ran with(String command, String[] place, String option, String... more) {
		var all = new ArrayList<>(List.of(option));
		all.addAll(List.of(place));
		all.addAll(List.of(more));
		return run(command, all.toArray(String[]::new));
	}

	@Test
	void badInputIsToldInOneSentence() {
		assertThat(List.of(onShop("verify", "no-such"), onShop("verify", "../x"),
				run("hold", "no-such", "--reason", "x"), run("list", "--store", "/nowhere"),
				run("list", "--key", "/nowhere"), onShop("take", "--workers", "0"), onShop("take", "--engine", "magic"),
				onShop("take", "--target", "Not A Name"), onShop("take", "--retain", "-P1D"),
				onShop("take", "--encryption-key", "c2VjcmV0"),
				onShop("take", "--engine", "pg_dump", "--encryption-key", "file:" + sealing),
				run("take", "--url", "nonsense"), run("take", "--url", "jdbc:postgresql://127.0.0.1:1/shop"),
				run("verify"), run("nothing")))
			.allSatisfy((ran) -> {
				assertThat(ran.code()).isEqualTo(2);
				assertThat(ran.err().strip().lines()).hasSize(1);
				assertThat(ran.err()).doesNotContain("Exception", "backout.targets", "c2VjcmV0");
			});
	}

}
