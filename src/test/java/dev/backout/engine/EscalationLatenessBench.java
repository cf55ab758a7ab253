package dev.backout.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.run.RunId;
import dev.backout.run.RunKind;
import dev.backout.run.RunRequest;
import dev.backout.run.Severity;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * How late the next person is asked: timers that fall due within half a minute, with the
 * settings that everybody has, while other runs are started and worked on.
 */
@EngineSlice
@Tag("bench")
class EscalationLatenessBench {

	static final int TIMERS = Integer.getInteger("timers", 1000);

	static final double TARGET_SECONDS = 5;

	@Autowired
	RunDriver driver;

	@Autowired
	StepWorker worker;

	@Autowired
	JdbcClient jdbc;

	private JobExecutor jobs;

	@BeforeEach
	void begin() throws Exception {
		this.driver.peopleArrive();
		this.driver.endOthers();
		this.driver.engine.getRepositoryService()
			.createDeployment()
			.addString("small-rollback.bpmn",
					Files.readString(Path.of("src/test/resources/harmless/small-rollback.bpmn")))
			.deploy();
		this.jobs = ((ProcessEngineConfigurationImpl) this.driver.engine.getProcessEngineConfiguration())
			.getJobExecutor();
		this.jobs.setWaitTimeInMillis(500);
		this.jobs.setMaxWait(2000);
		this.jobs.setMaxJobsPerAcquisition(30);
	}

	@AfterEach
	void end() {
		this.jobs.shutdown();
		this.worker.stop();
	}

	@Test
	void timersOfTasksThatNobodyAnswers() throws Exception {
		this.worker.start();
		for (int number = 0; number < TIMERS; number++) {
			start("late-" + number);
		}
		await().atMost(Duration.ofMinutes(20)).pollInterval(Duration.ofMillis(200)).until(() -> open() == TIMERS);
		this.jdbc.sql("""
				update act_ru_job set duedate_ = (clock_timestamp() at time zone current_setting('TimeZone'))
					+ interval '3 seconds' + random() * interval '30 seconds'
				where handler_cfg_ like 'Timer_Approve%'
				""").update();
		this.jdbc.sql("drop table if exists lateness").update();
		this.jdbc.sql("""
				create table lateness as
				select i.business_key_::uuid as run, j.duedate_ at time zone current_setting('TimeZone') as due
				from act_ru_job j join act_ru_execution i on i.id_ = j.process_instance_id_
				where j.handler_cfg_ like 'Timer_Approve%'
				""").update();

		var others = meanwhile();

		write(others);
	}

	/** Lets the timers fire while other runs go on, and gives how many did. */
	private int meanwhile() {
		var over = new AtomicBoolean();
		var others = new AtomicInteger();
		var load = Executors.newSingleThreadExecutor();
		load.submit(() -> {
			while (!over.get()) {
				start("other-" + others.incrementAndGet());
			}
		});
		this.jobs.start();
		await().atMost(Duration.ofMinutes(10))
			.pollInterval(Duration.ofMillis(200))
			.until(() -> this.jdbc.sql("select count(*) from (" + FIRED + ") fired")
				.query(Integer.class)
				.single() == TIMERS);
		over.set(true);
		load.shutdown();
		return others.get();
	}

	private static final String FIRED = """
			select extract(epoch from element.first_at - lateness.due) as late
			from lateness join backout.run_element element on element.run = lateness.run
			where element.element_id = 'Timer_Approve'
			""";

	private RunId start(String release) {
		return this.driver.runs.start(new RunRequest("small-rollback", RunKind.REAL, release + "-" + System.nanoTime(),
				"shop", Severity.SEV2, "measures", null, Map.of()), this.driver.person("mira"));
	}

	private int open() {
		return this.jdbc.sql("select count(*) from act_ru_task").query(Integer.class).single();
	}

	private void write(int others) throws Exception {
		List<Double> late = this.jdbc.sql(FIRED + " order by 1").query(Double.class).list();
		assertThat(late).hasSize(TIMERS);
		var figures = new LinkedHashMap<String, Object>();
		figures.put("timers", TIMERS);
		figures.put("runsStartedMeanwhile", others);
		figures.put("p50Seconds", late.get(TIMERS / 2));
		figures.put("p95Seconds", late.get(TIMERS * 95 / 100));
		figures.put("maxSeconds", late.get(TIMERS - 1));
		figures.put("targetP95Seconds", TARGET_SECONDS);
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/escalation-lateness.json").toFile(), figures);
	}

}
