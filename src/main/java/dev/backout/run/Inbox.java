package dev.backout.run;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The tasks that wait for people. */
@Component
public class Inbox {

	private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'UTC'").withZone(ZoneOffset.UTC);

	private final InboxTable table;

	private final RunTable runs;

	private final RunLock lock;

	private final RunRecord record;

	private final PlaybookEngine engine;

	private final DeviationDecisions deviations;

	Inbox(InboxTable table, RunTable runs, RunLock lock, RunRecord record, PlaybookEngine engine,
			DeviationDecisions deviations) {
		this.table = table;
		this.runs = runs;
		this.lock = lock;
		this.record = record;
		this.engine = engine;
		this.deviations = deviations;
	}

	/**
	 * What waits for a person, what escalates first on top.
	 * @param after {@link InboxPage#next} of the page before, or null for the first
	 */
	public InboxPage of(Person person, @Nullable String after, int atMost) {
		return this.table.page(person.id(), after, atMost);
	}

	/** What waits in a run, for whomever. */
	public List<InboxTask> open(RunId run) {
		return this.table.open(run);
	}

	/** A task that still waits. */
	public Optional<InboxTask> find(String taskId) {
		return this.table.find(taskId);
	}

	/**
	 * A task that still waits.
	 * @throws Rejected {@code task.answered} when it was answered, saying by whom and
	 * how, {@code task.withdrawn}, {@code task.unknown}
	 */
	public InboxTask get(String taskId) {
		return this.table.find(taskId).orElseThrow(() -> gone(taskId));
	}

	/** The run that a task belongs to, also after it was answered. */
	public Optional<RunId> runOf(String taskId) {
		return this.table.run(taskId);
	}

	/**
	 * Answers a task; the same answer by the same person again changes nothing.
	 * @throws Rejected {@code task.forbidden}, {@code task.four-eyes},
	 * {@code task.answered}, {@code task.withdrawn}, {@code task.stale},
	 * {@code task.reason}, {@code task.choice}, {@code task.field}, {@code task.unknown}
	 */
	@Transactional
	public void answer(String taskId, Answer answer, Person by) {
		this.lock.hold(this.table.run(taskId).orElseThrow(() -> gone(taskId)));
		var task = this.table.find(taskId);
		if (task.isEmpty()) {
			refuseUnlessRepeated(taskId, answer, by);
			return;
		}
		check(task.get(), answer, by);
		this.deviations.settle(task.get(), answer, by);
		this.table.answer(taskId, answer, by.id());
		this.engine.complete(task.get(), values(task.get(), answer), by);
		record(task.get(), answer, by);
	}

	private void refuseUnlessRepeated(String taskId, Answer answer, Person by) {
		var closed = this.table.closed(taskId).orElseThrow(() -> gone(taskId));
		if (!by.id().equals(closed.by()) || !answer.decision().equals(closed.decision())
				|| !Objects.equals(answer.reason(), closed.reason())) {
			throw gone(taskId);
		}
	}

	private void check(InboxTask task, Answer answer, Person by) {
		forbid(task, by);
		var choice = task.choices()
			.stream()
			.filter((candidate) -> candidate.value().equals(answer.decision()))
			.findFirst()
			.orElseThrow(() -> new Rejected("task.choice", "'%s' is not an answer to '%s': choose one of %s".formatted(
					answer.decision(), task.title(), task.choices().stream().map(InboxTask.Choice::value).toList())));
		if (choice.reasonRequired() && (answer.reason() == null || answer.reason().isBlank())) {
			throw new Rejected("task.reason", "Say why: '%s' takes a reason".formatted(choice.label()));
		}
		for (var field : task.fields()) {
			if (field.required() && answer.fields().getOrDefault(field.name(), "").isBlank()) {
				throw new Rejected("task.field", "Fill in '%s'".formatted(field.label()));
			}
		}
		var sealed = this.runs.find(task.run()).orElseThrow().planDigest();
		if (task.seal() != null && (!task.seal().equals(answer.seal()) || !task.seal().equals(sealed))) {
			throw new Rejected("task.stale",
					"What would run has changed since you opened this: look at it again, then decide");
		}
	}

	private static void forbid(InboxTask task, Person by) {
		var why = task.forbidden(by);
		if (why != null) {
			throw new Rejected(
					(task.approval() && by.id().equals(task.requester())) ? "task.four-eyes" : "task.forbidden", why);
		}
	}

	private static Map<String, String> values(InboxTask task, Answer answer) {
		var values = new HashMap<String, String>();
		task.fields().forEach((field) -> values.put(field.name(), answer.fields().getOrDefault(field.name(), "")));
		values.put("decision", answer.decision());
		values.put("reason", (answer.reason() != null) ? answer.reason() : "");
		return values;
	}

