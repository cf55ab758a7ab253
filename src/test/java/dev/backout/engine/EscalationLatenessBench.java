package dev.backout.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * How late the next person is asked: timers that fall due within a minute, and then all
 * at once, with the settings that everybody has, while other runs are started and worked
 * on.
 */
@EngineSlice
@Tag("bench")
class EscalationLatenessBench {

	static final int TIMERS = Integer.getInteger("timers", 1000);

	static final int SPREAD_SECONDS = 60;

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
		this.jdbc.sql("drop table if exists lateness").update();
		this.jdbc.sql("create table lateness (run uuid primary key, due timestamptz)").update();
		var figures = new LinkedHashMap<String, Object>();
		figures.put("timers", TIMERS);
		figures.put("targetP95Seconds", TARGET_SECONDS);

		figures.put("within%dSeconds".formatted(SPREAD_SECONDS),
				fall("random() * interval '1 second' * " + SPREAD_SECONDS, 1));
		figures.put("allAtOnce", fall("interval '0'", 2));

		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/escalation-lateness.json").toFile(), figures);
	}

	/**
	 * Lets the timers fall due, each some time after three seconds from now, and gives
	 * how late they fired and how late the next person was asked.
	 * @param time for how many times each has fired then
	 */
	private Map<String, Object> fall(String after, int time) {
		this.jdbc.sql("""
				update act_ru_job set duedate_ = (clock_timestamp() at time zone current_setting('TimeZone'))
					+ interval '3 seconds' + %s
				where handler_cfg_ like 'Timer_Approve%%' and process_instance_id_ in (%s)
				""".formatted(after, OURS)).update();
		this.jdbc.sql("truncate lateness").update();
		this.jdbc.sql("""
				insert into lateness
				select i.business_key_::uuid, j.duedate_ at time zone current_setting('TimeZone')
				from act_ru_job j join act_ru_execution i on i.id_ = j.process_instance_id_
				where j.handler_cfg_ like 'Timer_Approve%%' and j.process_instance_id_ in (%s)
				""".formatted(OURS)).update();
		var others = meanwhile(time);
		var figures = new LinkedHashMap<String, Object>();
		figures.put("runsStartedMeanwhile", others);
		figures.put("fired", quantiles(FIRED, time));
		figures.put("asked", quantiles(ASKED, time));
		return figures;
	}

	/** Lets the timers fire while other runs go on, and gives how many did. */
	private int meanwhile(int time) {
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
			.until(() -> late(ASKED, time).size() == TIMERS);
		over.set(true);
		load.shutdown();
		return others.get();
	}

	private static final String OURS = """
			select proc_inst_id_ from act_ru_execution
			where business_key_ in (select id::text from backout.run where release like 'late-%')
			""";

	private static final String FIRED = """
			select extract(epoch from element.entered_at - lateness.due) as late
			from lateness join backout.run_element element on element.run = lateness.run
			where element.element_id = 'Timer_Approve' and element.entered = :time
			order by 1
			""";

	/** The step that asks the next person has ended. */
	private static final String ASKED = """
			select extract(epoch from step.ended_at - lateness.due) as late
			from lateness join (
				select *, row_number() over (partition by run order by started_at) as time
				from backout.run_step where step_id = 'Task_Page' and state = 'DONE'
			) step on step.run = lateness.run
			where step.time = :time
			order by 1
			""";

	private List<Double> late(String which, int time) {
		return this.jdbc.sql(which).param("time", time).query(Double.class).list();
	}

	private Map<String, Double> quantiles(String which, int time) {
		var late = late(which, time);
		assertThat(late).hasSize(TIMERS);
		var figures = new LinkedHashMap<String, Double>();
		figures.put("p50Seconds", late.get(TIMERS / 2));
		figures.put("p95Seconds", late.get(TIMERS * 95 / 100));
		figures.put("maxSeconds", late.get(TIMERS - 1));
		return figures;
	}

	private RunId start(String release) {
		return this.driver.runs.start(new RunRequest("small-rollback", RunKind.REAL, release + "-" + System.nanoTime(),
				"shop", Severity.SEV2, "measures", null, Map.of()), this.driver.person("mira"));
	}

	private int open() {
		return this.jdbc.sql("select count(*) from act_ru_task").query(Integer.class).single();
	}

}
