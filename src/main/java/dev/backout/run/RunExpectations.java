package dev.backout.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.backout.plan.SealedEstimates;
import dev.backout.playbook.Outline;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How long a run and its steps should take: what other runs took, else what the plan says
 * that the run was sealed with.
 */
@Component
class RunExpectations {

	private final JdbcClient jdbc;

	private final ObjectProvider<SealedEstimates> planned;

	RunExpectations(JdbcClient jdbc, ObjectProvider<SealedEstimates> planned) {
		this.jdbc = jdbc;
		this.planned = planned;
	}

	/** By element id, for every element of which anything is known. */
	Map<String, Duration> bySteps(Run run, Outline outline) {
		var planned = this.planned.stream()
			.findFirst()
			.map((estimates) -> estimates.of(run.id().toString()))
			.orElse(Map.of());
		var expected = new HashMap<String, Duration>();
		outline.steps()
			.values()
			.forEach((step) -> Optional.ofNullable(planned.get(step.type()))
				.ifPresent((time) -> expected.put(step.id(), time)));
		expected.putAll(measured(run));
		return expected;
	}

	/** The whole run; nothing when nothing is known of it. */
	Optional<Expectation> whole(Run run, Outline outline) {
		return earlier(run).or(() -> {
			var steps = bySteps(run, outline);
			var time = outline.mainPath()
				.stream()
				.flatMap((id) -> Optional.ofNullable(steps.get(id)).stream())
				.reduce(Duration.ZERO, Duration::plus);
			return time.isZero() ? Optional.empty() : Optional.of(new Expectation(time, 0));
		});
	}

	private Optional<Expectation> earlier(Run run) {
		return this.jdbc.sql("""
				select count(*) as runs, percentile_cont(0.5) within group (order by seconds) as seconds
				from (
					select extract(epoch from ended_at - started_at)::float8 as seconds
					from backout.run
					where playbook = :playbook and target = :target and kind = :kind and state = 'DONE' and id <> :run
					order by ended_at desc limit 20
				) newest
				""")
			.param("playbook", run.playbook().id())
			.param("target", run.target())
			.param("kind", run.kind().name())
			.param("run", run.id().value())
			.query((row, number) -> new Expectation(Duration.ofMillis(Math.round(row.getDouble("seconds") * 1000)),
					row.getInt("runs")))
			.optional()
			.filter(Expectation::withPeople);
	}

	/** The median of the last times that an element was done in other runs. */
	private Map<String, Duration> measured(Run run) {
		var times = new HashMap<String, Duration>();
		this.jdbc.sql("""
				select step_id, percentile_cont(0.5) within group (order by seconds) as seconds
				from (
					select step.step_id, extract(epoch from step.ended_at - step.tried_at)::float8 as seconds,
						row_number() over (partition by step.step_id order by step.ended_at desc) as newest
					from backout.run_step step join backout.run run on run.id = step.run
					where run.playbook = :playbook and run.id <> :run and step.state = 'DONE'
				) times where newest <= 20 group by step_id
				""").param("playbook", run.playbook().id()).param("run", run.id().value()).query((row) -> {
			times.put(row.getString(1), Duration.ofMillis(Math.round(row.getDouble(2) * 1000)));
		});
		return times;
	}

}
