package dev.backout.engine;

import java.util.concurrent.TimeUnit;

import dev.backout.check.DeviationBeans;
import dev.backout.step.StepContext;
import dev.backout.step.StepOutcome;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A node of its own process that works on steps, and stands still where the plan says so
 * that it can be killed there.
 */
final class CrashNode {

	private CrashNode() {
	}

	/** Arguments are Spring's: where the database is. */
	public static void main(String[] args) throws InterruptedException {
		var context = new SpringApplicationBuilder(EngineSlice.Application.class, FakeSteps.class, DeviationBeans.class)
			.web(WebApplicationType.NONE)
			.properties("camunda.bpm.job-execution.enabled=false", "backout.worker.lock=2s",
					"backout.worker.poll=100ms")
			.run(args);
		var jdbc = context.getBean(JdbcClient.class);
		context.getBean(FakeSteps.Script.class).always = (step) -> work(jdbc, step);
		jdbc.sql("insert into crash_node values (:pid)").param("pid", ProcessHandle.current().pid()).update();
		// Everything that works is a daemon; without pages the process would end here.
		Thread.currentThread().join();
	}

	private static StepOutcome work(JdbcClient jdbc, StepContext step) throws InterruptedException {
		reach(jdbc, step, "before");
		var begun = jdbc.sql("insert into crash_effect values (:key, 1) on conflict do nothing")
			.param("key", step.key())
			.update();
		reach(jdbc, step, "during");
		jdbc.sql("update crash_effect set halves = 2 where key = :key and halves = 1")
			.param("key", step.key())
			.update();
		reach(jdbc, step, "after");
		return new StepOutcome.Done("began " + begun);
	}

	private static void reach(JdbcClient jdbc, StepContext step, String phase) throws InterruptedException {
		jdbc.sql("insert into crash_log (pid, run, step, attempt, phase) values (:pid, :run, :step, :attempt, :phase)")
			.param("pid", ProcessHandle.current().pid())
			.param("run", step.runId())
			.param("step", step.stepId())
			.param("attempt", step.attempt())
			.param("phase", phase)
			.update();
		var planned = jdbc
			.sql("select exists (select from crash_plan where run = :run and step = :step and phase = :phase)")
			.param("run", step.runId())
			.param("step", step.stepId())
			.param("phase", phase)
			.query(Boolean.class)
			.single();
		if (planned && step.attempt() == 1) {
			TimeUnit.MINUTES.sleep(2);
		}
	}

}
