package dev.backout.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.backout.TestDatabase;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Whatever is wrong with a backup is found, and named. */
class PlantedFaultsTests {

	static BackupFixture fixture;

	static Path data;

	static Backup good;

	static Backup other;

	/** A copy of the good one, to break. */
	Backup backup = good;

	@BeforeAll
	static void takeTwo(@TempDir Path directory) {
		data = directory;
		var shop = TestDatabase.create();
		shop.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		shop.jdbc()
			.sql("""
					create table customer (id int primary key, name text); alter table customer owner to app_ro;
					create table item (id int primary key, price numeric(10, 2), at timestamptz);
					insert into customer select i, 'c' || i from generate_series(1, 100) i;
					insert into item select i, i, '2026-01-01 00:00:00.123456+00' from generate_series(1, 1000) i""")
			.update();
		fixture = new BackupFixture(directory, LedgerFixture.on(TestDatabase.withSchema(), directory), shop);
		good = fixture.take("step-1");
		shop.jdbc().sql("update item set price = price + 1").update();
		other = fixture.take("step-2");
	}

	@AfterAll
	static void drop() {
		fixture.shop.drop();
	}

	@BeforeEach
	void keepTheGoodOne() throws IOException {
		copy(fixture.directory.resolve(good.id()), data.resolve("good"));
	}

	@org.junit.jupiter.api.AfterEach
	void putItBack() throws IOException {
		delete(fixture.directory.resolve(good.id()));
		copy(data.resolve("good"), fixture.directory.resolve(good.id()));
		delete(data.resolve("good"));
	}

	@Test
	void theGoodOneIsGood() {
		assertThat(fixture.verify(good).findings()).isEmpty();
	}

	@Test
	void aFlippedByte() throws IOException {
		var file = rows("public.item");
		var bytes = Files.readAllBytes(path(file));
		bytes[bytes.length / 2] ^= 1;
		overwrite(file, bytes);

		assertThat(findings())
			.containsExactly("File %s was changed: its SHA-256 is not the manifest's".formatted(file));
	}

	@Test
	void aTruncatedFile() throws IOException {
		var file = rows("public.item");
		var bytes = Files.readAllBytes(path(file));
		overwrite(file, java.util.Arrays.copyOf(bytes, bytes.length - 10));

		assertThat(findings()).singleElement().asString().contains(file, "instead of " + bytes.length);
	}

	@Test
	void aMissingTable() throws IOException {
		var file = rows("public.customer");
		Files.delete(path(file));

		assertThat(findings()).containsExactly("File %s is missing".formatted(file));
	}

	@Test
	void oneChangedCellInAFileThatFitsTheManifest() throws IOException {
		forgeRows("public.item", (text) -> text.replace("500\t500.00\t2026-01-01 00:00:00.123456",
				"500\t500.00\t2026-01-01 00:00:00.123457"));

		assertThat(findings()).contains("Rows: public.item: 1000 rows, contents differ")
			.anyMatch((finding) -> finding.contains("rows that were written since the backup are among them"));
	}

	@Test
	void anEmptiedFileThatFitsTheManifest() throws IOException {
		forgeRows("public.item", (text) -> "");

		assertThat(findings()).contains("Rows: public.item: 1000 rows before, 0 after")
			.anyMatch((finding) -> finding.contains("1000 missing"));
	}

	@Test
	void aStaleBackup() {
		assertThat(fixture.backups.verify(good.id(), "run-1", Scrutiny.USUAL.fresh(Duration.ZERO), Progress.NONE)
			.findings()).singleElement().asString().startsWith("The backup is stale");
	}

	@Test
	void aSchemaOfAnotherVersion() throws IOException {
		forge("schema-before.sql", (text) -> text.replace("price numeric(10,2)", "price numeric(10,3)"));

		assertThat(findings()).contains("Schema: - column public.item.price: numeric(10,2)",
				"Schema: + column public.item.price: numeric(10,3)");
	}

	@Test
	void aWrongOwner() throws IOException {
		forge("schema-after.sql", (text) -> text.replace("alter table public.customer owner to app_ro",
				"alter table public.customer owner to postgres"));

		assertThat(findings()).anyMatch(
				(finding) -> finding.startsWith("Schema: + relation public.customer") && finding.contains("postgres"));
	}

	@Test
	void aLostIndex() throws IOException {
		forge("schema-after.sql", (text) -> text.replace("alter table only public.item add constraint item_pkey",
				"select 1 as nothing -- alter table only public.item add constraint item_pkey"));

		assertThat(findings()).anyMatch((finding) -> finding.startsWith("Schema: - constraint public.item.item_pkey"));
	}

