package dev.backout.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.backout.kernel.Rejected;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.step.StepOutcome;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** Every path of the playbooks that start by themselves. */
@EngineSlice
class ScheduledPlaybooksTests {

	/** Elements and flows that the tests of this class have been through. */
	@RegisterExtension
	static final PathsTaken taken = new PathsTaken(60, "scheduled-backup", "restore-drill", "retire-stash");

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@ParameterizedTest
	@ValueSource(strings = { "scheduled-backup", "restore-drill", "retire-stash" })
	void timersComeAgain(String playbook) {
		var job = this.driver.engine.getManagementService()
			.createJobQuery()
			.processDefinitionKey(playbook)
			.timers()
			.list()
			.stream()
			.filter((timer) -> timer.getProcessInstanceId() == null)
			.toList();

		assertThat(job).singleElement().satisfies((timer) -> assertThat(timer.getDuedate()).isInTheFuture());
		nothingIsDue();
		this.driver.startBySchedule(playbook);

		assertThat(this.driver.engine.getManagementService()
			.createJobQuery()
			.processDefinitionKey(playbook)
			.timers()
			.list()
			.stream()
			.filter((timer) -> timer.getProcessInstanceId() == null)).hasSize(1);
	}

	@Test
	void everyTargetIsBackedUpVerifiedCopiedAndRetired() {
		// given
		due("shop");
		due("stock");
		nothingIsDue();
		var run = this.driver.startBySchedule("scheduled-backup");
		var instance = instance(run);

		// when
		this.driver.work(run);
		this.driver.fire(run, "Timer_Next");
		this.driver.fire(run, "Timer_Next");

		// then
		assertThat(instance)
			.hasPassed("Task_Take", "Task_Verify", "Task_Copy", "Task_Retire", "Task_Watch", "End_AllWell")
			.isEnded();
		assertThat(this.steps.executed.stream().filter("Task_Take"::equals)).hasSize(2);
		assertThat(this.steps.contexts.get("Task_Take").required("target")).isEqualTo("stock");
		assertThat(this.steps.contexts.get("Task_Retire").required("owner")).isEqualTo("schedule");
		var ended = this.driver.runs.get(run);
		assertThat(ended.state()).isEqualTo(RunState.DONE);
		assertThat(ended.requester()).isEqualTo("schedule");
		assertThat(ended.target()).startsWith("scheduled-backup 20");
	}

