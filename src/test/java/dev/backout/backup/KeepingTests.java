package dev.backout.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.TestDatabase;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import dev.backout.step.AStep;
import dev.backout.step.StepOutcome.Done;
import dev.backout.step.StepOutcome.Refused;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Backups stay until their time is over, whoever asks and whatever the clock says. */
class KeepingTests {

	static LedgerFixture own;

	static TestDatabase shop;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	final AClock clock = new AClock();

	BackupFixture fixture;

	@BeforeAll
	static void start() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
		shop = TestDatabase.create();
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	@BeforeEach
	void empty() {
		own.jdbc.sql("truncate backout.backup, backout.backup_turn cascade").update();
		this.fixture = new BackupFixture(this.data, own, shop, this.clock, null);
	}

	@Test
	void halfANoteOfAKilledProcessDoesNotKeepTheNextFromBeingWritten() throws IOException {
		var backup = this.fixture.take("half-a-note");
		var notes = Files.createDirectories(this.fixture.directory.resolve(".notes").resolve(backup.id()));
		Files.writeString(notes.resolve("0001.sig"), "of a text that was never written");

		this.fixture.store.notes()
			.add(backup.id(), StoreNotes.Kind.HOLD, "ada", "case 7", null, java.time.Instant.now());

		assertThat(this.fixture.store.notes().hold(backup.id()))
			.hasValueSatisfying((hold) -> assertThat(hold.reason()).isEqualTo("case 7"));
		this.fixture.store.notes()
			.add(backup.id(), StoreNotes.Kind.RELEASE, "ada", "settled", null, java.time.Instant.now());
		assertThat(this.fixture.store.notes().hold(backup.id())).isEmpty();
	}

	@Test
	void aHoldOutlastsTheRetentionInTheStoreAndInOurRecords() throws IOException {
		stored("b-1", Duration.ofDays(40));
		this.fixture.keeping.hold("b-1", "ada", "subject of a lawsuit");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "run-1"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.held"))
			.withMessageContaining("ada")
			.withMessageContaining("lawsuit");
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.fixture.store.delete("b-1", Instant.now().plus(Duration.ofDays(9999))));
		assertThat(this.fixture.keeping.held("b-1"))
			.hasValueSatisfying((hold) -> assertThat(hold.actor()).isEqualTo("ada"));

