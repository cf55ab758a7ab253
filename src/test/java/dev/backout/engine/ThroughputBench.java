package dev.backout.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Severity;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static java.lang.management.ManagementFactory.getPlatformMXBean;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many steps a second: a small rollback with an approval through our worker, with
 * journal, ledger, timeline, task list and news, against the engine alone that does
 * nothing but move the token. In turns, on one PostgreSQL.
 */
@EngineSlice
@Import(WithoutFollowUps.class)
@Tag("bench")
class ThroughputBench {

	static final int RUNS = Integer.getInteger("runs", 60);

	static final int ROUNDS = Integer.getInteger("rounds", 5);

	/** Steps of a run on its way to the end. */
	static final int STEPS = 6;

	static final int THREADS = 4;

	static final double TARGET = 0.80;

	@Autowired
	RunDriver driver;

	@Autowired
	StepCatalog catalog;

	@Autowired
	StepWorker worker;

	@Autowired
	JdbcClient jdbc;

	/** One round of one engine. */
	record Round(double stepsPerSecond, double cpuMillisPerStep) {
	}

	@BeforeEach
	void people() {
		this.driver.peopleArrive();
		this.driver.endOthers();
	}

	@Test
	void againstTheBareEngine() throws Exception {
		var playbook = Files.readString(Path.of("src/test/resources/harmless/small-rollback.bpmn"));
		this.driver.engine.getRepositoryService()
			.createDeployment()
			.addString("small-rollback.bpmn", playbook)
			.deploy();
		var ours = new ArrayList<Round>();
		var bare = new ArrayList<Round>();
		try (var engine = new BareEngine(outputs(this.catalog))) {
			engine.deploy(playbook);
			round(() -> bare(engine));
			round(this::ours);
			for (int number = 0; number < ROUNDS; number++) {
				bare.add(round(() -> bare(engine)));
				ours.add(round(this::ours));
			}
		}
		write(ours, bare);
	}

	/** What our steps give, for an engine that has none. */
	static Map<String, Map<String, Object>> outputs(StepCatalog catalog) {
		var outputs = new LinkedHashMap<String, Map<String, Object>>();
		for (var topic : catalog.names()) {
			var given = new LinkedHashMap<String, Object>();
			catalog.get(topic).type().outputs().forEach((output) -> given.put(output.name(), output.name() + "-1"));
			outputs.put(topic, given);
		}
		return outputs;
	}

	/** What is measured. */
	interface Work {

		void run() throws Exception;

	}

	private static Round round(Work work) throws Exception {
		var cpu = cpuNanos();
		var began = System.nanoTime();
		work.run();
		var seconds = (System.nanoTime() - began) / 1e9;
		return new Round(RUNS * STEPS / seconds, (cpuNanos() - cpu) / 1e6 / (RUNS * STEPS));
	}

	private static void bare(BareEngine engine) throws Exception {
		for (int number = 0; number < RUNS; number++) {
			engine.start("small-rollback", "run-" + number, Map.of("release", "shop-1", "target", "shop"));
		}
		engine.work(THREADS);
		assertThat(engine.waiting()).isEqualTo(RUNS);
		engine.answer("approval", "approve");
		engine.work(THREADS);
		assertThat(engine.active()).isZero();
	}

	private void ours() {
		var began = System.nanoTime();
		var runs = new ArrayList<RunId>();
		for (int number = 0; number < RUNS; number++) {
			runs.add(this.driver.runs.start(new RunRequest("small-rollback", RunKind.REAL,
					"shop-%d-%d".formatted(began, number), "shop", Severity.SEV2, "measures", null, Map.of()),
					this.driver.person("mira")));
		}
		this.worker.start();
		try {
			until("select count(*) = %d from backout.inbox where task_id in (select id_ from act_ru_task)"
				.formatted(RUNS));
			runs.forEach((run) -> this.driver.answer(run, "Task_Approve", "omar", "approve", null));
			until("select count(*) = 0 from backout.run where playbook = 'small-rollback' and ended_at is null");
		}
		finally {
			this.worker.stop();
		}
	}

	private void until(String question) {
		await().pollDelay(0, TimeUnit.MILLISECONDS)
			.pollInterval(50, TimeUnit.MILLISECONDS)
			.atMost(5, TimeUnit.MINUTES)
			.until(() -> this.jdbc.sql(question).query(Boolean.class).single());
	}

	/** Of this process, and of the PostgreSQL that it started. */
	private static long cpuNanos() {
		return getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() + ProcessHandle.current()
			.descendants()
			.mapToLong((process) -> process.info().totalCpuDuration().map((spent) -> spent.toNanos()).orElse(0L))
			.sum();
	}

	static double median(List<Double> figures) {
		var sorted = new ArrayList<>(figures);
		Collections.sort(sorted);
		return sorted.get(sorted.size() / 2);
	}

	private static void write(List<Round> ours, List<Round> bare) throws Exception {
		var ratios = new ArrayList<Double>();
		for (int number = 0; number < ours.size(); number++) {
			ratios.add(ours.get(number).stepsPerSecond() / bare.get(number).stepsPerSecond());
		}
		var figures = new LinkedHashMap<String, Object>();
		figures.put("runs", RUNS);
		figures.put("stepsPerRun", STEPS);
		figures.put("ours", ours);
		figures.put("bare", bare);
		figures.put("ratio", median(ratios));
		figures.put("cpuRatio", median(bare.stream().map(Round::cpuMillisPerStep).toList())
				/ median(ours.stream().map(Round::cpuMillisPerStep).toList()));
		figures.put("target", TARGET);
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/throughput.json").toFile(), figures);
	}

}
