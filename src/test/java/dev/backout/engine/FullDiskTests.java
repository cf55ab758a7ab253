package dev.backout.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import dev.backout.TestDatabase;
import dev.backout.backup.BackupSteps;
import dev.backout.database.DatabaseFixture;
import dev.backout.database.ScratchDatabases;
import dev.backout.ledger.Ledger;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.step.StepContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A disk is full in the middle of a run, and the real steps say so, on real disks. */
@EngineSlice
class FullDiskTests {

	static final String TABLESPACE = "small_" + UUID.randomUUID().toString().replace("-", "");

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	JdbcClient jdbc;

	@Autowired
	TransactionTemplate transaction;

	@Autowired
	Ledger ledger;

	@TempDir
	Path data;

	Path small;

	TestDatabase shop;

	@BeforeEach
	void begin() throws Exception {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.steps.reset();
		this.small = Files.createDirectories(this.data.resolve("small"));
		this.shop = TestDatabase.create();
	}

	@AfterEach
	void clear() throws Exception {
		this.shop.drop();
		EngineSlice.OwnDatabase.DATABASE.jdbc().sql("drop tablespace if exists " + TABLESPACE).update();
		command("umount", this.small.toString());
	}

	@Test
	void ofTheStoreBeforeTheBackupBegins() throws Exception {
		mount("110m");
		rows("");
		var backups = steps(this.small.resolve("backups"));
		this.steps.next("backup.take", (step) -> {
			fill();
			return backups.take().execute(step);
		});
		var run = this.driver.start("mira");

		this.driver.work(run);

		assertThat(refusal(run)).contains("Backup of 'shop' into " + this.small.resolve("backups"))
			.containsPattern("up to \\d+ MB are needed, 0 MB are free")
			.contains("Free some space or set backout.backup.directory");
		nothingIsLeft(run, backups);
		goesOnOnceThereIsRoom(run, backups);
	}

	@Test
	void ofTheStoreInTheMiddleOfTheBackup() throws Exception {
		mount("110m");
		rows("");
		var backups = steps(this.small.resolve("backups"));
		this.steps.next("backup.take", (step) -> backups.take().execute(new Greedy(step)));
		var run = this.driver.start("mira");

		this.driver.work(run);

		assertThat(refusal(run)).contains("Backup of 'shop' into " + this.small.resolve("backups"))
			.containsPattern("the disk is full: up to \\d+ MB are needed, \\d+ MB are free without the half backup")
			.contains("Free some space or set backout.backup.directory");
		nothingIsLeft(run, backups);
		goesOnOnceThereIsRoom(run, backups);
	}

	@Test
	void ofTheServerWhileTheBackupIsVerified() throws Exception {
		mount("70m");
		rows("tablespace " + TABLESPACE);
		var backups = steps(this.data.resolve("backups"));
		this.steps.next("backup.take", backups.take()::execute);
		for (int attempt = 0; attempt < 3; attempt++) {
			this.steps.next("backup.verify", (step) -> {
				fill();
				return backups.verify().execute(step);
			});
		}
		var run = this.driver.start("mira");

		this.driver.work(run);

		var failed = step(run, "Task_VerifyBackup");
		assertThat(failed.state()).isEqualTo(RunStep.State.FAILED);
		assertThat(failed.incident().cause()).contains("Verification of 'shop-")
			.containsPattern("the disk of the server of 'shop' is full: up to \\d+ MB are needed, 0 MB are free")
			.contains("pg_tblspc/", "No space left on device", "Make room there, then try again");
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);
		assertThat(scratchDatabases()).isEmpty();
		assertThat(backups.listed().get(0).verification()).isNull();

		Files.delete(this.small.resolve("other"));
		this.steps.next("backup.verify", backups.verify()::execute);
		this.driver.runs.retry(run, "Task_VerifyBackup", this.driver.person("omar"), "made room");
		this.driver.work(run);

