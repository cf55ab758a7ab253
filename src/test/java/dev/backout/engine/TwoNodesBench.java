package dev.backout.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Severity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How many steps a second two nodes do, against one node and against the bare engine:
 * nodes are processes of their own on one PostgreSQL, with the settings that everybody
 * has. Runs are started before the clock; steps and approvals are measured. Every step is
 * counted in journal and record: once, at the first try.
 */
@EngineSlice
@Import(WithoutFollowUps.class)
@Tag("bench")
class TwoNodesBench {

	static final int RUNS = Integer.getInteger("runs", 60);

	static final int ROUNDS = Integer.getInteger("rounds", 3);

	final List<Node> nodes = new ArrayList<>();

	@Autowired
	RunDriver driver;

	@Autowired
	StepCatalog catalog;

	@Autowired
	JdbcClient jdbc;

	/** A process that works when it is told to. */
	record Node(Process process, BufferedReader words, PrintStream orders) {

		static Node start() throws IOException {
			var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
			Files.createDirectories(Path.of("target/bench"));
			var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"),
					WorkNode.class.getName(), "--spring.datasource.url=" + EngineSlice.OwnDatabase.DATABASE.url(),
					"--spring.datasource.username=postgres", "--spring.datasource.password=postgres")
				.redirectError(Path.of("target/bench/work-node-%d.log".formatted(System.nanoTime())).toFile())
				.start();
			return new Node(process, process.inputReader(StandardCharsets.UTF_8),
					new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8));
		}

		Node await(String word) throws IOException {
			for (var line = this.words.readLine(); line != null; line = this.words.readLine()) {
				if (line.equals(WorkNode.DID + word)) {
					return this;
				}
			}
			throw new IllegalStateException("A node ended before it did '%s'".formatted(word));
		}

		Node tell(String word) throws IOException {
			this.orders.println(word);
			return await(word);
		}

	}

	/** One round of one kind, and what share of its steps each node did. */
	record Round(double stepsPerSecond, List<Integer> stepsByNode) {
	}

	@BeforeEach
	void begin() throws Exception {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.driver.engine.getRepositoryService()
			.createDeployment()
			.addString("small-rollback.bpmn", playbook())
			.deploy();
		this.nodes.add(Node.start().await("begin"));
		this.nodes.add(Node.start().await("begin"));
	}

	@AfterEach
	void end() {
		this.nodes.forEach((node) -> node.process().destroyForcibly());
	}

	private static String playbook() throws IOException {
		return Files.readString(Path.of("src/test/resources/harmless/small-rollback.bpmn"));
	}

	@Test
	void againstOneNodeAndTheBareEngine() throws Exception {
		var bare = new ArrayList<Double>();
		var one = new ArrayList<Round>();
		var two = new ArrayList<Round>();
		try (var engine = new BareEngine(ThroughputBench.outputs(this.catalog))) {
			engine.deploy(playbook());
			for (int number = 0; number <= ROUNDS; number++) {
				var alone = bare(engine);
				var single = ours(this.nodes.subList(0, 1));
				var both = ours(this.nodes);
				// The first round warms up.
				if (number > 0) {
					bare.add(alone);
					one.add(single);
					two.add(both);
				}
			}
		}
		assertThat(two).allSatisfy((round) -> assertThat(round.stepsByNode()).hasSize(2));
		write(bare, one, two);
	}

	private static double bare(BareEngine engine) throws Exception {
		for (int number = 0; number < RUNS; number++) {
			engine.start("small-rollback", "run-" + number, Map.of("release", "shop-1", "target", "shop"));
		}
		var began = System.nanoTime();
		engine.work(ThroughputBench.THREADS);
		engine.answer("approval", "approve");
		engine.work(ThroughputBench.THREADS);
		assertThat(engine.active()).isZero();
		return perSecond(began);
	}

	private Round ours(List<Node> working) throws Exception {
		var round = System.nanoTime();
		var runs = new ArrayList<RunId>();
		for (int number = 0; number < RUNS; number++) {
			runs.add(this.driver.runs.start(new RunRequest("small-rollback", RunKind.REAL,
					"two-%d-%d".formatted(round, number), "shop", Severity.SEV2, "measures", null, Map.of()),
					this.driver.person("mira")));
		}
		var began = System.nanoTime();
		for (var node : working) {
			node.tell("start");
		}
		until("select count(*) = %d from backout.inbox where closed_at is null".formatted(RUNS));
		runs.forEach((run) -> this.driver.answer(run, "Task_Approve", "omar", "approve", null));
		until("select count(*) = 0 from backout.run where ended_at is null");
		var speed = perSecond(began);
		for (var node : working) {
			node.tell("stop");
		}
		return new Round(speed, once(runs));
	}

	private static double perSecond(long began) {
		return RUNS * ThroughputBench.STEPS / ((System.nanoTime() - began) / 1e9);
	}

	/** Every step of every run, once, and how many each node did. */
	private List<Integer> once(List<RunId> runs) {
		var ids = runs.stream().map(RunId::value).toArray(java.util.UUID[]::new);
		assertThat(this.jdbc.sql("""
				select count(*) from backout.run_step where run = any(:runs) and state = 'DONE' and attempt = 1
				""").param("runs", ids).query(Integer.class).single()).isEqualTo(RUNS * ThroughputBench.STEPS);
		assertThat(this.jdbc.sql("select count(*) from backout.run_step where run = any(:runs)")
			.param("runs", ids)
			.query(Integer.class)
			.single()).isEqualTo(RUNS * ThroughputBench.STEPS);
		assertThat(this.jdbc.sql("""
				select count(*) from backout.ledger_entry
				where subject = any(:runs) and leaf::jsonb ->> 'kind' = 'step.done'
				""")
			.param("runs", runs.stream().map(RunId::toString).toArray(String[]::new))
			.query(Integer.class)
			.single()).isEqualTo(RUNS * ThroughputBench.STEPS);
		return this.jdbc.sql("select count(*) from backout.run_step where run = any(:runs) group by node order by 1")
			.param("runs", ids)
			.query(Integer.class)
			.list();
	}

	private void until(String question) {
		await().pollDelay(0, TimeUnit.MILLISECONDS)
			.pollInterval(20, TimeUnit.MILLISECONDS)
			.atMost(5, TimeUnit.MINUTES)
			.until(() -> this.jdbc.sql(question).query(Boolean.class).single());
	}

	private static void write(List<Double> bare, List<Round> one, List<Round> two) throws Exception {
		var overOne = new ArrayList<Double>();
		var overBare = new ArrayList<Double>();
		for (int number = 0; number < two.size(); number++) {
			overOne.add(two.get(number).stepsPerSecond() / one.get(number).stepsPerSecond());
			overBare.add(two.get(number).stepsPerSecond() / bare.get(number));
		}
		var figures = new LinkedHashMap<String, Object>();
		figures.put("processors", Runtime.getRuntime().availableProcessors());
		figures.put("runs", RUNS);
		figures.put("stepsPerRun", ThroughputBench.STEPS);
		figures.put("bareStepsPerSecond", bare);
		figures.put("oneNode", one);
		figures.put("twoNodes", two);
		figures.put("twoOverOne", ThroughputBench.median(overOne));
		figures.put("twoOverBare", ThroughputBench.median(overBare));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/two-nodes-throughput.json").toFile(), figures);
	}

}
