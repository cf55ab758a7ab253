package dev.backout.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backout.kernel.Rejected;
import dev.backout.run.Answer;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** Steps survive failures, frozen nodes and operators. */
@EngineSlice
class StepWorkTests {

	static final Duration SOON = Duration.ofSeconds(30);

	final List<StepWorker> workers = new ArrayList<>();

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	StepCatalog catalog;

	@Autowired
	StepSettlement settlement;

	@BeforeEach
	void begin() {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.steps.reset();
	}

	@AfterEach
	void stopWorkers() {
		this.workers.forEach(StepWorker::stop);
	}

	@Test
	void longStepRunsOnceThoughItsLockIsShort() {
		// given
		var executions = new AtomicInteger();
		this.steps.next("plan.seal", (step) -> {
			executions.incrementAndGet();
			for (var chunk = 0; chunk < 30; chunk++) {
				TimeUnit.MILLISECONDS.sleep(100);
				step.checkpoint();
			}
			return new StepOutcome.Done("sealed", java.util.Map.of("planDigest", "d", "summary", "s"));
		});

		// when
		worker(Duration.ofMillis(900));
		worker(Duration.ofMillis(900));
		var run = this.driver.start("mira");

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(executions).hasValue(1);
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(1);
	}

	@Test
	void frozenNodeIsReplacedAndCanWriteNothing() throws Exception {
		// given
		var began = new CountDownLatch(1);
		var wake = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			wake.await();
			return new StepOutcome.Done("too late", java.util.Map.of("planDigest", "stale", "summary", "s"));
		});
		var run = this.driver.start("mira");
		this.driver.workOnce(run);
		var frozen = new Thread(() -> this.driver.workOnce(run, Duration.ofMillis(300)));
		frozen.start();
		began.await();

		// when
		worker(Duration.ofSeconds(5));
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		wake.countDown();
		frozen.join();

		// then
		assertThat(step(run, "Task_SealPlan").summary()).isEqualTo("Did plan.seal");
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(2);
		assertThat(this.driver.runs.get(run).planDigest()).isEqualTo("planDigest-1");
	}

	@Test
	void failureIsTriedAgainThenBecomesAnEngineIncidentWithItsCause() {
		// given
		this.steps.fail("plan.seal", "catalogue not readable")
			.fail("plan.seal", "catalogue not readable")
			.fail("plan.seal", "catalogue still not readable");
		var run = this.driver.start("mira");

		// when
		this.driver.work(run);

		// then
		var failed = step(run, "Task_SealPlan");
		assertThat(failed.state()).isEqualTo(RunStep.State.FAILED);
		assertThat(failed.incident().cause()).isEqualTo("catalogue still not readable");
		assertThat(failed.attempt()).isEqualTo(3);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);

		// and when
		this.driver.runs.retry(run, "Task_SealPlan", this.driver.person("omar"), "the disk is mounted again");
		this.driver.work(run);

		// then
		assertThat(step(run, "Task_SealPlan").state()).isEqualTo(RunStep.State.DONE);
		assertThat(waitsAt(run, "Task_Approve")).isTrue();
	}

	@Test
	void brokenStepFailsWithItsCauseAndNotWithoutAWord() {
		for (int attempt = 0; attempt < 3; attempt++) {
			this.steps.next("plan.seal", (step) -> {
				throw new NoSuchMethodError("begin(String)");
			});
		}
		var run = this.driver.start("mira");

		this.driver.work(run);

		assertThat(step(run, "Task_SealPlan").state()).isEqualTo(RunStep.State.FAILED);
		assertThat(step(run, "Task_SealPlan").incident().cause()).isEqualTo("NoSuchMethodError: begin(String)");
	}

	@Test
	void refusalThatNobodyModelledIsAnEngineIncidentAndNoEnd() {
		this.steps.next("plan.seal", (step) -> new StepOutcome.Refused("surprise", "nobody thought of this"));
		var run = this.driver.start("mira");

		this.driver.work(run);

		assertThat(step(run, "Task_SealPlan").incident().cause()).contains("surprise", "nobody thought of this");
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);
	}

	@Test
	void cancelledStepStopsAtItsNextCheckpoint() {
		// given
		var began = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			while (true) {
				TimeUnit.MILLISECONDS.sleep(20);
				step.checkpoint();
			}
		});
		worker(Duration.ofMillis(900));
		var run = this.driver.start("mira");
		await().atMost(SOON).until(() -> began.getCount() == 0);

		// when
		this.driver.runs.cancel(run, "Task_SealPlan", this.driver.person("omar"), "wrong release");

		// then
		await().atMost(SOON).until(() -> step(run, "Task_SealPlan").state() == RunStep.State.FAILED);
		assertThat(step(run, "Task_SealPlan").incident().cause()).isEqualTo("Cancelled by omar: wrong release");
	}

	@Test
	void abortWaitsForTheStepAtWorkAndThenLeavesByThePlaybooksOwnWay() {
		// given
		var began = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			while (true) {
				TimeUnit.MILLISECONDS.sleep(20);
				step.checkpoint();
			}
		});
		worker(Duration.ofMillis(900));
		var run = this.driver.start("mira");
		await().atMost(SOON).until(() -> began.getCount() == 0);

		// when
		this.driver.runs.abort(run, this.driver.person("omar"), "false alarm");

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_TellAborted"));
		assertThat(step(run, "Task_SealPlan").state()).isEqualTo(RunStep.State.CANCELLED);
		assertThat(this.steps.executed).doesNotContain("Task_FlagOff").contains("Task_ThawAborted");
	}

	@Test
	void nodeThatStopsHandsItsStepOver() {
		// given
		var began = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			while (true) {
				TimeUnit.MILLISECONDS.sleep(20);
				step.checkpoint();
			}
		});
		var first = worker(Duration.ofSeconds(20));
		var run = this.driver.start("mira");
		await().atMost(SOON).until(() -> began.getCount() == 0);

		// when
		first.stop();
		worker(Duration.ofSeconds(20));

		// then
		await().atMost(Duration.ofSeconds(10)).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(2);
	}

	/** As one that waits in a library which knows of no checkpoint. */
	@Test
	void nodeStopsInTimeThoughItsStepDoesNotListen() {
		// given
		var began = new CountDownLatch(1);
		var wake = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			while (wake.getCount() > 0) {
				try {
					wake.await();
				}
				catch (InterruptedException ex) {
					// Deaf.
				}
			}
			return new StepOutcome.Done("too late", java.util.Map.of("planDigest", "stale", "summary", "s"));
		});
		var first = worker(Duration.ofMinutes(5));
		var run = this.driver.start("mira");
		await().atMost(SOON).until(() -> began.getCount() == 0);

		// when
		var stopping = System.nanoTime();
		first.stop();
		var took = Duration.ofNanos(System.nanoTime() - stopping);
		worker(Duration.ofSeconds(20));

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(took).as("twice half a second, by configuration").isLessThan(Duration.ofSeconds(10));
		wake.countDown();
		assertThat(this.driver.runs.get(run).planDigest()).isEqualTo("planDigest-1");
	}

	@Test
	void requesterNeverApprovesAndASecondTapChangesNothing() {
		// given
		var run = this.driver.start("mira");
		this.driver.work(run);
		var task = this.driver.waiting(run, "Task_Approve");
		var yes = Answer.of("approve", null, task.seal());

		// then
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.answer(task.id(), yes, this.driver.person("mira")))
			.withMessage("You declared this rollback: somebody else must approve it")
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.four-eyes"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.handOver(task.id(), this.driver.person("mira"),
					this.driver.person("omar"), "your turn"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.four-eyes"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.answer(task.id(), yes, this.driver.person("vera")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.forbidden"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.answer(task.id(), Answer.of("approve", null, "another"),
					this.driver.person("omar")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.stale"));

		// when
		this.driver.inbox.answer(task.id(), yes, this.driver.person("omar"));
		this.driver.inbox.answer(task.id(), yes, this.driver.person("omar"));

		// then
		assertThat(this.driver.runs.timeline(run)).filteredOn((entry) -> entry.kind().equals("approval.answered"))
			.hasSize(1);
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.inbox.answer(task.id(), Answer.of("refuse", "no", task.seal()),
					this.driver.person("omar")))
			.withMessageContaining("omar answered this");
	}

	@Test
	void engineItselfRefusesTheRequester() {
		var run = this.driver.start("mira");
		this.driver.work(run);
		var task = this.driver.waiting(run, "Task_Approve");
		var identity = this.driver.engine.getIdentityService();

		identity.setAuthentication("mira", List.of("approver"));
		try {
			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> this.driver.engine.getTaskService().complete(task.id()))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.four-eyes"));
			assertThatExceptionOfType(Rejected.class)
				.isThrownBy(() -> this.driver.engine.getTaskService().claim(task.id(), "mira"))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("task.four-eyes"));
		}
		finally {
			identity.clearAuthentication();
		}
	}

	@Test
	void destructiveStepDoesNotRunOnAnOlderApproval() {
		// given
		var run = this.driver.start("mira");
		this.driver.approve(run);
		this.driver.engine.getRuntimeService()
			.setVariable(this.driver.instance(run).getId(), "planDigest", "something else");

		// when
		this.driver.work(run);

		// then
		assertThat(this.steps.executed).doesNotContain("Task_Revert");
		assertThat(step(run, "Task_Revert").incident().cause()).contains("nobody has approved the plan");
	}

	@Test
	void onlyOneRollbackOfAReleaseAtATimeAndOnlyByOperators() {
		var run = this.driver.start("mira");
		var request = dev.backout.run.RunRequest.rollback(this.driver.runs.get(run).release(), "shop",
				dev.backout.run.Severity.SEV2, "again", null);

		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.runs.start(request, this.driver.person("omar")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("run.active"));
		assertThatExceptionOfType(Rejected.class)
			.isThrownBy(() -> this.driver.runs.start(request, this.driver.person("vera")))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("run.forbidden"));
	}

	private StepWorker worker(Duration lock) {
		var properties = new WorkerProperties(true, 2, lock, Duration.ofMillis(50), List.of(Duration.ZERO),
				Duration.ofMillis(500), 5);
		var worker = new StepWorker(this.driver.engine.getExternalTaskService(), this.catalog, this.settlement,
				properties);
		this.workers.add(worker);
		worker.start();
		return worker;
	}

	private boolean waitsAt(RunId run, String stepId) {
		return this.driver.inbox.open(run).stream().anyMatch((task) -> task.stepId().equals(stepId));
	}

	private RunStep step(RunId run, String stepId) {
		return this.driver.runs.steps(run)
			.stream()
			.filter((step) -> step.stepId().equals(stepId))
			.findFirst()
			.orElseThrow();
	}

}
