package dev.backout.plan;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How long the plan that a run was sealed with expected its steps to take. */
@Component
public class SealedEstimates {

	private final JdbcClient jdbc;

	SealedEstimates(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/** Keeps the plan's times for the run; a later plan of the same run replaces them. */
	void keep(String run, BackoutPlan plan) {
		var times = new TreeMap<String, Long>();
		plan.steps().forEach((step) -> times.merge(step.type(), step.estimate().time().toMillis(), Long::sum));
		times.forEach((type, millis) -> this.jdbc.sql("""
				insert into backout.plan_estimate (run, step_type, millis) values (:run, :type, :millis)
				on conflict (run, step_type) do update set millis = excluded.millis""")
			.param("run", run)
			.param("type", type)
			.param("millis", millis)
			.update());
	}

	/**
	 * By step type: one step of a playbook does all of the plan's steps of its type.
	 * Empty before a plan is sealed.
	 */
	public Map<String, Duration> of(String run) {
		return this.jdbc.sql("select step_type, millis from backout.plan_estimate where run = :run")
			.param("run", run)
			.query((row, number) -> Map.entry(row.getString(1), Duration.ofMillis(row.getLong(2))))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

}
