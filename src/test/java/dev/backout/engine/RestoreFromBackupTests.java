package dev.backout.engine;

import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.run.Answer;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

/** Every path of the shipped restore playbook. */
@EngineSlice
class RestoreFromBackupTests {

	/** Elements and flows that the tests of this class have been through. */
	@RegisterExtension
	static final PathsTaken taken = new PathsTaken(100, "restore-from-backup");

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Test
	void approvedRestoreRunsUntilTheOwnerReleasesTheFormerDatabase() {
		// given
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_TellIdentified", "Task_Approve");
		assertThat(this.steps.contexts.get("Task_Choose").required("target")).isEqualTo("shop");
		assertThat(this.steps.contexts.get("Task_Verify").required("beside")).isEqualTo("shop");
		assertThat(this.driver.waiting(run, "Task_Approve").seal()).isEqualTo("planDigest-1");
		assertThat(this.steps.executed).as("nothing is touched before").doesNotContain("Task_Freeze", "Task_Swap");
		var instance = instance(run);

		// when
		this.driver.go(run, "Task_Approve", "omar", "approve", null);
		this.driver.go(run, "Task_TellIdentified", "lena", "send", null);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		assertThat(instance(run)).isWaitingAt("Task_DecideFormer");
		this.driver.fire(run, "Timer_FormerLate");
		this.driver.go(run, "Task_DecideFormer", "omar", "release", "a week without complaints");

		// then
		assertThat(instance)
			.hasPassedInOrder("Task_Choose", "Task_Verify", "Task_Approve", "Task_Freeze", "Task_Swap",
					"Task_AfterCheck", "Task_ThawResolved", "Task_PostResolved", "Task_TellResolved",
					"Task_ReviewResolved", "Task_DecideFormer", "Task_Release", "End_Restored")
			.isEnded();
		assertThat(this.steps.contexts.get("Task_Release").required("owner")).isEqualTo("omar");
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
		assertThat(this.driver.runs.get(run).outcome()).isEqualTo("Restored");
	}

