package dev.backout.engine;

import java.util.List;

import dev.backout.backup.Backups;
import dev.backout.run.AfterMigrations;
import dev.backout.run.Run;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.TimelineEntry;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** What a run migrated is backed up and verified by another one, and nothing else is. */
@EngineSlice
class AfterMigrationsTests {

	@RegisterExtension
	static final PathsTaken taken = new PathsTaken(25, "backup-after-migration");

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	AfterMigrations afterMigrations;

	@Autowired
	DefaultListableBeanFactory beans;

	@Test
	void whatWasRevertedIsBackedUpAndVerifiedOnceItIsThawed() {
		// given
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		assertThat(this.driver.instance(run)).isWaitingAt("Task_TellResolved");
		var backup = backupAfter(run);
		var instance = this.driver.instance(backup);
		assertThat(instance).isWaitingAt("Timer_LetGo");

		// when
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		this.driver.fire(backup, "Timer_LetGo");

		// then
		assertThat(instance).hasPassedInOrder("Task_BackUp", "Task_Verify", "Task_Copy", "End_Verified").isEnded();
		assertThat(this.steps.contexts.get("Task_BackUp").required("target")).isEqualTo("shop");
		assertThat(this.steps.contexts.get("Task_Verify").required("backupId")).isEqualTo("backupId-1");
		assertThat(this.afterMigrations.of(run)).as("once, also after the run's end").hasSize(1);
		assertThat(this.afterMigrations.after(backup)).contains(run);
		assertThat(this.driver.runs.get(backup)).satisfies((ended) -> {
			assertThat(ended.state()).isEqualTo(RunState.DONE);
			assertThat(ended.requester()).isEqualTo("schedule");
		});
		assertThat(this.driver.runs.timeline(run)).extracting(TimelineEntry::text)
			.contains("'shop' is backed up, and the backup verified, by a run of its own",
					"The backup after the migration: Known to restore");
		assertThat(EngineSlice.OwnDatabase.DATABASE.jdbc()
			.sql("""
					select count(*) from backout.run_after_migration where run = :run""")
			.param("run", run.value())
			.query(Integer.class)
			.single()).isEqualTo(1);
	}

	@Test
	void whatWasNotMigratedIsNotBackedUp() {
		var run = this.driver.start("mira");
		this.driver.work(run);

		this.driver.go(run, "Task_Approve", "omar", "refuse", "the numbers look fine now");
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);

		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
		assertThat(this.afterMigrations.of(run)).isEmpty();
	}

	/** {@code backout.backup.after-migration: false}. */
	@Test
	void nothingFollowsWhereItIsSwitchedOff() {
		this.beans.registerSingleton("switchedOff", Mockito.mock(Backups.class));
		try {
			var run = this.driver.start("mira");
			this.driver.approve(run);
			this.driver.work(run);
			this.driver.go(run, "Task_TellResolved", "lena", "send", null);

			assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
			assertThat(this.afterMigrations.of(run)).isEmpty();
			assertThat(this.driver.runs.timeline(run)).extracting(TimelineEntry::text)
				.noneMatch((text) -> text.contains("backed up"));
		}
		finally {
			this.beans.destroySingleton("switchedOff");
		}
	}

	@Test
	void whatWasHalfRevertedWhenTheRunWasAbortedIsBackedUp() {
		for (int i = 0; i < 3; i++) {
			this.steps.fail("migration.revert", "the third changeset fails");
		}
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		assertThat(this.afterMigrations.of(run)).isEmpty();

		this.driver.runs.abort(run, this.driver.person("mira"), "a person must look at it");
		this.driver.work(run);

		assertThat(this.afterMigrations.of(run)).hasSize(1);
		this.driver.started.add(backupAfter(run));
	}

	@Test
	void itWaitsWhileOthersNeedTheTarget() {
		this.steps.refuse("backup.after-migration", "busy");
		var backup = afterARollback();
		var instance = this.driver.instance(backup);
		this.driver.fire(backup, "Timer_LetGo");
		assertThat(instance).isWaitingAt("Timer_Later");

		this.driver.fire(backup, "Timer_Later");
		this.driver.fire(backup, "Timer_LetGo");

		assertThat(instance).hasPassed("End_Verified").isEnded();
	}

	@ParameterizedTest
	@CsvSource({ "backup.after-migration, no-space", "backup.after-migration, cannot-rebuild",
			"backup.verify, not-restorable", "backup.copy, not-copied" })
	void whatIsNotKnownToRestoreHasAnOwner(String type, String code) {
		// given
		var backup = afterARollback();
		this.steps.refuse(type, code).refuse(type, code);
		var instance = this.driver.instance(backup);
		this.driver.fire(backup, "Timer_LetGo");
		assertThat(instance).isWaitingAt("Task_DecideUnproven");
		assertThat(this.driver.waiting(backup, "Task_DecideUnproven").properties()).containsEntry("because",
				"because of " + code);
		this.driver.fire(backup, "Timer_Late");

		// when
		this.driver.go(backup, "Task_DecideUnproven", "mira", "again", null);
		this.driver.fire(backup, "Timer_LetGo");
		this.driver.go(backup, "Task_DecideUnproven", "mira", "seen", "the disk is being changed");

		// then
		assertThat(instance).hasPassed("End_Seen").isEnded();
		var after = this.afterMigrations.after(backup).orElseThrow();
		assertThat(this.driver.runs.timeline(after)).extracting(TimelineEntry::text)
			.contains("The backup after the migration: Not proven, and seen");
	}

	@Test
	void aStepThatIsWorkedOnAgainAfterACrashIsBackedUpOnce() {
		var attempts = new int[1];
		this.steps.next("migration.revert", (step) -> {
			attempts[0] = step.attempt();
			throw new IllegalStateException("the node was killed");
		});
		this.steps.next("migration.revert", (step) -> {
			attempts[0] = step.attempt();
			return new StepOutcome.Done("Nothing of the release is deployed any more");
		});
		var backup = afterARollback();

		assertThat(attempts).containsExactly(2);
		var after = this.afterMigrations.after(backup).orElseThrow();
		assertThat(this.afterMigrations.of(after)).extracting(Run::id).isEqualTo(List.of(backup));
	}

	private RunId afterARollback() {
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		return backupAfter(run);
	}

	private RunId backupAfter(RunId run) {
		var backup = this.afterMigrations.of(run).get(0).id();
		this.driver.started.add(backup);
		return backup;
	}

}
