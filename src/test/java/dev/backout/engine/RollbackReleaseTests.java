package dev.backout.engine;

import java.util.List;

import dev.backout.check.DeviationBeans;
import dev.backout.check.Deviations;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** Every path of the shipped rollback playbook. */
@EngineSlice
class RollbackReleaseTests {

	/** Elements and flows that the tests of this class have been through. */
	@RegisterExtension
	static final PathsTaken taken = new PathsTaken(100, "rollback-release");

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	Deviations deviations;

	@Autowired
	DeviationBeans.Finder finder;

	@Test
	void approvedRollbackRunsToItsEnd() {
		// given
		var run = this.driver.start("mira");
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_TellIdentified", "Task_Approve");
		var instance = instance(run);

		// when
		this.driver.go(run, "Task_Approve", "omar", "approve", null);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);

		// then
		assertThat(instance)
			.hasPassedInOrder("Task_PostIdentified", "Task_SealPlan", "Task_FlagOff", "Task_Freeze", "Task_TakeBackup",
					"Task_VerifyBackup", "Task_Approve", "Task_Revert", "Task_Check", "Task_ThawResolved",
					"Task_PostResolved", "Task_TellResolved", "Task_SendResolved", "Task_ReviewResolved",
					"End_RolledBack")
			.isEnded();
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
		assertThat(this.driver.runs.get(run).outcome()).isEqualTo("Rolled back");
		assertThat(this.driver.inbox.open(run)).isEmpty();
	}

	@Test
	void stakeholdersAreToldWhileTheRollbackGoesOn() {
		var run = this.driver.start("mira");

		this.driver.work(run);
		this.driver.go(run, "Task_TellIdentified", "lena", "send", null);

		assertThat(instance(run)).hasPassed("Task_SendIdentified", "End_Told")
			.isWaitingAtExactly("Sub_RollBack", "Task_Approve");
		assertThat(this.steps.contexts.get("Task_SendIdentified").required("template")).isEqualTo("rollback-declared");
	}

	@Test
	void refusedApprovalThawsAndTells() {
		// given
		var run = this.driver.start("mira");
		this.driver.work(run);
		var instance = instance(run);

		// when
		this.driver.go(run, "Task_Approve", "omar", "refuse", "the numbers look fine now");
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);

		// then
		assertThat(instance)
			.hasPassedInOrder("End_Refused", "Task_ThawAborted", "Task_PostAborted", "Task_TellAborted",
					"Task_SendAborted", "Task_ReviewAborted", "End_Aborted")
			.hasNotPassed("Task_Revert")
			.isEnded();
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
	}

	@ParameterizedTest
	@CsvSource({ "plan.seal, stale, Task_SealPlan", "plan.seal, irreversible, Task_SealPlan",
			"target.freeze, busy, Task_Freeze", "backup.take, no-space, Task_TakeBackup",
			"backup.take, cannot-rebuild, Task_TakeBackup", "backup.verify, not-restorable, Task_VerifyBackup" })
	void refusalBeforeTheApprovalLetsPrepareAgain(String type, String code, String step) {
		// given
		this.steps.refuse(type, code);
		var run = this.driver.start("mira");
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_DecidePreparation").variables().containsEntry("refusalCode", code);
		assertThat(this.driver.waiting(run, "Task_DecidePreparation").properties()).containsEntry("because",
				"because of " + code);

		// when
		this.driver.go(run, "Task_DecidePreparation", "mira", "again", null);

		// then
		assertThat(instance(run)).isWaitingAt("Task_Approve").hasPassed(step);
		assertThat(this.steps.contexts.get("Task_SealPlan").optional("planDigest")).isEmpty();
	}

	@Test
	void preparationCanBeGivenUp() {
		this.steps.refuse("backup.take", "no-space");
		var run = this.driver.start("mira");
		this.driver.work(run);

		this.driver.go(run, "Task_DecidePreparation", "mira", "abort", "no disk tonight");

		assertThat(instance(run)).hasPassed("End_GiveUpPreparation").isWaitingAt("Task_TellAborted");
	}

	@Test
	void unhealthyFlagCanBeTriedAgainOrPassedOverOrEndTheRollback() {
		// given
		this.steps.refuse("flag.set", "unhealthy").refuse("flag.set", "unhealthy");
		var run = this.driver.start("mira");
		this.driver.work(run);

		// when
		this.driver.go(run, "Task_DecideFlag", "mira", "again", null);
		assertThat(instance(run)).isWaitingAt("Task_DecideFlag");
		this.driver.go(run, "Task_DecideFlag", "mira", "go-on", "the probe itself is broken");

		// then
		assertThat(instance(run)).isWaitingAt("Task_Approve").hasPassed("Task_Freeze");

		// and
		this.steps.refuse("flag.set", "unhealthy");
		var other = this.driver.start("mira");
		this.driver.work(other);
		this.driver.go(other, "Task_DecideFlag", "mira", "abort", "too risky");
		assertThat(instance(other)).hasPassed("End_GiveUpFlag").isWaitingAt("Task_TellAborted");
	}

	@ParameterizedTest
	@CsvSource({ "stale", "irreversible", "locked" })
	void refusedRevertAsksTheCommander(String code) {
		this.steps.refuse("migration.revert", code);
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_DecideRevert");

		this.driver.go(run, "Task_DecideRevert", "mira", "again", null);

		assertThat(instance(run)).hasPassed("Task_Revert", "Task_Check").isWaitingAt("Task_TellResolved");
	}

	@Test
	void revertThatCannotBeDoneIsReplacedByTheBackup() {
		this.steps.refuse("migration.revert", "irreversible");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideRevert", "mira", "restore", "no way back");

		assertThat(instance(run)).hasPassedInOrder("Task_DecideRevert", "Task_Restore", "Task_Check")
			.isWaitingAt("Task_TellResolved");
		assertThat(this.steps.contexts.get("Task_Restore").required("backupId")).isEqualTo("backupId-1");
	}

	@Test
	void revertCanBeGivenUp() {
		this.steps.refuse("migration.revert", "locked");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideRevert", "mira", "abort", "fix forward instead");

		assertThat(instance(run)).hasPassed("End_GiveUpRevert").isWaitingAt("Task_TellAborted");
	}

	@Test
	void deviationIsAcceptedWithAReason() {
		this.steps.refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideDeviation", "mira", "accept", "3 rows, known duplicates");

		assertThat(instance(run)).isWaitingAt("Task_TellResolved")
			.variables()
			.containsEntry("deviationReason", "3 rows, known duplicates");
	}

	@Test
	void failedCheckIsRepeatedThenTheBackupRestored() {
		// given
		this.steps.refuse("check.run", "below-minimum").refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);

		// when
		this.driver.go(run, "Task_DecideDeviation", "mira", "again", null);
		assertThat(instance(run)).isWaitingAt("Task_DecideDeviation");
		this.driver.go(run, "Task_DecideDeviation", "mira", "restore", "orders are missing");

		// then
		assertThat(instance(run)).hasPassedInOrder("Task_Restore", "Task_Check").isWaitingAt("Task_TellResolved");
	}

	@Test
	void deviationCanEndTheRollback() {
		this.steps.refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideDeviation", "mira", "abort", "fix forward instead");

		assertThat(instance(run)).hasPassed("End_GiveUpDeviation").isWaitingAt("Task_TellAborted");
	}

	@Test
	void backupThatDoesNotRestoreAsksAgain() {
		// given
		this.steps.refuse("check.run", "below-minimum")
			.refuse("backup.restore", "not-restorable")
			.refuse("backup.restore", "not-restorable");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.driver.go(run, "Task_DecideDeviation", "mira", "restore", "orders are missing");

		// when
		this.driver.go(run, "Task_DecideRestore", "mira", "again", null);
		this.driver.go(run, "Task_DecideRestore", "mira", "check", null);

		// then
		assertThat(instance(run)).hasPassed("Task_Check").isWaitingAt("Task_TellResolved");
	}

	@Test
	void restoringCanBeGivenUp() {
		this.steps.refuse("check.run", "below-minimum").refuse("backup.restore", "not-restorable");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.driver.go(run, "Task_DecideDeviation", "mira", "restore", "orders are missing");

		this.driver.go(run, "Task_DecideRestore", "mira", "abort", "a specialist must look");

		assertThat(instance(run)).hasPassed("End_GiveUpRestore").isWaitingAt("Task_TellAborted");
	}

	@Test
	void unansweredApprovalReachesTheNextOnCallAndNeverMeansYes() {
		// given
		var run = this.driver.start("kim");
		this.driver.work(run);
		assertThat(this.driver.waiting(run, "Task_Approve").candidates()).containsExactly("mira");

		// when
		this.driver.fire(run, "Timer_ApproveLate");

		// then
		var task = this.driver.waiting(run, "Task_Approve");
		assertThat(task.candidates()).containsExactlyInAnyOrder("mira", "omar");
		assertThat(task.level()).isEqualTo(2);
		assertThat(task.escalatesAt()).isNotNull();

		// when
		this.driver.fire(run, "Timer_ApproveLate");

		// then
		assertThat(instance(run)).isWaitingAt("Task_Approve").hasNotPassed("Task_Revert");
		task = this.driver.waiting(run, "Task_Approve");
		assertThat(task.candidates()).as("kim asked for it and cannot be the next")
			.containsExactlyInAnyOrder("mira", "omar", "admin");
		assertThat(task.escalatesAt()).isNull();
	}

	@Test
	void unsentMessagesReachTheNextOwner() {
		// given
		var run = this.driver.start("mira");
		this.driver.work(run);

		// when
		this.driver.fire(run, "Timer_IdentifiedLate");

		// then
		assertThat(this.driver.waiting(run, "Task_TellIdentified").candidates()).containsExactlyInAnyOrder("lena",
				"jonas");

		// and when
		this.driver.go(run, "Task_Approve", "omar", "approve", null);
		this.driver.fire(run, "Timer_ResolvedLate");

		// then
		assertThat(instance(run)).isWaitingAt("Task_TellResolved");
		assertThat(this.driver.waiting(run, "Task_TellResolved").candidates()).contains("jonas");
		this.driver.go(run, "Task_TellResolved", "jonas", "send", null);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
	}

	@ParameterizedTest
	@CsvSource({ "flag.set, unhealthy, Task_DecideFlag, Timer_FlagLate",
			"plan.seal, stale, Task_DecidePreparation, Timer_PreparationLate",
			"migration.revert, locked, Task_DecideRevert, Timer_RevertLate",
			"check.run, below-minimum, Task_DecideDeviation, Timer_DeviationLate" })
	void unansweredDecisionReachesTheNextOnCall(String type, String code, String task, String timer) {
		this.steps.refuse(type, code);
		var run = this.driver.start("mira");
		this.driver.work(run);
		if (this.driver.inbox.open(run).stream().anyMatch((open) -> open.stepId().equals("Task_Approve"))) {
			this.driver.approve(run);
			this.driver.work(run);
		}
		assertThat(this.driver.waiting(run, task).candidates()).containsExactly("mira");

		this.driver.fire(run, timer);

		assertThat(this.driver.waiting(run, task).candidates()).containsExactlyInAnyOrder("mira", "omar");
	}

	@Test
	void unansweredRestoreDecisionAndLastMessageReachTheNextOnes() {
		this.steps.refuse("migration.revert", "irreversible").refuse("backup.restore", "not-restorable");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.driver.go(run, "Task_DecideRevert", "mira", "restore", "no way back");

		this.driver.fire(run, "Timer_RestoreLate");
		this.driver.go(run, "Task_DecideRestore", "omar", "abort", "a specialist must look");
		this.driver.fire(run, "Timer_AbortedLate");

		assertThat(this.driver.waiting(run, "Task_TellAborted").candidates()).containsExactlyInAnyOrder("lena",
				"jonas");
	}

	@Test
	void openDeviationKeepsTheRunOpenAndReachesTheNextCommander() {
		for (var way : List.of("Resolved", "Aborted")) {
			// given
			this.steps.refuse("check.run", "below-minimum");
			var run = this.driver.start("mira");
			this.driver.approve(run);
			this.driver.work(run);
			this.finder.found(run.toString(), "orders-have-customers", false);
			this.driver.go(run, "Task_DecideDeviation", "mira", way.equals("Resolved") ? "again" : "abort", "for now");
			this.driver.go(run, "Task_Tell" + way, "lena", "send", null);
			assertThat(instance(run)).isWaitingAt("Task_Deviations" + way);

			// when
			this.driver.fire(run, "Timer_Deviations%sLate".formatted(way));

			// then
			assertThat(this.driver.waiting(run, "Task_Deviations" + way).candidates()).contains("mira", "omar");

			// and
			this.deviations.acceptAll(run.toString(), "A test order", "Harmless", "mira");
			this.driver.go(run, "Task_Deviations" + way, "mira", "settled", null);
			assertThat(this.driver.runs.get(run).active()).isFalse();
		}
	}

	@Test
	void operatorAbortsIntoAKnownState() {
		// given
		var run = this.driver.start("mira");
		this.driver.work(run);
		var instance = instance(run);

		// when
		this.driver.runs.abort(run, this.driver.person("omar"), "the release is fine after all");
		this.driver.work(run);

		// then
		assertThat(instance).hasPassed("Message_Abort", "Task_ThawAborted", "Task_PostAborted")
			.isWaitingAt("Task_TellAborted");
		assertThat(this.driver.runs.steps(run)).filteredOn((step) -> step.stepId().equals("Task_Approve"))
			.extracting(RunStep::state)
			.containsExactly(RunStep.State.CANCELLED);
	}

	private ProcessInstance instance(RunId run) {
		return this.driver.instance(run);
	}

}
