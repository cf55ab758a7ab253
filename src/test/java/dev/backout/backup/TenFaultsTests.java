package dev.backout.backup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.backout.TestDatabase;
import dev.backout.backup.copy.Pace;
import dev.backout.backup.pgdump.PgTools;
import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The ten faults that a verification must find and name, each planted in a backup of
 * either engine, readable and encrypted. Where a file is forged, manifest and signature
 * fit: somebody with all our keys did it.
 */
class TenFaultsTests {

	private static final String CHANGED = "File .* was changed: its SHA-256 is not the manifest's";

	static Path data;

	static TestDatabase shop;

	static LedgerFixture own;

	static final Map<Kind, Planting> PLANTINGS = new EnumMap<>(Kind.class);

	/**
	 * How a backup was written. pg_dump does not encrypt, and is refused when it should.
	 */
	enum Kind {

		COPY(CopySettings.Engine.COPY, false), COPY_ENCRYPTED(CopySettings.Engine.COPY, true),
		PG_DUMP(CopySettings.Engine.PG_DUMP, false);

		final CopySettings.Engine engine;

		final boolean encrypted;

		Kind(CopySettings.Engine engine, boolean encrypted) {
			this.engine = engine;
			this.encrypted = encrypted;
		}

	}

	/** A fault: how it is planted, and what must be said of it. */
	record Fault(String name, Plant plant, String said) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	interface Plant {

		void in(Planting planting) throws Exception;

	}

	static final List<Fault> FAULTS = List.of(new Fault("a flipped byte", (planting) -> {
		var bytes = planting.bytes(planting.rows());
		bytes[bytes.length / 2] ^= 1;
		planting.overwrite(planting.rows(), bytes);
	}, CHANGED), new Fault("a truncated file", (planting) -> {
		var bytes = planting.bytes(planting.rows());
		planting.overwrite(planting.rows(), Arrays.copyOf(bytes, bytes.length - 10));
	}, "File .* has \\d+ bytes instead of \\d+"),
			new Fault("a missing table", (planting) -> Files.delete(planting.path(planting.rows())),
					"File .* is missing"),
			new Fault("one changed cell",
					(planting) -> planting.forge(planting.rows(), "500\t500.00\t2026-01-01 00:00:00.123456",
							"500\t500.00\t2026-01-01 00:00:00.123457"),
					"Rows: public.item: 1000 rows, contents differ"),
			new Fault("a stale backup", (planting) -> planting.notOlderThan = Duration.ZERO, "The backup is stale: .*"),
			new Fault("another schema version",
					(planting) -> planting.forge(planting.schema("schema-before.sql"), "numeric(10,2)",
							"numeric(10,3)"),
					"Schema: . column public.item.price: numeric\\(10,3\\)"),
			new Fault("a wrong owner",
					(planting) -> planting.forge(planting.schema("schema-after.sql"), "app_ro", "app_rw"),
					"Schema: \\+ relation public.customer.*app_rw.*"),
			new Fault("an unreadable key", (planting) -> planting.key = data.resolve("nonsense.key"),
					"(.*signs backups, .*nonsense.key, cannot be used.*)"),
			new Fault("an edited manifest",
					(planting) -> planting.overwrite("manifest.json",
							Files.readString(planting.path("manifest.json"))
								.replace("public.item", "public.iten")
								.getBytes(StandardCharsets.UTF_8)),
					".*its manifest was edited.*"),
			new Fault("a file of another backup",
					(planting) -> planting.overwrite(planting.rows(),
							Files.readAllBytes(planting.fixture.fileOf(planting.other, planting.rows()))),
					CHANGED + "|File .* has \\d+ bytes instead of \\d+"));

