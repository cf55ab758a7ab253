package dev.backout.nodes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.awaitility.Awaitility.await;

/** The demo's rollback over REST, whichever node is alive, as people would do it. */
final class Rollback {

	static final List<String> STEPS = List.of("Task_PostIdentified", "Task_SealPlan", "Task_FlagOff", "Task_Freeze",
			"Task_TakeBackup", "Task_VerifyBackup", "Task_Revert", "Task_Check", "Task_ThawResolved",
			"Task_PostResolved", "Task_SendResolved", "Task_ReviewResolved");

	private static final ObjectMapper JSON = new ObjectMapper();

	final List<Node> nodes;

	final String run;

	private final JdbcClient jdbc;

	private Rollback(List<Node> nodes, String run, JdbcClient jdbc) {
		this.nodes = nodes;
		this.run = run;
		this.jdbc = jdbc;
	}

	static Rollback declare(Place place, List<Node> nodes) throws IOException {
		var answer = nodes.get(0).post("/api/v1/runs", Place.token("mira"), """
				{"release": "shop-2026.11.2", "severity": "SEV2", "reason": "Six requests in a hundred fail"}
				""");
		if (answer.statusCode() != 201) {
			throw new IllegalStateException(answer.body());
		}
		return new Rollback(nodes, JSON.readTree(answer.body()).get("id").asText(), place.database("backout"));
	}

	/**
	 * Approves and sends whatever waits; an answer that is lost with its node is given
	 * again.
	 */
	void answer() {
		for (var person : List.of("omar", "mira", "lena")) {
			try {
				var node = anyNode();
				for (var task : JSON.readTree(node.get("/api/v1/tasks", Place.token(person)).body()).get("tasks")) {
					answer(node, task, person);
				}
			}
			catch (IOException | IllegalStateException ex) {
				// The node was killed meanwhile; there is a next round.
			}
		}
	}

	private void answer(Node node, JsonNode task, String person) throws IOException {
		if (!task.get("mayAnswer").asBoolean() || !task.get("run").asText().equals(this.run)) {
			return;
		}
		for (var choice : task.get("choices")) {
			var value = choice.get("value").asText();
			// "again": a frozen node still holds the fence of the target, so people are
			// asked.
			if (List.of("approve", "send", "again").contains(value)) {
				var body = JSON.createObjectNode().put("decision", value).put("confirm", "shop");
				body.set("seal", task.get("seal"));
				node.post("/api/v1/tasks/" + task.get("id").asText() + "/answer", Place.token(person), body.toString());
			}
		}
	}

	/** Where the last kill was just now, the next node may still be starting. */
	Node nodeAtLast() {
		return await().atMost(Place.soon())
			.ignoreExceptions()
			.until(() -> this.nodes.stream().filter(Node::alive).filter(Node::healthy).findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	Node anyNode() {
		return this.nodes.stream()
			.filter(Node::alive)
			.filter(Node::healthy)
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("No node is alive"));
	}

	String state() {
		return this.jdbc.sql("select coalesce(state, 'ACTIVE') from backout.run where id = :run")
			.param("run", UUID.fromString(this.run))
			.query(String.class)
			.single();
	}

	boolean ended() {
		return !state().equals("ACTIVE");
	}

	/** Attempts at steps, as the journal has them now. */
	List<Work> work() {
		return this.jdbc
			.sql("select key, step_id, node, attempt, state, tried_at from backout.run_step where run = :run")
			.param("run", UUID.fromString(this.run))
			.query((row, number) -> new Work(row.getString(1), row.getString(2), row.getString(3), row.getInt(4),
					row.getString(5), row.getTimestamp(6).toInstant()))
			.list();
	}

	List<Work> workOf(Node node) {
		return work().stream().filter((work) -> work.state().equals("RUNNING") && node.is(work.node())).toList();
	}

	Optional<Work> work(String key) {
		return work().stream().filter((work) -> work.key().equals(key)).findFirst();
	}

	/**
	 * What the record says was done, sorted: two branches of the playbook go at their own
	 * pace.
	 */
	List<String> done() {
		return this.jdbc.sql("select step_id from backout.run_event where run = :run and kind = 'step.done' order by 1")
			.param("run", UUID.fromString(this.run))
			.query(String.class)
			.list();
	}

	List<Map<String, Object>> timeline() {
		return new ArrayList<>(
				this.jdbc.sql("select at, kind, step_id, text from backout.run_event where run = :run order by number")
					.param("run", UUID.fromString(this.run))
					.query()
					.listOfRows());
	}

	/** An attempt at a step. */
	record Work(String key, String step, String node, int attempt, String state, java.time.Instant triedAt) {
	}

}