	private void record(InboxTask task, Answer answer, Person by) {
		var label = task.choices()
			.stream()
			.filter((choice) -> choice.value().equals(answer.decision()))
			.map(InboxTask.Choice::label)
			.findFirst()
			.orElse(answer.decision());
		var parameters = new HashMap<String, String>();
		parameters.put("task", task.id());
		parameters.put("step", task.stepId());
		parameters.put("decision", answer.decision());
		if (answer.reason() != null) {
			parameters.put("reason", answer.reason());
		}
		if (task.seal() != null) {
			parameters.put("seal", task.seal());
		}
		this.record.add(task.run(), task.approval() ? "approval.answered" : "task.answered", by, task.stepId(),
				"%s: %s%s".formatted(task.title(), label,
						(answer.reason() != null && !answer.reason().isBlank()) ? " - " + answer.reason() : ""),
				parameters);
	}

	/** Takes a task, so that nobody else answers it meanwhile. */
	@Transactional
	public void claim(String taskId, Person by) {
		var task = locked(taskId);
		if (by.id().equals(task.assignee())) {
			return;
		}
		forbid(task, by);
		this.engine.assign(task, by.id(), by);
		this.table.assign(taskId, by.id(), task.escalatesAt());
		this.record.add(task.run(), "task.claimed", by, task.stepId(), "Takes '%s'".formatted(task.title()),
				Map.of("task", taskId, "step", task.stepId()));
	}

	/**
	 * Hands a task to somebody else, who becomes the one to answer.
	 * @throws Rejected {@code task.four-eyes} when an approval would go to the requester,
	 * {@code task.forbidden} when it would go to somebody without the role
	 */
	@Transactional
	public void handOver(String taskId, Person to, Person by, String reason) {
		var task = locked(taskId);
		forbid(task, by);
		if (task.approval() && to.id().equals(task.requester())) {
			throw new Rejected("task.four-eyes",
					"%s declared this rollback: somebody else must approve it".formatted(to.id()));
		}
		if (!task.kind().takes(to.roles())) {
			throw new Rejected("task.forbidden", task.kind().roleMissing(to.id() + " does"));
		}
		if (reason.isBlank()) {
			throw new Rejected("task.reason", "Say why: to hand a task over takes a reason");
		}
		this.engine.assign(task, to.id(), by);
		this.table.assign(taskId, to.id(), task.escalatesAt());
		this.record.asked(task, to.id());
		this.record.add(task.run(), "task.handed-over", by, task.stepId(),
				"Hands '%s' to %s: %s".formatted(task.title(), to.id(), reason),
				Map.of("task", taskId, "step", task.stepId(), "to", to.id(), "reason", reason));
	}

	/**
	 * Gives a task to somebody, whoever was asked before: for operators who see that it
	 * would wait in vain.
	 * @throws Rejected {@code task.four-eyes} when an approval would go to the requester,
	 * {@code task.forbidden} when it would go to somebody without the role
	 */
	@Transactional
	public void reassign(String taskId, Person to, Person by, String reason) {
		RunRecord.demand(by, Role.OPERATOR, "reassign a task");
		var task = locked(taskId);
		if (task.approval() && to.id().equals(task.requester())) {
			throw new Rejected("task.four-eyes",
					"%s declared this rollback: somebody else must approve it".formatted(to.id()));
		}
		if (reason.isBlank()) {
			throw new Rejected("task.reason", "Say why: to reassign a task takes a reason");
		}
		if (!task.kind().takes(to.roles())) {
			throw new Rejected("task.forbidden", task.kind().roleMissing(to.id() + " does"));
		}
		this.engine.reassign(task, to.id());
		this.table.assign(taskId, to.id(), task.escalatesAt());
		this.record.asked(task, to.id());
		this.record
			.add(task.run(), "task.reassigned", by, task.stepId(),
					"Gives '%s' to %s: %s".formatted(task.title(), to.id(), reason),
					Map.of("task", taskId, "step", task.stepId(), "to", to.id(), "from",
							String.valueOf((task.assignee() != null) ? task.assignee()
									: String.join(",", task.candidates().stream().sorted().toList())),
							"reason", reason));
	}

	private InboxTask locked(String taskId) {
		this.lock.hold(this.table.run(taskId).orElseThrow(() -> gone(taskId)));
		return get(taskId);
	}

	private Rejected gone(String taskId) {
		return this.table.closed(taskId)
			.map((closed) -> (closed.by() != null)
					? new Rejected("task.answered",
							"%s answered this at %s: %s".formatted(closed.by(), TIME.format(closed.at()),
									closed.decision()))
					: new Rejected("task.withdrawn",
							"This is no longer needed: the run went another way at " + TIME.format(closed.at())))
			.orElseGet(() -> new Rejected("task.unknown", "There is no task '%s'".formatted(taskId)));
	}

}
