package dev.backout.engine;

import java.io.FileOutputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.backout.TestDatabase;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.run.RunChanged;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;
import dev.backout.step.StepOutcome;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What breaks around a step, one by one, on a real PostgreSQL. */
@EngineSlice
class FaultsTests {

	static final Duration SOON = Duration.ofSeconds(40);

	static final TestDatabase TARGET = TestDatabase.create();

	final List<StepWorker> workers = new ArrayList<>();

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	StepCatalog catalog;

	@Autowired
	StepSettlement settlement;

	@Autowired
	JdbcClient jdbc;

	@BeforeEach
	void begin() {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.steps.reset();
	}

	@AfterEach
	void end() {
		ClockUtil.reset();
		this.workers.forEach(StepWorker::stop);
	}

	static Stream<Arguments> faults() {
		return Stream.of(arguments("target unreachable", (Fault) FaultsTests::unreachable, "cannot be reached"),
				arguments("target read-only", (Fault) FaultsTests::readOnly, "read-only transaction"),
				arguments("statement time-out", (Fault) FaultsTests::tooSlow, "statement timeout"),
				arguments("disk full", (Fault) FaultsTests::diskFull, "No space left on device"));
	}

	/** A thing that goes wrong by itself, as it does in the world. */
	interface Fault {

		void happen() throws Exception;

	}

	private static void unreachable() throws Exception {
		try (var closed = new ServerSocket(0)) {
			var port = closed.getLocalPort();
			closed.close();
			new Target("shop", "jdbc:postgresql://127.0.0.1:%d/shop".formatted(port), "postgres", Secret.of("postgres"))
				.open()
				.close();
		}
	}

	private static void readOnly() throws SQLException {
		try (var connection = target()) {
			connection.setReadOnly(true);
			connection.setAutoCommit(false);
			connection.createStatement().execute("create table cannot_be (id int)");
		}
	}

	private static void tooSlow() throws SQLException {
		try (var connection = target(); var statement = connection.createStatement()) {
			statement.execute("set statement_timeout = '20ms'");
			statement.execute("select pg_sleep(5)");
		}
	}

	private static void diskFull() throws Exception {
		Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")));
		try (var full = new FileOutputStream("/dev/full")) {
			full.write(1);
		}
	}

	private static Connection target() {
		return new Target("shop", TARGET.url(), "postgres", Secret.of("postgres")).open();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("faults")
	void isTriedAgainThenShownWithItsCauseAndGoesOnWhenMended(String name, Fault fault, String cause) {
		// given
		for (int attempt = 0; attempt < 3; attempt++) {
			this.steps.next("backup.take", (step) -> {
				fault.happen();
				return new StepOutcome.Done("did not fail");
			});
		}
		var run = this.driver.start("mira");

		// when
		this.driver.work(run);

		// then
		var failed = step(run, "Task_TakeBackup");
		assertThat(failed.state()).isEqualTo(RunStep.State.FAILED);
		assertThat(failed.attempt()).isEqualTo(3);
		assertThat(failed.incident().cause()).contains(cause);
		assertThat(this.driver.runs.get(run).state()).isEqualTo(RunState.STUCK);
		assertThat(this.driver.runs.timeline(run)).filteredOn((entry) -> entry.kind().equals("step.retrying"))
			.hasSize(2);

		// and when
		this.driver.runs.retry(run, "Task_TakeBackup", this.driver.person("omar"), "mended");
		this.driver.work(run);

		// then
		assertThat(step(run, "Task_TakeBackup").state()).isEqualTo(RunStep.State.DONE);
		assertThat(this.driver.waiting(run, "Task_Approve")).isNotNull();
	}

	@Test
	void everyConnectionToOurDatabaseBreaksWhileAStepWorks() throws Exception {
		// given
		var executions = new AtomicInteger();
		var began = new CountDownLatch(1);
		var broken = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			executions.incrementAndGet();
			began.countDown();
			broken.await();
			return new StepOutcome.Done("sealed", Map.of("planDigest", "d", "summary", "s"));
		});
		worker(Duration.ofSeconds(3));
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		// when
		EngineSlice.OwnDatabase.DATABASE.jdbc().sql("""
				select pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid()
				""").query().listOfRows();
		broken.countDown();