		assertThat(step(run, "Task_VerifyBackup").state()).isEqualTo(RunStep.State.DONE);
		assertThat(backups.listed().get(0).verification()).isNotNull();
		assertThat(this.driver.waiting(run, "Task_Approve")).isNotNull();
		assertThat(scratchDatabases()).isEmpty();
	}

	private void goesOnOnceThereIsRoom(RunId run, BackupSteps backups) throws IOException {
		Files.delete(this.small.resolve("other"));
		this.steps.next("backup.take", backups.take()::execute).next("backup.verify", backups.verify()::execute);

		this.driver.go(run, "Task_DecidePreparation", "mira", "again", null);

		assertThat(step(run, "Task_VerifyBackup").state()).isEqualTo(RunStep.State.DONE);
		assertThat(this.driver.waiting(run, "Task_Approve")).isNotNull();
		assertThat(backups.stored()).hasSize(1);
		assertThat(scratchDatabases()).isEmpty();
	}

	private void nothingIsLeft(RunId run, BackupSteps backups) throws IOException {
		assertThat(backups.stored()).isEmpty();
		assertThat(this.jdbc.sql("select count(*) from backout.backup where run = ?")
			.param(run.toString())
			.query(Integer.class)
			.single()).isZero();
		assertThat(scratchDatabases()).isEmpty();
		try (var entries = Files.list(this.small.resolve("backups"))) {
			assertThat(entries).isEmpty();
		}
	}

	private String refusal(RunId run) {
		assertThat(this.driver.waiting(run, "Task_DecidePreparation")).isNotNull();
		var variables = this.driver.engine.getRuntimeService().getVariables(this.driver.instance(run).getId());
		assertThat(variables).containsEntry("refusalCode", "no-space");
		return String.valueOf(variables.get("refusal"));
	}

	private BackupSteps steps(Path store) {
		return new BackupSteps(store, this.data.resolve("key"), DatabaseFixture.aTarget(this.shop), this.jdbc,
				this.transaction, this.ledger);
	}

	private void rows(String place) {
		if (!place.isEmpty()) {
			this.shop.jdbc().sql("create tablespace %s location '%s'".formatted(TABLESPACE, this.small)).update();
		}
		// Text that does not shrink: what is read is what has to be written.
		this.shop.jdbc()
			.sql("""
					create table item %s as select i as id, (select string_agg(md5((i * 50 + k)::text), '')
						from generate_series(1, 50) k) as text from generate_series(1, 12000) i""".formatted(place))
			.update();
	}

	private List<String> scratchDatabases() {
		return this.shop.jdbc()
			.sql("select datname from pg_database where datname like ? and datname similar to '%(verify|schema)%'")
			.param(ScratchDatabases.PREFIX.replace("_", "\\_") + "%")
			.query(String.class)
			.list();
	}

	private RunStep step(RunId run, String stepId) {
		return this.driver.runs.steps(run)
			.stream()
			.filter((step) -> step.stepId().equals(stepId))
			.findFirst()
			.orElseThrow();
	}

	/** Somebody else takes all the room there is. */
	private void fill() {
		var file = this.small.resolve("other");
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

	private void mount(String size) throws Exception {
		assumeTrue(command("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", this.small.toString()),
				"a small file system cannot be mounted here: it takes root on Linux");
	}

	private static boolean command(String... command) throws Exception {
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

	/** As soon as the backup tells how far it is, the room is gone. */
	private final class Greedy implements StepContext {

		private final StepContext step;

		Greedy(StepContext step) {
			this.step = step;
		}

		@Override
		public String key() {
			return this.step.key();
		}

		@Override
		public int attempt() {
			return this.step.attempt();
		}

		@Override
		public String runId() {
			return this.step.runId();
		}

		@Override
		public String stepId() {
			return this.step.stepId();
		}

		@Override
		public Optional<String> optional(String name) {
			return this.step.optional(name);
		}

		@Override
		public void progress(long done, long total, String unit) {
			fill();
			this.step.progress(done, total, unit);
		}

		@Override
		public void checkpoint() {
			this.step.checkpoint();
		}

	}

}
