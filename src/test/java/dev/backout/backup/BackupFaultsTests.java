package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

import dev.backout.TestDatabase;
import dev.backout.backup.copy.Pace;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Whatever happens while a backup is taken or proven, no half of anything stays. */
class BackupFaultsTests {

	static TestDatabase shop;

	static Target target;

	@TempDir
	Path data;

	@BeforeAll
	static void someRows() {
		shop = TestDatabase.create();
		target = DatabaseFixture.aTarget(shop);
		// Text that does not shrink: what is read is what has to be written.
		shop.jdbc().sql("""
				create table item as select i as id, (select string_agg(md5((i * 50 + k)::text), '')
					from generate_series(1, 50) k) as text from generate_series(1, 12000) i;
				create index on item (id)""").update();
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	@AfterEach
	void nothingIsLeft() throws IOException {
		assertThat(scratchDatabases()).isEmpty();
		if (Files.exists(this.data.resolve("backups"))) {
			try (var entries = Files.list(this.data.resolve("backups"))) {
				assertThat(entries.map((entry) -> entry.getFileName().toString())
					.filter((name) -> name.startsWith(".") && !name.equals(".seen"))).isEmpty();
			}
		}
	}

	@Test
	void aDiskThatFillsUpIsNamedAndLeavesNothing() throws Exception {
		var small = Files.createDirectories(this.data.resolve("small"));
		assumeTrue(mount(small), "a small file system cannot be mounted here: it takes root on Linux");
		try {
			var files = BackupFiles.in(small.resolve("backups"), this.data.resolve("key"), 2, Clock.systemUTC());
			// The check before finds room enough; then somebody else needs it.
			Progress greedy = (done, total, unit) -> fill(small.resolve("other"));

			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> files.take(target, "step-1", Duration.ZERO, greedy))
				.withMessageContaining("the disk is full")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.no-space"));

			assertThat(files.list()).isEmpty();
			try (var entries = Files.list(small.resolve("backups"))) {
				assertThat(entries).isEmpty();
			}
		}
		finally {
			run("umount", small.toString());
		}
	}

