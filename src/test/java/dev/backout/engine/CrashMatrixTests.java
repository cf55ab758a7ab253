package dev.backout.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.run.RunId;
import dev.backout.run.RunState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Kills the node that works on a step of the rollback playbook, before, during and after
 * its work, and compares the end with an undisturbed run. Real processes, real SIGKILL.
 */
@EngineSlice
@Tag("bench")
class CrashMatrixTests {

	static final List<String> STEPS = List.of("Task_PostIdentified", "Task_SealPlan", "Task_FlagOff", "Task_Freeze",
			"Task_TakeBackup", "Task_VerifyBackup", "Task_Revert", "Task_Check", "Task_ThawResolved",
			"Task_PostResolved", "Task_SendResolved", "Task_ReviewResolved");

	static final Duration SOON = Duration.ofMinutes(2);

	final List<Process> nodes = new ArrayList<>();

	@Autowired
	RunDriver driver;

	@Autowired
	JdbcClient jdbc;

	@BeforeEach
	void twoNodes() throws Exception {
		this.driver.peopleArrive();
		for (var table : List.of("crash_node (pid bigint)", "crash_plan (run text, step text, phase text)",
				"crash_effect (key text primary key, halves int)",
				"crash_log (pid bigint, run text, step text, attempt int, phase text, at timestamptz default clock_timestamp())")) {
			this.jdbc.sql("create table " + table).update();
		}
		startNode();
		startNode();
	}

	@AfterEach
	void stopNodes() {
		this.nodes.forEach(Process::destroyForcibly);
	}

	@Test
	void killedNodeIsReplacedAndNothingIsDoneTwice() throws Exception {
		var undisturbed = start("nowhere", "never");
		finish(undisturbed);
		var expected = leaves(undisturbed);
		var results = new ArrayList<Map<String, Object>>();
		for (var step : STEPS) {
			for (var phase : List.of("before", "during", "after")) {
				results.add(kill(step, phase, expected));
			}
		}
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/crash-matrix.json").toFile(), results);
	}

	private Map<String, Object> kill(String step, String phase, List<String> expected) throws Exception {
		startNode();
		await().atMost(SOON).until(() -> this.nodes.stream().filter(this::ready).count() >= 2);
		var run = start(step, phase);
		await().atMost(SOON).until(() -> {
			answer(run);
			return reached(run, step, phase);
		});
		var pid = this.jdbc.sql("select pid from crash_log where run = :run and step = :step and phase = :phase")
			.param("run", run.toString())
			.param("step", step)
			.param("phase", phase)
			.query(Long.class)
			.single();
		var killed = Instant.now();
		var node = this.nodes.stream().filter((candidate) -> candidate.pid() == pid).findFirst().orElseThrow();
		node.destroyForcibly().waitFor();
		this.nodes.remove(node);
		finish(run);
		var takenOver = this.jdbc.sql("select min(at) from crash_log where run = :run and step = :step and attempt = 2")
			.param("run", run.toString())
			.param("step", step)
			.query(java.sql.Timestamp.class)
			.single()
			.toInstant();

		assertThat(leaves(run)).as("%s %s", step, phase).isEqualTo(expected);
		assertThat(this.jdbc.sql("select count(*) from crash_effect where halves <> 2").query(Integer.class).single())
			.isZero();
		var seconds = Duration.between(killed, takenOver).toMillis() / 1000.0;
		assertThat(seconds).isLessThan(15);
		return Map.of("step", step, "killed", phase, "takenOverAfterSeconds", seconds, "outcome",
				String.valueOf(this.driver.runs.get(run).outcome()));
	}

	private RunId start(String step, String phase) {
		// The plan must be there before a node can reach the step.
		var run = this.driver.start("mira",
				(id) -> this.jdbc.sql("insert into crash_plan values (:run, :step, :phase)")
					.param("run", id)
					.param("step", step)
					.param("phase", phase)
					.update());
		return run;
	}

	private boolean reached(RunId run, String step, String phase) {
		return this.jdbc
			.sql("select exists (select from crash_log where run = :run and step = :step and phase = :phase)")
			.param("run", run.toString())
			.param("step", step)
			.param("phase", phase)
			.query(Boolean.class)
			.single();
	}

	private void answer(RunId run) {
		this.driver.inbox.open(run).forEach((task) -> {
			switch (task.stepId()) {
				case "Task_Approve" -> this.driver.answer(run, "Task_Approve", "omar", "approve", null);
				case "Task_TellResolved" -> this.driver.answer(run, "Task_TellResolved", "lena", "send", null);
				default -> {
				}
			}
		});
	}

	private void finish(RunId run) {
		await().atMost(SOON).untilAsserted(() -> {
			answer(run);
			assertThat(this.driver.runs.get(run).state())
				.as(() -> this.driver.runs.timeline(run) + "\n" + this.driver.runs.steps(run))
				.isEqualTo(RunState.DONE);
		});
	}

	/** What the ledger says was done, in order. */
	private List<String> leaves(RunId run) {
		return this.driver.runs.timeline(run)
			.stream()
			.filter((entry) -> entry.kind().equals("step.done"))
			.map((entry) -> String.valueOf(entry.stepId()))
			.toList();
	}

	private boolean ready(Process node) {
		return this.jdbc.sql("select exists (select from crash_node where pid = :pid)")
			.param("pid", node.pid())
			.query(Boolean.class)
			.single();
	}

	private void startNode() throws Exception {
		if (this.nodes.size() >= 3) {
			return;
		}
		var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		var log = new File("target/bench/node-" + this.nodes.size() + "-" + System.nanoTime() + ".log");
		Files.createDirectories(log.toPath().getParent());
		this.nodes.add(new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				CrashNode.class.getName(), "--spring.datasource.url=" + EngineSlice.OwnDatabase.DATABASE.url(),
				"--spring.datasource.username=postgres", "--spring.datasource.password=postgres",
				"--spring.datasource.hikari.maximum-pool-size=8")
			.redirectErrorStream(true)
			.redirectOutput(log)
			.start());
	}

}