		// then
		await().atMost(SOON).ignoreExceptions().until(() -> waitsAt(run, "Task_Approve"));
		assertThat(this.driver.runs.timeline(run)).filteredOn((entry) -> "Task_SealPlan".equals(entry.stepId()))
			.filteredOn((entry) -> entry.kind().equals("step.done"))
			.hasSize(1);
		assertThat(step(run, "Task_SealPlan").attempt()).isLessThanOrEqualTo(2);
	}

	@Test
	void clockThatJumpsAheadMakesNothingRunTwiceOnItsNode() throws Exception {
		// given
		var executions = new AtomicInteger();
		var began = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			executions.incrementAndGet();
			began.countDown();
			TimeUnit.SECONDS.sleep(2);
			step.checkpoint();
			return new StepOutcome.Done("sealed", Map.of("planDigest", "d", "summary", "s"));
		});
		worker(Duration.ofSeconds(30));
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		// when
		ClockUtil.offset(Duration.ofMinutes(10).toMillis());

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(executions).hasValue(1);
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(1);
	}

	@Test
	void nodeWhoseClockIsAheadTakesAStepOverAndTheOtherCanWriteNothing() throws Exception {
		// given
		var began = new CountDownLatch(1);
		var wake = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			wake.await();
			return new StepOutcome.Done("too late", Map.of("planDigest", "stale", "summary", "s"));
		});
		worker(Duration.ofMinutes(5));
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		// when
		ClockUtil.offset(Duration.ofMinutes(10).toMillis());
		this.driver.workOnce(run);
		wake.countDown();

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(step(run, "Task_SealPlan").summary()).isEqualTo("Did plan.seal");
		assertThat(this.driver.runs.get(run).planDigest()).isEqualTo("planDigest-1");
	}

	@Test
	void clockThatJumpsBackMakesNothingRunTwiceOnItsNode() throws Exception {
		// given
		var executions = new AtomicInteger();
		var began = new CountDownLatch(1);
		var wake = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			executions.incrementAndGet();
			began.countDown();
			wake.await();
			step.checkpoint();
			return new StepOutcome.Done("sealed", Map.of("planDigest", "d", "summary", "s"));
		});
		worker(Duration.ofMillis(900));
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
		var before = lockedUntil(run);

		// when
		ClockUtil.offset(-Duration.ofMinutes(10).toMillis());
		await().atMost(SOON).until(() -> lockedUntil(run).isBefore(before.minus(Duration.ofMinutes(5))));
		wake.countDown();

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(executions).hasValue(1);
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(1);
	}

	@Test
	void nodeWhoseClockIsBehindLosesItsStepAndWritesNothing() throws Exception {
		// given
		var began = new CountDownLatch(1);
		var wake = new CountDownLatch(1);
		this.steps.next("plan.seal", (step) -> {
			began.countDown();
			wake.await();
			return new StepOutcome.Done("too late", Map.of("planDigest", "stale", "summary", "s"));
		});
		ClockUtil.offset(-Duration.ofMinutes(10).toMillis());
		worker(Duration.ofMinutes(5));
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		// when
		ClockUtil.reset();
		this.driver.workOnce(run);
		wake.countDown();

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(step(run, "Task_SealPlan").summary()).isEqualTo("Did plan.seal");
		assertThat(this.driver.runs.get(run).planDigest()).isEqualTo("planDigest-1");
	}

	private java.time.Instant lockedUntil(RunId run) {
		return this.driver.engine.getExternalTaskService()
			.createExternalTaskQuery()
			.processInstanceId(this.driver.instance(run).getId())
			.singleResult()
			.getLockExpirationTime()
			.toInstant();
	}

	@Test
	void stepsOfATypeThatIsGoneStandInNobodysWay() {
		// given
		for (int number = 0; number < 8; number++) {
			this.driver.start("mira");
		}
		assertThat(this.jdbc.sql("update act_ru_ext_task set topic_name_ = 'gone.type', priority_ = 100").update())
			.isGreaterThanOrEqualTo(8);
		worker(Duration.ofSeconds(10));

		// when
		var run = this.driver.start("mira");

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
	}

	@Test
	void muchNewsNeverStarvesTheHeartbeat() {
		// given
		var executions = new AtomicInteger();
		this.steps.next("plan.seal", (step) -> {
			executions.incrementAndGet();
			TimeUnit.SECONDS.sleep(3);
			step.checkpoint();
			return new StepOutcome.Done("sealed", Map.of("planDigest", "d", "summary", "s"));
		});
		var one = worker(Duration.ofMillis(900));
		var other = worker(Duration.ofMillis(900));
		var run = this.driver.start("mira");
		await().atMost(SOON).until(() -> executions.get() > 0);

		// when
		for (int news = 0; news < 20_000; news++) {
			one.moved(new RunChanged(run));
			other.moved(new RunChanged(run));
		}

		// then
		await().atMost(SOON).until(() -> waitsAt(run, "Task_Approve"));
		assertThat(executions).hasValue(1);
		assertThat(step(run, "Task_SealPlan").attempt()).isEqualTo(1);
	}

	@Test
	void endThatMeetsAnotherWriteIsWrittenAgainAndTheStepIsNot() {
		// given
		this.jdbc.sql("create sequence once_only").update();
		this.jdbc.sql("""
				create function lose_once() returns trigger language plpgsql as $$
				begin
					if old.act_id_ = 'Task_VerifyBackup' and nextval('once_only') = 1 then return null; end if;
					return old;
				end $$
				""").update();
		this.jdbc.sql("""
				create trigger lose_once before delete on act_ru_ext_task
				for each row execute function lose_once()
				""").update();
		try {
			var run = this.driver.start("mira");

			// when
			this.driver.work(run);

			// then
			assertThat(this.jdbc.sql("select last_value from once_only").query(Integer.class).single())
				.as("the engine's optimistic lock was missed once")
				.isEqualTo(2);
			assertThat(this.driver.waiting(run, "Task_Approve")).isNotNull();
			assertThat(step(run, "Task_VerifyBackup").attempt()).isEqualTo(1);
			assertThat(this.steps.executed).filteredOn("Task_VerifyBackup"::equals).hasSize(1);
			assertThat(this.driver.runs.timeline(run)).extracting("kind").doesNotContain("step.retrying");
		}
		finally {
			this.jdbc.sql("drop trigger lose_once on act_ru_ext_task").update();
			this.jdbc.sql("drop function lose_once").update();
			this.jdbc.sql("drop sequence once_only").update();
		}
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
