package dev.backout.run;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Our own list of waiting tasks, so that a page of it is one index range. */
@Component
class InboxTable {

	private static final String TASKS = """
			select task.*, run.release, run.target, run.requester, run.severity, array(
				select person from backout.inbox_candidate candidate where candidate.task_id = task.task_id
			) as candidates
			from backout.inbox task join backout.run run on run.id = task.run
			""";

	/** Where a task goes that nobody escalates any more: to the end. */
	private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");

	private static final int COUNTED = 1000;

	private final JdbcClient jdbc;

	private final ObjectMapper json;

	InboxTable(JdbcClient jdbc, ObjectMapper json) {
		this.jdbc = jdbc;
		this.json = json;
	}

	/** A task that was answered, or is no longer needed. */
	record Closed(RunId run, @Nullable String by, @Nullable String decision, @Nullable String reason, Instant at) {
	}

	InboxPage page(String person, @Nullable String after, int atMost) {
		var from = Cursor.of(after);
		var tasks = this.jdbc.sql(TASKS + """
				join backout.inbox_candidate mine on mine.task_id = task.task_id
				where mine.person = :person and (mine.sort_at, mine.task_id) > (:sortAt, :taskId)
				order by mine.sort_at, mine.task_id limit :atMost
				""")
			.param("person", person)
			.param("sortAt", from.at().atOffset(ZoneOffset.UTC))
			.param("taskId", from.taskId())
			.param("atMost", atMost + 1)
			.query(this::task)
			.list();
		var page = tasks.subList(0, Math.min(atMost, tasks.size()));
		var next = (tasks.size() > atMost) ? Cursor.after(page.get(page.size() - 1)).text() : null;
		return new InboxPage(page, count(person), next);
	}

	private int count(String person) {
		return this.jdbc.sql("""
				select count(*) from (
					select from backout.inbox_candidate where person = :person limit :counted
				) counted
				""").param("person", person).param("counted", COUNTED).query(Integer.class).single();
	}

	List<InboxTask> open(RunId run) {
		return this.jdbc.sql(TASKS + "where task.run = :run and task.closed_at is null order by task.created_at")
			.param("run", run.value())
			.query(this::task)
			.list();
	}

	Optional<InboxTask> find(String taskId) {
		return this.jdbc.sql(TASKS + "where task.task_id = :taskId and task.closed_at is null")
			.param("taskId", taskId)
			.query(this::task)
			.optional();
	}

	boolean approved(RunId run) {
		return this.jdbc.sql("""
				select exists (
					select from backout.inbox task join backout.run run on run.id = task.run
					where task.run = :run and task.kind = 'APPROVAL' and task.decision = 'approve'
						and task.seal = run.plan_digest)
				""").param("run", run.value()).query(Boolean.class).single();
	}

	Optional<Closed> closed(String taskId) {
		return this.jdbc.sql("""
				select run, answered_by, decision, reason, closed_at
				from backout.inbox where task_id = :taskId and closed_at is not null
				""")
			.param("taskId", taskId)
			.query((row, number) -> new Closed(Rows.runId(row, "run"), row.getString("answered_by"),
					row.getString("decision"), row.getString("reason"), Rows.instant(row, "closed_at")))
			.optional();
	}

	Optional<RunId> run(String taskId) {
		return this.jdbc.sql("select run from backout.inbox where task_id = :taskId")
			.param("taskId", taskId)
			.query((row, number) -> Rows.runId(row, "run"))
			.optional();
	}