	@Test
	void tooLittleRoomIsToldBeforeAnythingIsWritten() throws Exception {
		var small = Files.createDirectories(this.data.resolve("small"));
		assumeTrue(mount(small), "a small file system cannot be mounted here: it takes root on Linux");
		try {
			fill(small.resolve("other"));
			var files = BackupFiles.in(small.resolve("backups"), this.data.resolve("key"), 2, Clock.systemUTC());

			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> files.take(target, "step-1", Duration.ZERO, Progress.NONE))
				.withMessageMatching(".*up to \\d+ MB are needed, \\d+ MB are free.*");
		}
		finally {
			run("umount", small.toString());
		}
	}

	@Test
	void aConnectionLostInTheMiddleOfTheRowsLeavesNothing() {
		var files = slow();
		Progress cutting = (done, total, unit) -> {
			if (done > 0) {
				terminate("copy %");
			}
		};

		assertThatThrownBy(() -> files.take(target, "step-1", Duration.ZERO, cutting))
			.hasMessageContaining("Backup of 'shop' failed");

		assertThat(files.list()).isEmpty();
	}

	@Test
	void aConnectionLostInTheMiddleOfTheRestoreLeavesNoScratchDatabase() {
		var files = files();
		var backup = files.take(target, "step-1", Duration.ZERO, Progress.NONE);
		Progress cutting = (done, total, unit) -> terminate("copy public.item %");

		assertThatThrownBy(() -> files.verify(backup.id(), target, Scrutiny.USUAL, new Slowly(cutting)))
			.hasMessageContaining("Verification of");

		assertThat(files.verify(backup.id(), target, Scrutiny.USUAL, Progress.NONE).findings()).isEmpty();
	}

	@Test
	void endsSoonWhenItIsCancelled() {
		var files = slow();
		Progress cancelled = new Progress() {

			private volatile boolean copying;

			@Override
			public void at(long done, long total, String unit) {
				this.copying |= done > 0;
			}

			@Override
			public void checkpoint() {
				if (this.copying) {
					throw new CancellationException("told to stop");
				}
			}

		};

		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> files.take(target, "step-1", Duration.ZERO, cancelled))
			.withMessage("told to stop");

		assertThat(files.list()).isEmpty();
	}

	@Test
	void tellsHowFarItIsInUnitsThatAddUp() {
		var seen = new ArrayList<long[]>();

		slow().take(target, "step-1", Duration.ZERO, (done, total, unit) -> {
			assertThat(unit).isEqualTo("MB");
			seen.add(new long[] { done, total });
		});

		assertThat(seen).hasSizeGreaterThan(3);
		assertThat(seen.get(seen.size() - 1)[0]).isPositive().isEqualTo(seen.get(seen.size() - 1)[1]);
		assertThat(seen.stream().map((at) -> at[0]).toList()).isSorted();
		assertThat(seen).allSatisfy((at) -> assertThat(at[0]).isLessThanOrEqualTo(at[1]));
	}

	@Test
	void readsNoFasterThanItMay() {
		var started = System.nanoTime();

		slow().take(target, "step-1", Duration.ZERO, Progress.NONE);

		// 20 MB of rows at 20 MB/s; the first block passes at once.
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(900));
	}

	@Test
	void aKilledProcessLeavesNothingThatIsListedAndTheNextStartClearsTheRest() throws Exception {
		var killed = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Victim.class.getName(), shop.url(), this.data.toString())
			.redirectErrorStream(true)
			.start();
		try (var out = killed.inputReader()) {
			for (var line = out.readLine(); line != null && !line.equals("halfway"); line = out.readLine()) {
				// Whatever else it logs.
			}
		}
		killed.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
		var files = files();

		assertThat(files.list()).hasSize(1);
		try (var entries = Files.list(this.data.resolve("backups"))) {
			assertThat(entries.filter((entry) -> entry.getFileName().toString().startsWith(".partial-"))).hasSize(1);
		}
		Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
			new Leftovers(Targets.of(target), files).clear();
			nothingIsLeft();
		});
		assertThat(files.list()).hasSize(1);
	}

	/**
	 * Proves one backup while it takes another, and never comes to an end with either.
	 */
	static final class Victim {

		public static void main(String[] arguments) throws Exception {
			var data = Path.of(arguments[1]);
			var target = new Target("shop", arguments[0], "postgres", Secret.of("postgres"));
			var files = BackupFiles.in(data.resolve("backups"), data.resolve("key"), 2, Clock.systemUTC());
			var whole = files.take(target, "step-1", Duration.ZERO, Progress.NONE);
			var halfway = new java.util.concurrent.CountDownLatch(2);
			Progress stuck = (done, total, unit) -> {
				halfway.countDown();
				new java.util.concurrent.Semaphore(0).acquireUninterruptibly();
			};
			new Thread(() -> files.verify(whole.id(), target, Scrutiny.USUAL, new Slowly(stuck))).start();
			new Thread(() -> slow(data).take(target, "step-2", Duration.ZERO, stuck)).start();
			halfway.await();
			System.out.println("halfway");
		}

	}

	/** Reports even of what is over in no time. */
	private record Slowly(Progress progress) implements Progress {

		@Override
		public void at(long done, long total, String unit) {
			this.progress.at(done, total, unit);
		}

		@Override
		public void checkpoint() {
			this.progress.at(0, 1, "MB");
		}

	}

	private BackupFiles files() {
		return BackupFiles.in(this.data.resolve("backups"), this.data.resolve("key"), 2, Clock.systemUTC());
	}

	private BackupFiles slow() {
		return slow(this.data);
	}

	private static BackupFiles slow(Path data) {
		return new BackupFiles(new FileStore(data.resolve("backups"), ManifestKey.in(data.resolve("key"))),
				new CopySettings(2, CopySettings.Engine.COPY, null, SealKeys.NONE, Pace.of(20 << 20)),
				Clock.systemUTC());
	}

	private static void terminate(String query) {
		shop.jdbc().sql("""
				select pg_terminate_backend(pid) from pg_stat_activity where query like ? and pid <> pg_backend_pid()
				and application_name like 'backout/%'""").param(query).query(Boolean.class).list();
	}

	private static List<String> scratchDatabases() {
		return shop.jdbc()
			.sql("select datname from pg_database where datname like ? and datname similar to '%(verify|schema)%'")
			.param(ScratchDatabases.PREFIX.replace("_", "\\_") + "%")
			.query(String.class)
			.list();
	}

	private static void fill(Path file) {
		if (Files.exists(file)) {
			return;
		}
		try (var out = Files.newOutputStream(file)) {
			var block = new byte[1 << 16];
			while (true) {
				out.write(block);
			}
		}
		catch (IOException ex) {
			// Full: that was the idea.
		}
	}

	private static boolean mount(Path directory) throws Exception {
		return run("mount", "-t", "tmpfs", "-o", "size=110m", "tmpfs", directory.toString());
	}

	private static boolean run(String... command) throws Exception {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
