package dev.backout.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

import dev.backout.TestDatabase;
import dev.backout.backup.copy.Pace;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** An encrypted backup tells nothing without its key, and everything with it. */
class SealedBackupsTests {

	static Path data;

	static LedgerFixture own;

	static TestDatabase shop;

	static Path key;

	static Backup backup;

	@BeforeAll
	static void takeOne(@TempDir Path directory) throws IOException {
		data = directory;
		own = LedgerFixture.on(TestDatabase.withSchema(), directory);
		shop = TestDatabase.create();
		shop.jdbc()
			.sql("""
					create table customer (id int primary key, name text, photo bytea);
					comment on table customer is 'whispered words';
					insert into customer select i, 'Sesame Street ' || i, null from generate_series(1, 2000) i;
					insert into customer select 5000 + i, 'p', convert_to((select string_agg(md5((i * 100000 + k)::text), '')
						from generate_series(1, 40000) k), 'UTF8') from generate_series(1, 3) i;
					create table object as select lo_from_bytea(0, 'Sesame Street in a large object')""")
			.update();
		key = Files.writeString(directory.resolve("sealing.key"), "2b".repeat(32));
		backup = fixture("file:" + key).take("step-1");
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	static BackupFixture fixture(String reference, String... former) {
		return new BackupFixture(data, own, shop, settings(reference, former));
	}

	private static CopySettings settings(@Nullable String reference, String... former) {
		return new CopySettings(2, CopySettings.Engine.COPY, null, new SealKeys(reference, List.of(former)),
				Pace.UNLIMITED);
	}

	@Test
	void restoresToWhatItWas() {
		assertThat(fixture("file:" + key).verify(backup).findings()).isEmpty();
	}

	/**
	 * Some tables, encrypted, through a bucket and back, as on the day that nothing else
	 * is left.
	 */
	@Test
	void someTablesComeBackFromABucketWithTheKeyAlone() throws IOException {
		var here = fixture("file:" + key);
		var part = here.backups.take("shop", List.of("public.customer"), "step-part", "run-1", Progress.NONE);
		try (var s3 = new LockingS3();
				var client = SecondStore.client(s3.endpoint(), "us-east-1",
						StaticCredentialsProvider.create(AwsBasicCredentials.create("us", "secret")))) {
			var bucket = new S3Copies(client, "vault", "part/", ObjectLockMode.COMPLIANCE, S3CopiesTests.PART);
			bucket.put(here.store.open(part.id()), part.retainUntil(), Progress.NONE);
			var store = new FileStore(data.resolve("other-machine"), ManifestKey.in(data.resolve("backup.key")));
			var files = new BackupFiles(store, settings("file:" + key), Clock.systemUTC());

			var fetched = new Elsewhere(files, bucket).fetch(part.id(), Progress.NONE);

			assertThat(fetched.whole()).isFalse();
			assertThat(fetched.tables()).containsExactly("public.customer");
			assertThat(files.verify(part.id(), here.target, Scrutiny.USUAL, Progress.NONE).findings()).isEmpty();
			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> files.beside(part.id(), here.target, "key", Progress.NONE))
				.withMessageContainingAll("public.customer only", "cannot take the place");
			shop.jdbc().sql("update customer set name = 'spoilt' where id < 50").update();
			assertThat(files.tables(part.id(), here.target, List.of("public.customer"), Progress.NONE).rows())
				.isEqualTo(2003);
			assertThat(shop.jdbc()
				.sql("select count(*) from customer where name = 'spoilt'")
				.query(Integer.class)
				.single()).isZero();
			var keyless = new BackupFiles(store, settings(null), Clock.systemUTC());
			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> keyless.tables(part.id(), here.target, List.of("public.customer"), Progress.NONE))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.key"));
		}
	}

	@Test
	void filesTellNothing() throws IOException {
		var files = Files.walk(data.resolve("backups").resolve(backup.id()))
			.filter(Files::isRegularFile)
			.filter((file) -> !file.getFileName().toString().startsWith("manifest"))
			.toList();

		assertThat(files).hasSizeGreaterThan(4);
		for (var file : files) {
			assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).as("%s", file)
				.doesNotContain("Sesame", "whispered", "create table", "(\u00b5/\u00fd");
		}
	}

	@Test
	void canBeToldToBeWholeWithoutTheKey() {
		assertThat(fixture("file:" + key).store.open(backup.id()).damage()).isEmpty();
	}

	@Test
	void theWrongKeyIsNamed() throws IOException {
		var other = Files.writeString(data.resolve("other.key"), "a7".repeat(32));

		assertThat(fixture("file:" + other).verify(backup).findings()).singleElement()
			.asString()
			.contains("is encrypted with key", other.toString(), "former-encryption-keys")
			.doesNotContain("a7a7");
		assertThat(fixture("file:" + other, "file:" + key).verify(backup).findings()).isEmpty();
	}

	@Test
	void anUnreadableKeyIsNamed() {
		assertThat(fixture("file:/nowhere/sealing.key").verify(backup).findings()).singleElement()
			.asString()
			.contains("file:/nowhere/sealing.key", "cannot be read");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> fixture("env:NO_SUCH_KEY").take("step-2"))
			.withMessageContaining("env:NO_SUCH_KEY")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.key"));
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> fixture("c2VjcmV0").take("step-2"))
			.withMessageContaining("by reference")
			.withMessageNotContaining("c2VjcmV0");
	}

	@Test
	void noKeyIsNamed() {
		var without = new BackupFixture(data, own, shop);

		assertThat(without.verify(backup).findings()).singleElement()
			.asString()
			.contains("no key is known", "backout.backup.encryption-key");
	}

	@Test
	void aFileOpensInNoOtherPlace() throws IOException {
		var sealing = SealKey.of("file:" + key);
		var in = data.resolve("backups").resolve(backup.id()).resolve("schema-before.sql");

		try (var right = sealing.sealing(backup.id()).open(Files.newInputStream(in), "schema-before.sql")) {
			assertThat(new String(right.readAllBytes(), StandardCharsets.UTF_8)).contains("create table");
		}
		try (var wrong = sealing.sealing(backup.id()).open(Files.newInputStream(in), "schema-after.sql")) {
			assertThatExceptionOfType(IOException.class).isThrownBy(wrong::readAllBytes);
		}
		try (var wrong = sealing.sealing("another").open(Files.newInputStream(in), "schema-before.sql")) {
			assertThatExceptionOfType(IOException.class).isThrownBy(wrong::readAllBytes);
		}
	}

	@Test
	void aSealedFileCannotBeCutShort() throws IOException {
		var file = fixture("file:" + key).store.open(backup.id())
			.manifest()
			.files()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().size() > 1 << 20)
			.findFirst()
			.orElseThrow()
			.getKey();
		var bytes = Files.readAllBytes(data.resolve("backups").resolve(backup.id()).resolve(file));
		// Exactly one sealed segment: only the mark of the last one tells.
		var cut = new java.io.ByteArrayInputStream(bytes, 0, 1 << 20);

		try (var in = SealKey.of("file:" + key).sealing(backup.id()).open(cut, file)) {
			assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
		}
	}

}
