package dev.backout.engine;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.backout.kernel.Rejected;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** A run can be aborted from its first step on, whatever a node has in its hands. */
@EngineSlice
class AbortTests {

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	StepWorker worker;

	@BeforeEach
	void begin() {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.steps.reset();
	}

	@AfterEach
	void stopWorker() {
		this.worker.stop();
	}

	@Test
	void runThatIsStuckAtItsFirstStepEnds() {
		this.steps.fail("status.post", "no").fail("status.post", "no").fail("status.post", "no");
		var run = this.driver.start("mira");
		this.driver.work(run);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);

		abort(run);

		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
		assertThat(this.driver.runs.get(run).outcome()).isEqualTo("Aborted before its work began");
		assertThat(this.driver.instance(run)).isNull();
		assertThat(this.steps.executed).containsOnly("Task_PostIdentified");
		assertThat(this.driver.runs.timeline(run)).extracting("kind").contains("run.aborting", "run.left", "run.ended");
		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> abort(run))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("run.ended"));
	}

	@Test
	void releaseCanBeRolledBackAgainAfterwards() {
		this.steps.fail("status.post", "no").fail("status.post", "no").fail("status.post", "no");
		var run = this.driver.start("mira");
		this.driver.work(run);
		abort(run);

		var again = this.driver.begin("mira", this.driver.runs.get(run).release());

		assertThat(this.driver.runs.get(again).state()).isEqualTo(RunState.RUNNING);
	}

	@Test
	void firstStepAtWorkIsStoppedFirst() throws Exception {
		var began = new CountDownLatch(1);
		this.steps.next("status.post", (step) -> {
			began.countDown();
			while (true) {
				TimeUnit.MILLISECONDS.sleep(20);
				step.checkpoint();
			}
		});
		this.worker.start();
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		abort(run);

		assertThat(this.driver.runs.get(run).active()).as("a step is still at work").isTrue();
		await().atMost(Duration.ofSeconds(20)).until(() -> !this.driver.runs.get(run).active());
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.ABORTED);
	}

	@Test
	void stepThatANodeHasTakenUpAndNotBegunNeverBegins() {
		var run = this.driver.start("mira");
		this.driver.workOnce(run);
		var taken = this.driver.take(run);
		assertThat(taken).singleElement()
			.satisfies((task) -> assertThat(task.getActivityId()).isEqualTo("Task_SealPlan"));

		abort(run);
		assertThat(this.driver.runs.timeline(run)).extracting("kind").doesNotContain("run.left");
		this.driver.run(taken.get(0));

		assertThat(this.steps.executed).doesNotContain("Task_SealPlan");
		assertThat(this.driver.runs.steps(run)).filteredOn((step) -> step.stepId().equals("Task_SealPlan"))
			.singleElement()
			.satisfies((step) -> assertThat(step.state()).isEqualTo(RunStep.State.CANCELLED));
		this.driver.work(run);
		assertThat(this.steps.executed).contains("Task_ThawAborted");
	}

	@Test
	void stepThatWaitsForItsNextTryHoldsNobodyUp() {
		this.steps.next("plan.seal", (step) -> {
			throw new IllegalStateException("catalogue not readable");
		});
		var run = this.driver.start("mira");
		this.driver.workOnce(run);
		var later = new WorkerProperties(true, 2, Duration.ofSeconds(10), Duration.ofSeconds(1),
				java.util.List.of(Duration.ofMinutes(10)), Duration.ofSeconds(1), 5);
		this.driver.run(this.driver.take(run).get(0), later);

		abort(run);
		this.driver.work(run);

		assertThat(this.steps.executed).contains("Task_ThawAborted");
	}

	@Test
	void runOnItsWayOutIsNotAbortedAgain() {
		var run = this.driver.start("mira");
		this.driver.workOnce(run);
		abort(run);
		this.driver.work(run);

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> abort(run))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("run.ending"));
	}

	private void abort(RunId run) {
		this.driver.runs.abort(run, this.driver.person("omar"), "false alarm");
	}

}