	@BeforeAll
	static void takeTwoOfEach(@TempDir Path directory) throws IOException {
		data = directory;
		shop = TestDatabase.create();
		for (var role : List.of("app_ro", "app_rw")) {
			shop.jdbc().sql("""
					do $$ begin
						if not exists (select from pg_roles where rolname = '%s') then create role %s; end if;
					end $$""".formatted(role, role)).update();
		}
		shop.jdbc()
			.sql("""
					create table customer (id int primary key, name text); alter table customer owner to app_ro;
					create table item (id int primary key, price numeric(10,2), at timestamptz);
					insert into item select i, i, '2026-01-01 00:00:00.123456+00' from generate_series(1, 1000) i""")
			.update();
		own = LedgerFixture.on(TestDatabase.withSchema(), directory);
		Files.writeString(directory.resolve("nonsense.key"), "nonsense");
		Files.writeString(directory.resolve("sealing.key"), "2b".repeat(32));
		for (var kind : Kind.values()) {
			if (kind.engine == CopySettings.Engine.COPY || PgTools.fitting(PgTools.installed(null), 17).isPresent()) {
				PLANTINGS.put(kind, new Planting(kind));
			}
		}
		shop.jdbc().sql("update item set price = price + 1").update();
		PLANTINGS.values().forEach(Planting::takeOther);
		shop.jdbc().sql("update item set price = price - 1").update();
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	static Stream<Arguments> everyFaultInEveryKind() {
		return Stream.of(Kind.values()).flatMap((kind) -> FAULTS.stream().map((fault) -> Arguments.of(kind, fault)));
	}

	@ParameterizedTest
	@MethodSource("everyFaultInEveryKind")
	void isFoundAndNamed(Kind kind, Fault fault) throws Exception {
		assumeTrue(PLANTINGS.containsKey(kind), "no fitting pg_dump is installed here");
		var planting = PLANTINGS.get(kind);
		planting.reset();

		fault.plant().in(planting);

		assertThat(planting.findings()).as("%s, %s", kind, fault)
			.isNotEmpty()
			.anyMatch((finding) -> finding.matches("(?s)" + fault.said()));
	}

	@ParameterizedTest
	@org.junit.jupiter.params.provider.EnumSource(Kind.class)
	void nothingIsSaidOfAGoodOne(Kind kind) throws IOException {
		assumeTrue(PLANTINGS.containsKey(kind), "no fitting pg_dump is installed here");
		var planting = PLANTINGS.get(kind);
		planting.reset();

		assertThat(planting.findings()).isEmpty();
	}

	/** A good backup to break, and another to take files from. */
	static final class Planting {

		final Kind kind;

		final CopySettings settings;

		final BackupFixture fixture;

		final Backup backup;

		final Path kept;

		Backup other;

		Duration notOlderThan = Backups.MAX_AGE;

		Path key;

		Planting(Kind kind) throws IOException {
			this.kind = kind;
			this.settings = new CopySettings(1, kind.engine, null,
					new SealKeys(kind.encrypted ? "file:" + data.resolve("sealing.key") : null, List.of()),
					Pace.UNLIMITED);
			var place = Files.createDirectories(data.resolve(kind.name()));
			this.fixture = new BackupFixture(place, own, shop, this.settings);
			this.backup = this.fixture.take("step-1-" + kind);
			this.other = this.backup;
			this.key = place.resolve("backup.key");
			this.kept = place.resolve("kept");
			copy(directory(), this.kept);
		}

		void takeOther() {
			this.other = this.fixture.take("step-2-" + this.kind);
		}

		void reset() throws IOException {
			this.notOlderThan = Backups.MAX_AGE;
			this.key = data.resolve(this.kind.name()).resolve("backup.key");
			delete(directory());
			copy(this.kept, directory());
		}

		/** As the command line sees it: what cannot be trusted is a finding as well. */
		List<String> findings() {
			try {
				var files = new BackupFiles(new FileStore(this.fixture.directory, ManifestKey.in(this.key)),
						this.settings, java.time.Clock.systemUTC());
				return files
					.verify(this.backup.id(), this.fixture.target, Scrutiny.USUAL.fresh(this.notOlderThan),
							Progress.NONE)
					.findings();
			}
			catch (Rejected ex) {
				return List.of(ex.reason());
			}
			catch (IllegalStateException ex) {
				return List.of(String.valueOf(ex.getMessage()));
			}
		}

		Path directory() {
			return this.fixture.directory.resolve(this.backup.id());
		}

		Path path(String file) {
			return directory().resolve(file);
		}

		byte[] bytes(String file) throws IOException {
			return Files.readAllBytes(path(file));
		}

		/** The file with the thousand rows: by far the largest. */
		String rows() throws IOException {
			try (var files = Files.walk(this.kept)) {
				return this.kept
					.relativize(files.filter((file) -> file.toString().matches(".*\\.(copy\\.zst|dat\\.gz)"))
						.max(Comparator.comparingLong(FileStore::size))
						.orElseThrow())
					.toString();
			}
		}

		String schema(String ours) {
			return (this.kind == Kind.PG_DUMP) ? "dump/toc.dat" : ours;
		}

		void overwrite(String file, byte[] bytes) throws IOException {
			Files.delete(path(file));
			Files.write(path(file), bytes);
		}

		void forge(String file, String from, String to) throws IOException {
			var before = new String(opened(file), StandardCharsets.ISO_8859_1);
			var after = before.replace(from, to);
			assertThat(after).as(file).isNotEqualTo(before);
			var bytes = closed(file, after.getBytes(StandardCharsets.ISO_8859_1));
			overwrite(file, bytes);
			var manifest = this.fixture.store.open(this.backup.id()).manifest();
			var files = new TreeMap<>(manifest.files());
			files.put(file, new Manifest.FileEntry(Digests.sha256Hex(bytes), bytes.length));
			var forged = new Manifest(manifest.format(), manifest.id(), manifest.key(), manifest.source(),
					manifest.takenAt(), manifest.engine(), manifest.tool(), manifest.changelog(),
					manifest.schemaDigest(), manifest.tables(), manifest.sequences(), files, manifest.database(),
					manifest.roles(), manifest.notes(), manifest.retainUntil(), manifest.previous(),
					manifest.encryption(), manifest.flags(), manifest.part(), manifest.drift());
			overwrite("manifest.json", forged.toBytes());
			overwrite("manifest.sig",
					ManifestKey.in(this.key).sign(forged.toBytes()).getBytes(StandardCharsets.US_ASCII));
		}

		private Sealing sealing() {
			return this.settings.keys().of(this.fixture.store.open(this.backup.id()).manifest());
		}

		private byte[] opened(String file) throws IOException {
			try (var in = unpacked(file, sealing().open(Files.newInputStream(path(file)), file))) {
				return in.readAllBytes();
			}
		}

		private static InputStream unpacked(String file, InputStream in) throws IOException {
			return file.endsWith(".zst") ? new ZstdInputStream(in)
					: file.endsWith(".gz") ? new GZIPInputStream(in) : in;
		}

		private byte[] closed(String file, byte[] plain) throws IOException {
			var packed = new ByteArrayOutputStream();
			try (var out = file.endsWith(".zst") ? new ZstdOutputStream(packed)
					: file.endsWith(".gz") ? new GZIPOutputStream(packed) : packed) {
				out.write(plain);
			}
			var sealed = new ByteArrayOutputStream();
			try (var channel = sealing().seal(Channels.newChannel(sealed), file)) {
				channel.write(ByteBuffer.wrap(packed.toByteArray()));
			}
			return sealed.toByteArray();
		}

		private static void copy(Path from, Path to) throws IOException {
			try (var paths = Files.walk(from)) {
				for (var path : new ArrayList<>(paths.toList())) {
					Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.REPLACE_EXISTING);
				}
			}
		}

		private static void delete(Path directory) throws IOException {
			try (var paths = Files.walk(directory)) {
				for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
					Files.delete(path);
				}
			}
		}

	}

}
