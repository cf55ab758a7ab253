package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import dev.backout.TestDatabase;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed while it takes, verifies or restores a backup, at any moment:
 * what is listed is whole, the target is as before or as restored, and the next start
 * clears the rest away. The same work asked for again comes to its end.
 */
abstract class KilledProcesses {

	/** What the process was at. */
	enum Deed {

		TAKE, VERIFY, RESTORE,
		/** A restore that only has to be exchanged yet. */
		SWAP;

		boolean exchanges() {
			return this == RESTORE || this == SWAP;
		}

	}

	final Random random = new Random(20261123);

	/** How often each was killed, and where that left the target. */
	final Map<String, Integer> places = new TreeMap<>();

	@TempDir
	Path data;

	TestDatabase shop;

	/** Its sessions are elsewhere: the target is exchanged. */
	TestDatabase server;

	Target target;

	BackupFiles files;

	String good;

	abstract int kills();

	abstract List<Deed> deeds();

	@Test
	void leaveNothingHalf() throws Exception {
		this.shop = TestDatabase.create();
		this.server = TestDatabase.create();
		this.target = DatabaseFixture.aTarget(this.shop);
		this.shop.jdbc().sql("""
				create table item (id int primary key, state text, filler text);
				insert into item select i, 'good', md5(i::text) from generate_series(1, %d) i;
				create index on item (filler)""".formatted(rows())).update();
		this.files = files(this.data);
		this.good = this.files.take(this.target, "first", Duration.ZERO, Progress.NONE).id();
		this.shop.jdbc().sql("update item set state = 'bad'").update();
		var paces = new EnumMap<Deed, Pace>(Deed.class);
		for (var deed : deeds()) {
			var key = "measured-" + deed;
			prepare(deed, key);
			var process = process(deed, key);
			var from = System.nanoTime();
			var told = told(process, Integer.MAX_VALUE);
			assertThat(process.waitFor()).isZero();
			paces.put(deed, new Pace(told, (System.nanoTime() - from) / 1_000_000));
			undo(deed, key);
		}
		for (int kill = 0; kill < kills(); kill++) {
			var deed = deeds().get(kill % deeds().size());
			killAndGoOn(deed, "kill-" + UUID.randomUUID(), paces.get(deed));
		}
		this.shop.drop();
		this.server.drop();
	}

	int rows() {
		return 20_000;
	}

	/**
	 * How a deed goes undisturbed.
	 *
	 * @param told how often it tells how far it is
	 * @param millis how long it takes
	 */
	private record Pace(int told, long millis) {
	}

	/** What tells how far it is, is hit there; what does not, at any time. */
	private void killAndGoOn(Deed deed, String key, Pace pace) throws Exception {
		prepare(deed, key);
		var process = process(deed, key);
		var ended = false;
		if (pace.told() > 0) {
			var at = 1 + this.random.nextInt(pace.told());
			ended = told(process, at) < at;
		}
		else {
			ended = process.waitFor(this.random.nextLong(Math.max(1, pace.millis())), TimeUnit.MILLISECONDS);
		}
		process.destroyForcibly().waitFor();
		this.places.merge(deed + (ended ? " ended before" : " killed, " + place(deed, key)), 1, Integer::sum);

		for (var backup : this.files.list()) {
			assertThat(this.files.store().open(backup.id()).damage()).as("what is listed").isEmpty();
		}
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			new Leftovers(Targets.of(this.target), this.files).clear();
			assertThat(scratchDatabases()).isEmpty();
			assertThat(halfBackups()).isEmpty();
		});

		var again = process(deed, key);
		told(again, Integer.MAX_VALUE);
		assertThat(again.waitFor()).as("%s asked for again", deed).isZero();
		if (deed.exchanges()) {
			assertThat(states()).containsExactly("good");
		}
		undo(deed, key);
	}

	private void prepare(Deed deed, String key) {
		if (deed == Deed.SWAP) {
			assertThat(this.files.beside(this.good, this.target, this.good + key, Progress.NONE).findings()).isEmpty();
		}
	}

	/** Before, or after; and whether people can connect. */
	private String place(Deed deed, String key) throws SQLException {
		if (!deed.exchanges()) {
			return "target untouched";
		}
		try (var connection = this.target.at("postgres").open("look")) {
			var marks = new SwapMarks(connection);
			assertThat(marks.exists(this.shop.name())).as("there is always a database of this name").isTrue();
			var beside = marks.exists(Beside.restored(this.shop.name(), this.good + key));
			if (marks.isFormer(Beside.former(this.shop.name(), this.good + key))) {
				assertThat(beside).isFalse();
				assertThat(states()).containsExactly("good");
				return "after the exchange";
			}
			if (!marks.open(this.shop.name())) {
				return "before the exchange, people shut out until it goes on";
			}
			assertThat(states()).containsExactly("bad");
			return beside ? "before the exchange, restored beside" : "before the exchange";
		}
	}

	private void undo(Deed deed, String key) {
		if (deed.exchanges()) {
			this.files.swapBack(this.target, this.good + key);
			this.files.discard(this.target, this.good + key);
			assertThat(states()).containsExactly("bad");
		}
	}

	/** Waits until it has told so often how far it is, or has ended. */
	private static int told(Process process, int times) throws IOException {
		var told = 0;
		var out = process.inputReader();
		for (var line = out.readLine(); line != null; line = out.readLine()) {
			if (line.equals("at") && ++told == times) {
				break;
			}
		}
		return told;
	}

	/** Begins with the deed, not with the start of its process. */
	private Process process(Deed deed, String key) throws IOException {
		var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Victim.class.getName(),
				deed.name(), this.shop.url(), this.data.toString(), this.good, key)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		var out = process.inputReader();
		for (var line = out.readLine(); line != null && !line.equals("begin"); line = out.readLine()) {
			// Whatever else it logs.
		}
		return process;
	}

	private static BackupFiles files(Path data) {
		return BackupFiles.in(data.resolve("backups"), data.resolve("key"), 2, Clock.systemUTC());
	}

	private List<String> states() {
		return this.shop.jdbc().sql("select distinct state from item").query(String.class).list();
	}

	private List<String> scratchDatabases() {
		return this.server.jdbc()
			.sql("select datname from pg_database where datname like ? and datname similar to '%(verify|schema|restore)%'")
			.param(ScratchDatabases.PREFIX.replace("_", "\\_") + "%")
			.query(String.class)
			.list();
	}

	private List<String> halfBackups() throws IOException {
		try (var entries = Files.list(this.data.resolve("backups"))) {
			return entries.map((entry) -> entry.getFileName().toString())
				.filter((name) -> name.startsWith(".partial-"))
				.toList();
		}
	}

	/** Does one thing. */
	static final class Victim {

		public static void main(String[] arguments) {
			var target = new Target("shop", arguments[1], "postgres", Secret.of("postgres"));
			var files = files(Path.of(arguments[2]));
			var progress = new Progress() {

				@Override
				public void at(long done, long total, String unit) {
					checkpoint();
				}

				@Override
				public void checkpoint() {
					System.out.println("at");
				}

			};
			System.out.println("begin");
			switch (Deed.valueOf(arguments[0])) {
				case TAKE -> files.take(target, arguments[4], Duration.ZERO, progress);
				case VERIFY -> {
					if (!files.verify(arguments[3], target, Scrutiny.USUAL, progress).held()) {
						System.exit(1);
					}
				}
				case RESTORE, SWAP -> files.restore(arguments[3], target, arguments[4], progress);
			}
		}

	}

}
