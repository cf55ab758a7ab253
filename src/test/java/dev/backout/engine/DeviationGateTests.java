package dev.backout.engine;

import dev.backout.check.DeviationBeans;
import dev.backout.check.Deviations;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerProofs;
import dev.backout.run.Answer;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.ProcessEngineTests.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** A rollback cannot end before each of its deviations has a cause and a decision. */
@EngineSlice
class DeviationGateTests {

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	Deviations deviations;

	@Autowired
	DeviationBeans.Finder finder;

	@Autowired
	LedgerProofs ledger;

	@BeforeEach
	void begin() {
		PathsTaken.begin(this.driver, this.steps);
	}

	/** The check fails once, and passes when it is asked again. */
	private RunId mended() {
		this.steps.refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.finder.found(run.toString(), "orders-have-customers", false);
		this.driver.go(run, "Task_DecideDeviation", "mira", "again", null);
		this.finder.found(run.toString(), "orders-have-customers", true);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);
		return run;
	}

	@Test
	void mendedWithoutACauseTheRunStaysOpenUntilSomebodySaysIt() {
		// given
		var run = mended();
		assertThat(instance(run)).isWaitingAt("Task_DeviationsResolved");
		var task = this.driver.waiting(run, "Task_DeviationsResolved");

		// when
		assertThatThrownBy(
				() -> this.driver.inbox.answer(task.id(), Answer.of("settled", null, null), this.driver.person("mira")))
			.isInstanceOfSatisfying(Rejected.class, (ex) -> {
				assertThat(ex.code()).isEqualTo("check.unsettled");
				assertThat(ex.reason()).contains("'orders-have-customers' (omar) has no cause");
			});
		assertThat(this.driver.runs.get(run).active()).isTrue();
		var deviation = this.deviations.of(run.toString()).get(0);
		this.deviations.explain(deviation.id(), "A test order was left behind", "mira");
		var instance = instance(run);
		this.driver.go(run, "Task_DeviationsResolved", "mira", "settled", null);

		// then
		assertThat(instance).hasPassed("End_RolledBack").isEnded();
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.DONE);
		assertThat(this.ledger.entries(run.toString()).toString()).contains("check.deviation-opened",
				"check.deviation-mended", "check.deviation-explained");
	}

	@Test
	void acceptedWithItsCauseTheRunEndsByItself() {
		// given
		this.steps.refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.finder.found(run.toString(), "orders-have-customers", false);
		var task = this.driver.waiting(run, "Task_DecideDeviation");
		var instance = instance(run);

		// when
		assertThatThrownBy(() -> this.driver.inbox.answer(task.id(), Answer.of("accept", "harmless", null),
				this.driver.person("mira")))
			.hasMessageContaining("Say what caused 'orders-have-customers'");
		this.driver.inbox.answer(task.id(),
				new Answer("accept", "harmless", java.util.Map.of("cause", "A test order"), null),
				this.driver.person("mira"));
		this.driver.work(run);
		this.driver.go(run, "Task_TellResolved", "lena", "send", null);

		// then
		assertThat(instance).hasPassed("Task_SettleResolved").hasNotPassed("Task_DeviationsResolved").isEnded();
		assertThat(this.deviations.of(run.toString())).allMatch((deviation) -> deviation.settled());
	}

	@Test
	void givenUpWithADeviationTheRunStaysOpenToo() {
		// given
		this.steps.refuse("check.run", "below-minimum");
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.work(run);
		this.finder.found(run.toString(), "orders-have-customers", false);

		// when
		this.driver.go(run, "Task_DecideDeviation", "mira", "abort", "fix forward instead");
		this.driver.go(run, "Task_TellAborted", "lena", "send", null);

		// then
		assertThat(instance(run)).isWaitingAt("Task_DeviationsAborted");
		var deviation = this.deviations.of(run.toString()).get(0);
		this.deviations.explain(deviation.id(), "The release itself", "mira");
		this.deviations.accept(deviation.id(), "Fixed forward tonight", "omar");
		this.driver.go(run, "Task_DeviationsAborted", "mira", "settled", null);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
	}

	private ProcessInstance instance(RunId run) {
		return this.driver.instance(run);
	}

}