		this.fixture.keeping.release("b-1", "vera", "settled");
		this.fixture.keeping.retire("b-1", "omar", "run-1");
		assertThat(this.fixture.store.ids()).isEmpty();
		assertThat(deeds("b-1")).containsSubsequence("backup.held ada", "backup.retire-refused omar",
				"backup.hold-released vera", "backup.retired omar");
	}

	@Test
	void ourRecordOfAHoldIsEnoughWhenTheStoresNoteIsGone() throws IOException {
		stored("b-1", Duration.ofDays(40));
		this.fixture.keeping.hold("b-1", "ada", "evidence");
		try (var notes = Files.walk(this.fixture.directory.resolve(".notes"))) {
			for (var note : notes.sorted(java.util.Comparator.reverseOrder()).toList()) {
				Files.delete(note);
			}
		}

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "run-1"));
		assertThat(this.fixture.store.ids()).containsExactly("b-1");
	}

	@Test
	void anEditedNoteCountsAsAHold() throws IOException {
		stored("b-1", Duration.ofDays(40));
		this.fixture.keeping.hold("b-1", "ada", "evidence");
		this.fixture.keeping.release("b-1", "ada", "done");
		var note = this.fixture.directory.resolve(".notes/b-1/0001.json");
		note.toFile().setWritable(true);
		Files.writeString(note, Files.readString(note).replace("HOLD", "RETAIN"));
		var last = this.fixture.directory.resolve(".notes/b-1/0002.json");
		last.toFile().setWritable(true);
		Files.writeString(last, Files.readString(last).replace("done", "none"));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "run-1"))
			.withMessageContaining("edited");
	}

	@Test
	void aClockThatIsSetForwardDeletesNothing() throws IOException {
		stored("b-1", Duration.ZERO);
		this.clock.now = Instant.now().plus(Duration.ofDays(31));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "run-1"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.clock"))
			.withMessageContaining("the database's");
		assertThat(this.fixture.store.ids()).containsExactly("b-1");
	}

	@Test
	void aClockThatIsSetForwardDeletesNothingEvenWithoutAnotherClock() throws IOException {
		stored("b-1", Duration.ZERO);
		var files = new BackupFiles(this.fixture.store, CopySettings.plain(1), this.clock);
		var time = new StoreTime(this.fixture.directory, this.clock);
		time.seen();
		this.clock.now = Instant.now().plus(Duration.ofDays(31));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> files.retire("b-1", null))
			.withMessageContaining("--url");
		time.seen();
		assertThatExceptionOfType(Rejected.class).as("being used at that time is no proof of it")
			.isThrownBy(() -> files.retire("b-1", null));
	}

	@Test
	void aClockThatIsSetBackDeletesNothing() throws IOException {
		stored("b-1", Duration.ofDays(40));
		new StoreTime(this.fixture.directory, this.clock).seen();
		this.clock.now = Instant.now().minus(Duration.ofDays(2));

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(
					() -> new BackupFiles(this.fixture.store, CopySettings.plain(1), this.clock).retire("b-1", null))
			.withMessageContaining("was used at");
	}

	@Test
	void retentionIsOnlyEverMadeLonger() throws IOException {
		stored("b-1", Duration.ofDays(40));
		var files = new BackupFiles(this.fixture.store, CopySettings.plain(1), this.clock);
		var later = Instant.now().plus(Duration.ofDays(100)).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
		files.retain("b-1", later, "ada", "audit");

		assertThat(files.retainUntil("b-1")).isEqualTo(later);
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> files.retain("b-1", later.minus(Duration.ofDays(1)), "ada", "oops"));
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "run-1"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("backup.retained"));
	}

	@Test
	void theScheduleLetsGoWhatIsOverAndMakesStayWhatItKeeps() throws IOException {
		for (int day = 0; day < 60; day++) {
			stored("b-%02d".formatted(day), Duration.ofDays(day));
			verified("b-%02d".formatted(day), List.of());
		}
		this.fixture.keeping.hold("b-50", "ada", "evidence");

		var outcome = (Done) new RetireBackupStep(this.fixture.keeping)
			.execute(AStep.with("target", "shop", "owner", "omar"));

		var left = this.fixture.store.ids();
		assertThat(Integer.parseInt(outcome.outputs().get("retired"))).isEqualTo(60 - left.size()).isPositive();
		assertThat(left).contains("b-00", "b-01", "b-06", "b-29", "b-50").doesNotContain("b-52");
		assertThat(this.fixture.keeping.kept("shop")).containsKey("b-00");
		var monthly = this.fixture.keeping.kept("shop")
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().contains("monthly"))
			.map(Map.Entry::getKey)
			.toList();
		assertThat(monthly).allSatisfy((id) -> assertThat(this.fixture.keeping.retainUntil(id))
			.isAfter(Instant.now().plus(Duration.ofDays(200))));
		assertThat(deeds("b-52")).contains("backup.retired omar");
	}

	@Test
	void theStepRefusesWhatIsHeldOrNotOver() throws IOException {
		stored("b-1", Duration.ZERO);

		var outcome = new RetireBackupStep(this.fixture.keeping)
			.execute(AStep.with("target", "shop", "owner", "omar", "only", "b-1"));

		assertThat(outcome).isInstanceOfSatisfying(Refused.class, (refused) -> {
			assertThat(refused.code()).isEqualTo("retained");
			assertThat(refused.reason()).contains("cannot be deleted before");
		});
	}

	@Test
	void alarmsSayWhatIsNotAsPromised() throws IOException {
		assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind).containsExactly("none");
		stored("b-1", Duration.ofHours(50));
		assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind)
			.containsExactlyInAnyOrder("old", "unverified", "no-drill");
		verified("b-1", List.of("Rows: public.item differs"));
		assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind).contains("old", "broken");
		stored("b-2", Duration.ofHours(1));
		verified("b-2", List.of());
		assertThat(this.fixture.keeping.alarms()).isEmpty();
		assertThat(new WatchStep(this.fixture.keeping).execute(AStep.with())).isInstanceOf(Done.class);

		own.jdbc.sql("update backout.backup set byte_count = 10 where id = 'b-1'").update();
		own.jdbc.sql("update backout.backup set byte_count = 100 where id = 'b-2'").update();

		assertThat(this.fixture.keeping.alarms()).singleElement().satisfies((alarm) -> {
			assertThat(alarm.kind()).isEqualTo("size");
			assertThat(alarm.text()).contains("+900 %");
		});
		assertThat(new WatchStep(this.fixture.keeping).execute(AStep.with())).isInstanceOf(Refused.class);
	}

	@Test
	void objectivesAreComparedWithWhatIsSo() throws IOException {
		stored("b-1", Duration.ofHours(30));
		verified("b-1", List.of());
		stored("b-2", Duration.ofHours(6));
		verified("b-2", List.of());

		var objectives = this.fixture.keeping.objectives("shop");

		assertThat(objectives.rpoActual()).isBetween(Duration.ofMinutes(355), Duration.ofHours(7));
		assertThat(objectives.rpoHeld()).isTrue();
		assertThat(objectives.rtoHeld()).isTrue();
		assertThat(objectives.trend()).hasSize(2);
		assertThat(objectives.gaps()).singleElement()
			.satisfies((gap) -> assertThat(gap.value()).isBetween(Duration.ofMinutes(1439), Duration.ofMinutes(1441)));
	}

	@Test
	void everyTargetHasItsTurnOnceAndAgainOnlyWhenItFailed() {
		assertThat(this.fixture.keeping.due("run-7", "step-1", false, null)).contains("shop");
		assertThat(this.fixture.keeping.due("run-7", "step-1", false, null)).as("the same step gets the same")
			.contains("shop");
		assertThat(this.fixture.keeping.due("run-7", "step-2", false, null)).isEmpty();

		assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind).contains("missed");
		assertThat(this.fixture.keeping.due("run-7", "step-3", true, null)).contains("shop");
		assertThat(this.fixture.keeping.due("run-7", "step-4", false, null)).isEmpty();
	}

	@Test
	void whatIsAskedForByNameHasItsTurnAloneAndOnce() {
		var older = this.fixture.take("older");
		this.fixture.take("newer");
		var keeping = this.fixture.keeping;

		assertThat(keeping.due("run-8", "step-1", false, "shop")).contains("shop");
		assertThat(keeping.due("run-8", "step-1", false, "shop")).as("the same step").contains("shop");
		assertThat(keeping.due("run-8", "step-2", false, "shop")).isEmpty();
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> keeping.due("run-9", "step-1", false, "shap"))
			.withMessageContaining("'shap'");
		assertThat(keeping.drill("run-10", "step-1", older.id())).map(Backup::id).contains(older.id());
		assertThat(keeping.drill("run-10", "step-1", older.id())).map(Backup::id).contains(older.id());
		assertThat(keeping.drill("run-10", "step-2", older.id())).isEmpty();
	}

	@Test
	void drillsDrawFromTheWindowAndGiveTheSameAgain() throws IOException {
		stored("b-old", Duration.ofDays(300));
		for (int day = 0; day < 20; day++) {
			stored("b-%02d".formatted(day), Duration.ofDays(day));
		}
		var drawn = new java.util.TreeSet<String>();
		for (int run = 0; run < 30; run++) {
			var first = this.fixture.keeping.drill("run-" + run, "step-1").orElseThrow();
			assertThat(this.fixture.keeping.drill("run-" + run, "step-1").orElseThrow().id()).isEqualTo(first.id());
			assertThat(this.fixture.keeping.drill("run-" + run, "step-2")).isEmpty();
			drawn.add(first.id());
		}

		assertThat(drawn).hasSizeGreaterThan(5).doesNotContain("b-old");
	}

	@Test
	void aSecondCopyIsHeldKeptAndDeletedWithTheFirst() throws IOException {
		try (var s3 = new LockingS3();
				var client = SecondStore.client(s3.endpoint(), "us-east-1",
						software.amazon.awssdk.auth.credentials.StaticCredentialsProvider.create(
								software.amazon.awssdk.auth.credentials.AwsBasicCredentials.create("us", "secret")))) {
			var second = new S3Copies(client, "vault", "b/",
					software.amazon.awssdk.services.s3.model.ObjectLockMode.COMPLIANCE, 5 << 20);
			this.fixture = new BackupFixture(this.data, own, shop, this.clock, second);
			stored("b-1", Duration.ofDays(29));
			assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind).contains("no-copy");

			var copied = (Done) new CopyStep(this.fixture.keeping).execute(AStep.with("backupId", "b-1"));

			assertThat(copied.summary()).contains("s3://vault/b/", "S3_COMPLIANCE");
			assertThat(this.fixture.keeping.alarms()).extracting(Alarm::kind).doesNotContain("no-copy");
			this.fixture.keeping.hold("b-1", "ada", "evidence");
			assertThat(s3.keys.values()).allSatisfy((versions) -> assertThat(versions.getFirst().held).isTrue());
			this.fixture.keeping.release("b-1", "ada", "over");
			s3.now = Instant.now().plus(Duration.ofDays(2));
			assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.fixture.keeping.retire("b-1", "omar", "r"));
			assertThat(second.ids()).containsExactly("b-1");

			s3.cutAfter = s3.requests;
			assertThat(new CopyStep(this.fixture.keeping).execute(AStep.with("backupId", "b-1")))
				.isInstanceOf(Refused.class);
		}
	}

	@Test
	void aDirectoryIsASecondPlaceToo() throws IOException {
		var second = new DirectoryCopies(
				new FileStore(this.data.resolve("second"), ManifestKey.in(this.data.resolve("backup.key"))));
		this.fixture = new BackupFixture(this.data, own, shop, this.clock, second);
		stored("b-1", Duration.ofDays(40));

		new CopyStep(this.fixture.keeping).execute(AStep.with("backupId", "b-1"));
		new CopyStep(this.fixture.keeping).execute(AStep.with("backupId", "b-1"));

		assertThat(second.ids()).containsExactly("b-1");
		assertThat(this.fixture.keeping.copies("b-1")).singleElement()
			.satisfies((copy) -> assertThat(copy.protection()).isEqualTo("OS_READONLY"));
		this.fixture.keeping.retire("b-1", "omar", "run-1");
		assertThat(second.ids()).isEmpty();
	}

	@Test
	void aDeletionThatWasCutShortIsFinishedAndNeverListed() throws IOException {
		stored("b-1", Duration.ofDays(40));
		Files.move(this.fixture.directory.resolve("b-1"), this.fixture.directory.resolve(".gone-b-1"));

		assertThat(this.fixture.store.ids()).isEmpty();
		stored("b-2", Duration.ZERO);
		assertThat(this.fixture.directory.resolve(".gone-b-1")).doesNotExist();
	}

	/** Thirty days of retention, counted from its age. */
	private void stored(String id, Duration age) throws IOException {
		var at = Instant.now().minus(age).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
		try (var partial = this.fixture.store.begin(id)) {
			Files.writeString(partial.directory().resolve("rows"), id);
			var stored = partial
				.commit(AManifest.of(id, at, at.plus(Duration.ofDays(30)), partial.files(new TreeMap<>()), List.of()));
			this.fixture.records.taken(stored, "run-1", Duration.ofSeconds(1));
		}
	}

	private void verified(String id, List<String> findings) {
		this.fixture.records.verified(this.fixture.store.open(id), "run-1",
				new Verification(Instant.now(), Duration.ofSeconds(2), Duration.ofSeconds(3), findings));
	}

	private static List<String> deeds(String backup) {
		return own.jdbc.sql("""
				select (leaf::jsonb ->> 'kind') || ' ' || (leaf::jsonb ->> 'actor') from backout.ledger_entry
				where subject = ? order by id""").param(backup).query(String.class).list();
	}

	private static final class AClock extends Clock {

		Instant now = Instant.now();

		@Override
		public Instant instant() {
			return this.now;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