	@Test
	void oneOfTwoWhoAskAtTheSameMomentIsToldOfTheOther() {
		due("shop");
		nothingIsDue();
		var both = new CyclicBarrier(2);
		var asked = Stream.of("mira", "omar").map((by) -> CompletableFuture.supplyAsync(() -> {
			try {
				both.await(20, TimeUnit.SECONDS);
				return List.of(this.driver.startByHand(by, "scheduled-backup", "shop"));
			}
			catch (Rejected ex) {
				assertThat(ex.code()).isEqualTo("run.active");
				return List.<RunId>of();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		})).toList();

		var started = asked.stream().flatMap((one) -> one.join().stream()).toList();

		assertThat(started).hasSize(1);
		this.driver.work(started.get(0));
		this.driver.fire(started.get(0), "Timer_Next");
		assertThat(this.steps.executed).as("taken once").containsOnlyOnce("Task_Take");
		assertThat(this.driver.runs.get(started.get(0)).state()).isEqualTo(RunState.DONE);
	}

	@Test
	void whatTheScheduleStartsCanBeStartedByHandForOneTarget() {
		// given
		due("shop");
		nothingIsDue();
		var run = this.driver.startByHand("mira", "scheduled-backup", "shop");
		assertThatExceptionOfType(dev.backout.kernel.Rejected.class)
			.isThrownBy(() -> this.driver.startByHand("omar", "scheduled-backup", "shop"))
			.withMessage("'Scheduled backup' is at work on shop already, asked for by mira: follow that run instead");
		var instance = instance(run);

		// when
		this.driver.work(run);
		this.driver.fire(run, "Timer_Next");

		// then
		assertThat(instance).hasPassed("Task_Take", "Task_Verify", "Task_Watch", "End_AllWell").isEnded();
		assertThat(this.steps.contexts.get("Task_Due").optional("only")).contains("shop");
		assertThat(this.driver.runs.get(run)).satisfies((ended) -> {
			assertThat(ended.state()).isEqualTo(RunState.DONE);
			assertThat(ended.requester()).isEqualTo("mira");
			assertThat(ended.target()).isEqualTo("shop");
			assertThat(ended.reason()).isEqualTo("before the sale");
		});
	}

	@Test
	void oneBackupIsVerifiedByHand() {
		picked("shop", "shop-1");
		nothingIsPicked();
		var run = this.driver.startByHand("mira", "restore-drill", "shop-1");
		var instance = instance(run);

		this.driver.work(run);
		this.driver.fire(run, "Timer_Next");

		assertThat(instance).hasPassed("Task_Verify", "End_AllWell").isEnded();
		assertThat(this.steps.contexts.get("Task_Pick").optional("only")).contains("shop-1");
		assertThat(this.steps.contexts.get("Task_Verify").required("backupId")).isEqualTo("shop-1");
	}

	@ParameterizedTest
	@CsvSource({ "backup.take, no-space", "backup.take, cannot-rebuild", "backup.verify, not-restorable",
			"backup.copy, not-copied", "backup.retire, retained" })
	void whatFailsHoldsUpNoOtherTargetAndIsTriedAgain(String type, String code) {
		// given
		due("shop");
		due("stock");
		nothingIsDue();
		this.steps.refuse(type, code).refuse("backup.watch", "alarm");
		var run = this.driver.startBySchedule("scheduled-backup");
		this.driver.work(run);
		this.driver.fire(run, "Timer_Next");
		this.driver.fire(run, "Timer_Next");
		assertThat(instance(run)).isWaitingAt("Task_DecideAlarm");
		assertThat(this.steps.contexts.get("Task_Take").required("target")).isEqualTo("stock");
		this.driver.fire(run, "Timer_AlarmLate");
		due("shop");
		nothingIsDue();
		var instance = instance(run);

		// when
		this.driver.go(run, "Task_DecideAlarm", "mira", "again", null);
		this.driver.fire(run, "Timer_Next");

		// then
		assertThat(this.steps.contexts.get("Task_DueAgain").required("again")).isEqualTo("true");
		assertThat(instance).isEnded().hasPassed("End_AllWell");
	}

	@Test
	void anAlarmIsSeenWithAReason() {
		nothingIsDue();
		this.steps.refuse("backup.watch", "alarm");
		var run = this.driver.startBySchedule("scheduled-backup");
		this.driver.work(run);
		var instance = instance(run);

		this.driver.go(run, "Task_DecideAlarm", "mira", "seen", "the import doubled it");

		assertThat(instance).isEnded().hasPassed("End_Seen");
	}

	@Test
	void drillsRestoreOneOfEachTarget() {
		picked("shop", "b-1");
		nothingIsPicked();
		var run = this.driver.startBySchedule("restore-drill");
		var instance = instance(run);

		this.driver.work(run);
		this.driver.fire(run, "Timer_Next");

		assertThat(instance).isEnded().hasPassed("Task_Verify", "End_AllWell");
		assertThat(this.steps.contexts.get("Task_Verify").required("backupId")).isEqualTo("b-1");
	}

	@Test
	void aBackupThatDoesNotRestoreHasAnOwner() {
		picked("shop", "b-1");
		nothingIsPicked();
		this.steps.refuse("backup.verify", "not-restorable").refuse("backup.watch", "alarm");
		var run = this.driver.startBySchedule("restore-drill");
		this.driver.work(run);
		this.driver.fire(run, "Timer_FailedLate");
		var instance = instance(run);

		this.driver.go(run, "Task_DecideFailed", "mira", "seen", "taken anew");
		this.driver.fire(run, "Timer_AlarmLate");
		this.driver.go(run, "Task_DecideAlarm", "omar", "seen", "known");

		assertThat(instance).isEnded().hasPassed("End_Seen");
	}

	@Test
	void whatIsKeptPastItsTimeHasAnOwnerWhoKeepsItOnOrRetiresIt() {
		kept("shop", "c.sql::1::a@7#1");
		kept("stock", "rel-7/score");
		this.steps.next("migration.review-kept", (step) -> new StepOutcome.Done("", Map.of("due", "no")));
		var run = this.driver.startBySchedule("retire-stash");
		var instance = instance(run);
		this.driver.work(run);
		this.driver.fire(run, "Timer_Late");

		this.driver.go(run, "Task_DecideKept", "omar", "keep", "the audit is not over");
		this.driver.fire(run, "Timer_Next");
		this.driver.go(run, "Task_DecideKept", "mira", "retired", null);
		this.driver.fire(run, "Timer_Next");

		assertThat(instance).isEnded().hasPassed("Task_KeepOn", "End_NothingDue");
		assertThat(this.steps.contexts.get("Task_KeepOn").required("stash")).isEqualTo("c.sql::1::a@7#1");
	}

	private void kept(String target, String stash) {
		this.steps.next("migration.review-kept",
				(step) -> new StepOutcome.Done("", Map.of("due", "yes", "target", target, "stash", stash)));
	}

	private void due(String target) {
		this.steps.next("backup.due", (step) -> new StepOutcome.Done("", Map.of("due", "yes", "target", target)));
	}

	private void nothingIsDue() {
		this.steps.next("backup.due", (step) -> new StepOutcome.Done("", Map.of("due", "no")));
	}

	private void picked(String target, String backup) {
		this.steps.next("backup.pick",
				(step) -> new StepOutcome.Done("", Map.of("due", "yes", "target", target, "backupId", backup)));
	}

	private void nothingIsPicked() {
		this.steps.next("backup.pick", (step) -> new StepOutcome.Done("", Map.of("due", "no")));
	}

	private ProcessInstance instance(RunId run) {
		return this.driver.instance(run);
	}

}
