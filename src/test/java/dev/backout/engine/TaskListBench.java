package dev.backout.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a person waits for their task list among 100,000 open tasks. */
@EngineSlice
@Tag("bench")
class TaskListBench {

	static final int OPEN = 100_000;

	static final int ROUNDS = 400;

	@Autowired
	RunDriver driver;

	@Autowired
	JdbcClient jdbc;

	@Test
	void firstAndLaterPages() throws Exception {
		this.driver.peopleArrive();
		var run = this.driver.start("mira");
		fill(run.value());
		var first = new ArrayList<Double>();
		var later = new ArrayList<Double>();
		var few = new ArrayList<Double>();
		var everything = this.driver.person("omar");
		var little = this.driver.person("kim");

		for (int round = 0; round < ROUNDS; round++) {
			var began = System.nanoTime();
			var page = this.driver.inbox.of(everything, null, 50);
			first.add(millis(began));
			began = System.nanoTime();
			var next = this.driver.inbox.of(everything, page.next(), 50);
			later.add(millis(began));
			began = System.nanoTime();
			this.driver.inbox.of(little, null, 50);
			few.add(millis(began));
			assertThat(next.tasks()).hasSize(50).doesNotContainAnyElementsOf(page.tasks());
		}

		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/task-list.json").toFile(),
					Map.of("openTasks", OPEN, "rounds", ROUNDS, "firstPageP95Millis", p95(first), "nextPageP95Millis",
							p95(later), "personWithFewP95Millis", p95(few), "targetMillis", 100));
	}

	/** Everybody's tasks wait for Omar too, every five-hundredth for Kim. */
	private void fill(java.util.UUID run) {
		this.jdbc
			.sql("""
					insert into backout.inbox (task_id, run, step_id, title, kind, created_at, due_at, escalates_at, choices,
						fields, properties)
					select 'bench-' || n, :run, 'Task_Decide', 'Decide about ' || n, 'DECISION', now(),
						now() + n * interval '1 second', now() + n * interval '1 second', '[]', '[]', '{}'
					from generate_series(1, :open) n
					""")
			.param("run", run)
			.param("open", OPEN)
			.update();
		this.jdbc.sql("""
				insert into backout.inbox_candidate (person, sort_at, task_id)
				select person, escalates_at, task_id from backout.inbox, unnest(array['omar', 'mira']) person
				where task_id like 'bench-%'
				union all
				select 'kim', escalates_at, task_id from backout.inbox
				where task_id like 'bench-%' and substr(task_id, 7)::int % 500 = 0
				""").update();
		this.jdbc.sql("analyze backout.inbox, backout.inbox_candidate").update();
	}

	private static double millis(long began) {
		return (System.nanoTime() - began) / 1e6;
	}

	private static double p95(ArrayList<Double> figures) {
		Collections.sort(figures);
		return Math.round(figures.get(figures.size() * 95 / 100) * 100) / 100.0;
	}

}
