package dev.backout.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.backout.check.DeviationBeans;
import dev.backout.database.EmbeddedServer;
import dev.backout.run.RunId;
import dev.backout.run.RunStep;
import dev.backout.step.StepOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What happens to a run while its own database stops, starts, or is held up. */
@SpringBootTest(classes = {
		EngineSlice.Application.class, FakeSteps.class, ManifestOwners.class, RunDriver.class, DeviationBeans.class },
		webEnvironment = SpringBootTest.WebEnvironment.NONE,
		properties = { "camunda.bpm.job-execution.enabled=false", "backout.worker.enabled=false",
				"backout.worker.back-off=0s,0s", "backout.worker.lock=3s", "backout.worker.poll=100ms",
				"spring.datasource.hikari.connection-timeout=2000" })
@ContextConfiguration(initializers = OwnDatabaseTests.OwnServer.class)
@DirtiesContext
class OwnDatabaseTests {

	static final Duration SOON = Duration.ofSeconds(60);

	@Autowired
	RunDriver driver;

	@Autowired
	FakeSteps.Script steps;

	@Autowired
	StepWorker worker;

	@Autowired
	JdbcClient jdbc;

	final AtomicInteger executions = new AtomicInteger();

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

	@AfterAll
	static void stopServer() throws IOException {
		OwnServer.server.close();
		FileSystemUtils.deleteRecursively(OwnServer.DIRECTORY);
	}

	@Test
	void serverThatRestartsWhileAStepWorksLosesNothing() throws Exception {
		var began = new CountDownLatch(1);
		var restarted = new CountDownLatch(1);
		sealWhen(began, restarted);
		this.worker.start();
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		OwnServer.restart();
		restarted.countDown();

		await().atMost(SOON).ignoreExceptions().until(() -> waitsForApproval(run));
		assertThat(sealed(run).state()).isEqualTo(RunStep.State.DONE);
		assertThat(this.driver.runs.timeline(run)).filteredOn((entry) -> "Task_SealPlan".equals(entry.stepId()))
			.filteredOn((entry) -> entry.kind().equals("step.done"))
			.hasSize(1);
	}

	@Test
	void stepThatEndsWhileTheServerIsAwayIsFoundDoneOrDoneAgain() throws Exception {
		var began = new CountDownLatch(1);
		var down = new CountDownLatch(1);
		sealWhen(began, down);
		this.worker.start();
		var run = this.driver.start("mira");
		assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();

		OwnServer.server.close();
		down.countDown();
		await().atMost(SOON).until(() -> this.executions.get() == 1);
		// Longer than any connection is waited for: the end of the step cannot be
		// written.
		await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
		OwnServer.start();

		await().atMost(SOON).ignoreExceptions().until(() -> waitsForApproval(run));
		assertThat(this.executions.get()).isBetween(1, 2);
		assertThat(this.driver.runs.timeline(run)).filteredOn((entry) -> "Task_SealPlan".equals(entry.stepId()))
			.filteredOn((entry) -> entry.kind().equals("step.done"))
			.hasSize(1);
	}

	/** As if it had been frozen, or its machine was gone, between two sentences. */
	@Test
	void nodeThatIsGoneInTheMiddleOfACommitHoldsNobodyUp() throws SQLException {
		var run = this.driver.start("mira");
		assertThat(this.jdbc.sql("show idle_in_transaction_session_timeout").query(String.class).single())
			.isEqualTo("20s");
		try (var frozen = DriverManager.getConnection(OwnServer.server.url("backout"), "postgres", "postgres");
				var statement = frozen.createStatement()) {
			statement.execute("set idle_in_transaction_session_timeout = '1s'");
			frozen.setAutoCommit(false);
			statement.execute("select pg_advisory_xact_lock(hashtextextended('run %s', 0))".formatted(run));
			statement.execute("select * from act_ru_ext_task for update");

			this.worker.start();

			await().atMost(SOON).until(() -> waitsForApproval(run));
			assertThat(frozen.isValid(1)).isFalse();
		}
	}

	private void sealWhen(CountDownLatch began, CountDownLatch go) {
		StepOutcomeOnce seal = () -> {
			began.countDown();
			go.await();
			this.executions.incrementAndGet();
			return new StepOutcome.Done("sealed", Map.of("planDigest", "d"));
		};
		this.steps.next("plan.seal", (step) -> seal.get()).next("plan.seal", (step) -> seal.get());
	}

	/** A step that takes what is around it. */
	interface StepOutcomeOnce {

		StepOutcome get() throws Exception;

	}

	private RunStep sealed(RunId run) {
		return this.driver.runs.steps(run)
			.stream()
			.filter((step) -> step.stepId().equals("Task_SealPlan"))
			.findFirst()
			.orElseThrow();
	}

	private boolean waitsForApproval(RunId run) {
		return this.driver.inbox.open(run).stream().anyMatch((task) -> task.stepId().equals("Task_Approve"));
	}

	/** A server of its own, which may stop and start at the same address. */
	static class OwnServer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		static final Path DIRECTORY = directory();

		static EmbeddedServer server = EmbeddedServer.start(DIRECTORY, 0);

		static int port;

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			server.ensureDatabase("backout");
			var url = server.url("backout");
			port = Integer.parseInt(url.replaceAll("\\D*127\\.0\\.0\\.1:(\\d+)/.*|.*localhost:(\\d+)/.*", "$1$2"));
			TestPropertyValues
				.of("spring.datasource.url=" + url, "spring.datasource.username=postgres",
						"spring.datasource.password=postgres")
				.applyTo(context);
		}

		static void restart() {
			server.close();
			start();
		}

		static void start() {
			server = EmbeddedServer.start(DIRECTORY, port);
		}

		private static Path directory() {
			try {
				return Files.createTempDirectory("own-server");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