	@Test
	void anUnreadableKey() throws IOException {
		var key = data.resolve("other.key");
		Files.writeString(key, "nonsense");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> ManifestKey.in(key))
			.withMessageContaining(key.toString());
		Files.delete(key);
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> new FileStore(fixture.directory, ManifestKey.in(key)).open(good.id()))
			.withMessageContaining("another key than");
	}

	@Test
	void anEditedManifest() throws IOException {
		overwrite("manifest.json",
				Files.readString(path("manifest.json"))
					.replace("public.item", "public.iten")
					.getBytes(StandardCharsets.UTF_8));

		assertThatExceptionOfType(Rejected.class).isThrownBy(this::findings)
			.withMessageContaining("manifest was edited");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> fixture.backups.restore(good.id(), "shop", "run-2", Progress.NONE))
			.withMessageContaining("manifest was edited");
	}

	@Test
	void aFileFromAnotherBackup() throws IOException {
		var file = rows("public.item");
		overwrite(file, Files.readAllBytes(fixture.fileOf(other, file)));

		assertThat(findings()).singleElement().asString().contains(file);
	}

	@Test
	void aWholeBackupUnderAnotherName() throws IOException {
		delete(fixture.directory.resolve(good.id()));
		copy(fixture.directory.resolve(other.id()), fixture.directory.resolve(good.id()));

		assertThatExceptionOfType(Rejected.class).isThrownBy(this::findings).withMessageContaining("is that of");
	}

	@Test
	void aStrangersFile() throws IOException {
		Files.writeString(path("data/planted.copy.zst"), "x");

		assertThat(findings()).containsExactly("File data/planted.copy.zst does not belong to the backup");
	}

	@Test
	void isNotDeletedBeforeItsTimeWhoeverAsks() {
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> fixture.keeping.retire(good.id(), "ada", "run-1"))
			.withMessageContaining("cannot be deleted before");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> fixture.store.delete(good.id(), good.takenAt().plus(Duration.ofDays(29))))
			.withMessageContaining("cannot be deleted before");

		assertThat(fixture.store.ids()).contains(good.id());
		assertThat(fixture.own.jdbc.sql("select count(*) from backout.ledger_entry where leaf like '%retire-refused%'")
			.query(Integer.class)
			.single()).isOne();
	}

	private List<String> findings() {
		return fixture.verify(this.backup).findings();
	}

	private static String rows(String table) {
		return fixture.store.open(good.id())
			.manifest()
			.tables()
			.stream()
			.filter((entry) -> entry.name().equals(table))
			.findFirst()
			.orElseThrow()
			.files()
			.get(0);
	}

	private static Path path(String file) {
		return fixture.fileOf(good, file);
	}

	private static void overwrite(String file, byte[] bytes) throws IOException {
		Files.delete(path(file));
		Files.write(path(file), bytes);
	}

	private void forgeRows(String table, UnaryOperator<String> change) throws IOException {
		var file = rows(table);
		try (var in = new ZstdInputStream(Files.newInputStream(path(file)))) {
			var before = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			var after = change.apply(before);
			assertThat(after).isNotEqualTo(before);
			var packed = new ByteArrayOutputStream();
			try (var out = new ZstdOutputStream(packed)) {
				out.write(after.getBytes(StandardCharsets.UTF_8));
			}
			forge(file, packed.toByteArray());
		}
	}

	private void forge(String file, UnaryOperator<String> change) throws IOException {
		var before = Files.readString(path(file));
		var after = change.apply(before);
		assertThat(after).isNotEqualTo(before);
		forge(file, after.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Changes a file and makes manifest and signature fit: somebody with our key did it.
	 */
	private void forge(String file, byte[] bytes) throws IOException {
		overwrite(file, bytes);
		var manifest = fixture.store.open(good.id()).manifest();
		var files = new TreeMap<>(manifest.files());
		files.put(file, new Manifest.FileEntry(Digests.sha256Hex(bytes), bytes.length));
		var forged = new Manifest(manifest.format(), manifest.id(), manifest.key(), manifest.source(),
				manifest.takenAt(), manifest.engine(), manifest.tool(), manifest.changelog(), manifest.schemaDigest(),
				manifest.tables(), manifest.sequences(), files, manifest.database(), manifest.roles(), manifest.notes(),
				manifest.retainUntil(), manifest.previous(), manifest.encryption(), manifest.flags(), manifest.part(),
				manifest.drift());
		overwrite("manifest.json", forged.toBytes());
		overwrite("manifest.sig",
				ManifestKey.in(data.resolve("backup.key")).sign(forged.toBytes()).getBytes(StandardCharsets.US_ASCII));
	}

	private static void copy(Path from, Path to) throws IOException {
		try (var paths = Files.walk(from)) {
			for (var path : paths.toList()) {
				Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	private static void delete(Path directory) throws IOException {
		try (var paths = Files.walk(directory)) {
			for (var path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
	}

}