	@Test
	void whoeverAsksForItDoesNotApproveItAndNotWithAnotherSeal() {
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);
		var task = this.driver.waiting(run, "Task_Approve");

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.driver.inbox.answer(task.id(),
				Answer.of("approve", null, task.seal()), this.driver.person("mira")));
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> this.driver.inbox.answer(task.id(),
				Answer.of("approve", null, "another-digest"), this.driver.person("omar")));

		assertThat(instance(run)).isWaitingAt("Task_Approve").hasNotPassed("Task_Freeze");
	}

	@Test
	void refusedRestoreClearsUpThawsAndTells() {
		// given
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);
		var instance = instance(run);
		this.driver.fire(run, "Timer_ApproveLate");

		// when
		this.driver.go(run, "Task_Approve", "omar", "refuse", "the rows were found");
		this.driver.fire(run, "Timer_AbortedLate");
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);

		// then
		assertThat(instance)
			.hasPassedInOrder("End_Refused", "Task_Discard", "Task_ThawAborted", "Task_PostAborted", "Task_TellAborted",
					"Task_ReviewAborted", "End_Aborted")
			.hasNotPassed("Task_Swap")
			.isEnded();
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
	}

	@ParameterizedTest
	@CsvSource({ "backup.choose, Task_Choose", "backup.verify, Task_Verify" })
	void anotherBackupCanBeNamed(String type, String step) {
		this.steps.refuse(type, "not-restorable");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_DecideBackup");
		this.driver.fire(run, "Timer_BackupLate");

		var task = this.driver.waiting(run, "Task_DecideBackup");
		this.driver.inbox.answer(task.id(), new Answer("again", null, Map.of("backupId", "b-6"), null),
				this.driver.person("mira"));
		this.driver.work(run);

		assertThat(instance(run)).isWaitingAt("Task_Approve").hasPassed(step);
		assertThat(this.steps.contexts.get("Task_Choose").required("backupId")).isEqualTo("b-6");
	}

	@Test
	void choosingCanBeGivenUp() {
		this.steps.refuse("backup.choose", "not-restorable");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);

		this.driver.go(run, "Task_DecideBackup", "mira", "abort", "there is none");

		assertThat(instance(run)).hasPassed("End_GiveUpBackup", "Task_Discard").isWaitingAt("Task_TellAborted");
	}

	@ParameterizedTest
	@CsvSource({ "target.freeze, busy", "target.swap, busy", "target.swap, not-restorable" })
	void anExchangeThatIsRefusedIsTriedAgain(String type, String code) {
		this.steps.refuse(type, code);
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);
		assertThat(instance(run)).isWaitingAt("Task_DecideSwap");
		this.driver.fire(run, "Timer_SwapLate");

		this.driver.go(run, "Task_DecideSwap", "mira", "again", null);

		assertThat(instance(run)).hasPassed("Task_Swap", "Task_AfterCheck").isWaitingAt("Task_TellResolved");
		this.driver.fire(run, "Timer_ResolvedLate");
		this.driver.fire(run, "Timer_IdentifiedLate");
	}

	@Test
	void aStaleSealIsApprovedAgain() {
		// given
		this.steps.refuse("target.swap", "stale");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);

		// when
		this.driver.go(run, "Task_DecideSwap", "mira", "choose", null);

		// then
		assertThat(instance(run)).isWaitingAt("Task_Approve");
		this.driver.go(run, "Task_Approve", "omar", "approve", null);
		assertThat(instance(run)).isWaitingAt("Task_TellResolved");
	}

	@Test
	void anExchangeCanBeGivenUp() {
		this.steps.refuse("target.swap", "busy");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideSwap", "mira", "abort", "the pooler cannot be paused");

		assertThat(instance(run)).hasPassed("End_GiveUpSwap", "Task_Discard", "Task_ThawAborted")
			.isWaitingAt("Task_TellAborted");
	}

	@Test
	void findingsAreCheckedAgainAndAccepted() {
		this.steps.refuse("backup.after-check", "below-minimum").refuse("backup.after-check", "below-minimum");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);
		assertThat(this.driver.waiting(run, "Task_DecideAfter").properties()).containsEntry("because",
				"because of below-minimum");
		this.driver.fire(run, "Timer_AfterLate");

		this.driver.go(run, "Task_DecideAfter", "mira", "again", null);
		this.driver.go(run, "Task_DecideAfter", "mira", "accept", "known");

		assertThat(instance(run)).hasPassed("End_Swapped").isWaitingAt("Task_TellResolved");
	}

	@ParameterizedTest
	@CsvSource({ "busy", "stale", "not-restorable" })
	void theFormerDatabaseIsPutBack(String code) {
		// given
		this.steps.refuse("backup.after-check", "below-minimum");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);
		this.steps.refuse("target.swap", code);

		// when
		this.driver.go(run, "Task_DecideAfter", "mira", "back", "half the orders are missing");
		assertThat(instance(run)).isWaitingAt("Task_DecideAfter");
		this.driver.go(run, "Task_DecideAfter", "mira", "back", "half the orders are missing");

		// then
		assertThat(this.steps.contexts.get("Task_SwapBack").required("back")).isEqualTo("true");
		assertThat(instance(run)).hasPassedInOrder("End_SwappedBack", "Task_Discard").isWaitingAt("Task_TellAborted");
	}

	@Test
	void findingsCanEndTheRun() {
		this.steps.refuse("backup.after-check", "below-minimum");
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);

		this.driver.go(run, "Task_DecideAfter", "mira", "abort", "a specialist must look");

		assertThat(instance(run)).hasPassed("End_GiveUpAfter", "Task_ThawAborted").isWaitingAt("Task_TellAborted");
	}

	@Test
	void theFormerDatabaseCanBeKeptByAnswerOrByAbort() {
		// given
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.approve(run);
		this.driver.work(run);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		var instance = instance(run);

		// when
		this.driver.go(run, "Task_DecideFormer", "mira", "keep", null);

		// then
		assertThat(instance).hasPassed("End_FormerKept", "End_Restored").hasNotPassed("Task_Release").isEnded();

		// and
		var other = this.driver.startRestore("mira", "b-7");
		this.driver.approve(other);
		this.driver.work(other);
		this.driver.go(other, "Task_TellResolved", "lena", "send", null);
		this.driver.runs.abort(other, this.driver.person("omar"), "enough");
		this.driver.work(other);
		assertThat(this.driver.runs.get(other).state()).isEqualTo(RunState.DONE);
	}

	@Test
	void operatorAbortsIntoAKnownState() {
		var run = this.driver.startRestore("mira", "b-7");
		this.driver.work(run);
		var instance = instance(run);

		this.driver.runs.abort(run, this.driver.person("omar"), "the rows were found");
		this.driver.work(run);

		assertThat(instance).hasPassed("Message_Abort", "Task_Discard", "Task_ThawAborted", "Task_PostAborted")
			.isWaitingAt("Task_TellAborted");
	}

	private ProcessInstance instance(RunId run) {
		return this.driver.instance(run);
	}

}