	void add(InboxTask task) {
		this.jdbc.sql("""
				insert into backout.inbox (task_id, run, step_id, title, kind, rotation, level, assignee, created_at,
					due_at, escalates_at, seal, choices, fields, properties)
				values (:taskId, :run, :stepId, :title, :kind, :rotation, :level, :assignee, :createdAt, :dueAt,
					:escalatesAt, :seal, :choices::jsonb, :fields::jsonb, :properties::jsonb)
				""")
			.param("taskId", task.id())
			.param("run", task.run().value())
			.param("stepId", task.stepId())
			.param("title", task.title())
			.param("kind", task.kind().name())
			.param("rotation", task.rotation())
			.param("level", task.level())
			.param("assignee", task.assignee())
			.param("createdAt", task.createdAt().atOffset(ZoneOffset.UTC))
			.param("dueAt", timestamp(task.dueAt()), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
			.param("escalatesAt", timestamp(task.escalatesAt()), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
			.param("seal", task.seal())
			.param("choices", write(task.choices()))
			.param("fields", write(task.fields()))
			.param("properties", write(task.properties()))
			.update();
		name(task.id(), task.candidates(), task.escalatesAt());
	}

	boolean escalatedBy(String taskId, String key) {
		return this.jdbc
			.sql("select exists (select from backout.inbox where task_id = :taskId and escalated_by = :key)")
			.param("taskId", taskId)
			.param("key", key)
			.query(Boolean.class)
			.single();
	}

	/** Names further candidates and sets when the next one is asked. */
	void escalate(String taskId, String key, int level, Collection<String> people, @Nullable Instant escalatesAt) {
		this.jdbc.sql("""
				update backout.inbox
				set level = :level, escalates_at = :escalatesAt, assignee = null, escalated_by = :key
				where task_id = :taskId
				""")
			.param("level", level)
			.param("key", key)
			.param("escalatesAt", timestamp(escalatesAt), java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
			.param("taskId", taskId)
			.update();
		this.jdbc.sql("update backout.inbox_candidate set sort_at = :sortAt where task_id = :taskId")
			.param("sortAt", sortAt(escalatesAt).atOffset(ZoneOffset.UTC))
			.param("taskId", taskId)
			.update();
		name(taskId, people, escalatesAt);
	}

	void assign(String taskId, String assignee, @Nullable Instant escalatesAt) {
		this.jdbc.sql("update backout.inbox set assignee = :assignee where task_id = :taskId")
			.param("assignee", assignee)
			.param("taskId", taskId)
			.update();
		name(taskId, Set.of(assignee), escalatesAt);
	}

	private void name(String taskId, Collection<String> people, @Nullable Instant escalatesAt) {
		for (var person : people) {
			this.jdbc.sql("""
					insert into backout.inbox_candidate (person, sort_at, task_id)
					select :person, :sortAt, :taskId
					where not exists (
						select from backout.inbox_candidate where task_id = :taskId and person = :person)
					""")
				.param("person", person)
				.param("sortAt", sortAt(escalatesAt).atOffset(ZoneOffset.UTC))
				.param("taskId", taskId)
				.update();
		}
	}

	void answer(String taskId, Answer answer, String by) {
		this.jdbc.sql("""
				update backout.inbox set answered_by = :by, decision = :decision, reason = :reason
				where task_id = :taskId
				""")
			.param("by", by)
			.param("decision", answer.decision())
			.param("reason", answer.reason())
			.param("taskId", taskId)
			.update();
	}

	void close(String taskId, Instant at) {
		this.jdbc.sql("update backout.inbox set closed_at = :at where task_id = :taskId and closed_at is null")
			.param("at", at.atOffset(ZoneOffset.UTC))
			.param("taskId", taskId)
			.update();
		this.jdbc.sql("delete from backout.inbox_candidate where task_id = :taskId").param("taskId", taskId).update();
	}

	private InboxTask task(ResultSet row, int number) throws SQLException {
		return new InboxTask(row.getString("task_id"), Rows.runId(row, "run"), row.getString("step_id"),
				row.getString("title"), InboxTask.Kind.valueOf(row.getString("kind")), row.getString("release"),
				row.getString("target"), row.getString("requester"), Severity.valueOf(row.getString("severity")),
				Set.copyOf(Arrays.asList((String[]) row.getArray("candidates").getArray())), row.getString("assignee"),
				row.getString("rotation"), row.getInt("level"), Rows.instant(row, "created_at"),
				Rows.optionalInstant(row, "due_at"), Rows.optionalInstant(row, "escalates_at"), row.getString("seal"),
				read(row.getString("choices"), new TypeReference<>() {
				}), read(row.getString("fields"), new TypeReference<>() {
				}), read(row.getString("properties"), new TypeReference<>() {
				}));
	}

	private String write(Object value) {
		try {
			return this.json.writeValueAsString(value);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private <T> T read(String text, TypeReference<T> type) {
		try {
			return this.json.readValue(text, type);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static @Nullable Object timestamp(@Nullable Instant instant) {
		return (instant != null) ? instant.atOffset(ZoneOffset.UTC) : null;
	}

	private static Instant sortAt(@Nullable Instant escalatesAt) {
		return (escalatesAt != null) ? escalatesAt : NEVER;
	}

	/** Behind which task a page begins. */
	private record Cursor(Instant at, String taskId) {

		static Cursor of(@Nullable String text) {
			if (text == null || text.isEmpty()) {
				return new Cursor(Instant.EPOCH, "");
			}
			try {
				var parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
				return new Cursor(Instant.parse(parts[0]), parts[1]);
			}
			catch (RuntimeException ex) {
				throw new Rejected("inbox.page", "There is no such page of the task list: begin at the first");
			}
		}

		static Cursor after(InboxTask task) {
			return new Cursor(sortAt(task.escalatesAt()), task.id());
		}

		String text() {
			return Base64.getUrlEncoder()
				.withoutPadding()
				.encodeToString((this.at + " " + this.taskId).getBytes(StandardCharsets.UTF_8));
		}

	}

}
