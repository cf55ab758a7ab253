package dev.backout.desk.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backout.desk.Answers;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import dev.backout.run.Severity;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What waits for people. */
@RestController
@RequestMapping("/api/v1/tasks")
@Tag(name = "tasks", description = "What waits for a person")
class TasksApi {

	private final Inbox inbox;

	private final Answers answers;

	private final People people;

	TasksApi(Inbox inbox, Answers answers, People people) {
		this.people = people;
		this.inbox = inbox;
		this.answers = answers;
	}

	/**
	 * A task; see {@link InboxTask} for what the names mean.
	 *
	 * @param mayAnswer whether the one who asks may answer it
	 * @param whyNot why they may not
	 */
	record TaskBody(String id, String run, String step, String title, InboxTask.Kind kind, String release,
			String target, String requester, Severity severity, Set<String> candidates, @Nullable String assignee,
			Instant createdAt, @Nullable Instant escalatesAt, @Nullable String seal, List<InboxTask.Choice> choices,
			List<InboxTask.Field> fields, boolean mayAnswer, @Nullable String whyNot) {

		static TaskBody of(InboxTask task, Person reader) {
			var whyNot = task.forbidden(reader);
			return new TaskBody(task.id(), task.run().toString(), task.stepId(), task.title(), task.kind(),
					task.release(), task.target(), task.requester(), task.severity(), task.candidates(),
					task.assignee(), task.createdAt(), task.escalatesAt(), task.seal(), task.choices(), task.fields(),
					whyNot == null, whyNot);
		}

	}

	/**
	 * Part of a task list.
	 *
	 * @param open how many wait in all, counted up to 1,000
	 * @param next pass it as {@code after} for what follows
	 */
	record TaskList(List<TaskBody> tasks, int open, @Nullable String next) {
	}

	/**
	 * An answer to a task.
	 *
	 * @param decision one of the task's choices
	 * @param seal of the task, as it was read
	 * @param confirm the target's name, to approve a point of no return
	 */
	record AnswerBody(@NotBlank String decision, @Nullable @Size(max = 500) String reason,
			@Nullable Map<String, String> fields, @Nullable String seal, @Nullable String confirm) {
	}

	/** Whom a task is given to, and why. */
	record HandOver(@NotBlank String person, @NotBlank @Size(max = 500) String reason) {
	}

	@GetMapping
	@Operation(summary = "What waits for you, what escalates first on top")
	TaskList mine(@RequestParam(required = false) @Nullable String after, @RequestParam(defaultValue = "50") int limit,
			Person me) {
		var page = this.inbox.of(me, after, Limits.within(limit, 200));
		return new TaskList(page.tasks().stream().map((task) -> TaskBody.of(task, me)).toList(), page.open(),
				page.next());
	}

	@GetMapping("/{id}")
	@Operation(summary = "A task that waits")
	TaskBody get(@PathVariable String id, Person me) {
		return TaskBody.of(this.inbox.get(id), me);
	}

	@PostMapping("/{id}/answer")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Answer a task; the same answer again changes nothing")
	void answer(@PathVariable String id, @Valid @RequestBody AnswerBody body, Person me) {
		var fields = (body.fields() != null) ? body.fields() : Map.<String, String>of();
		this.answers.give(id, body.decision(), body.reason(), fields, body.seal(), body.confirm(), me);
	}

	@PostMapping("/{id}/hand-over")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Hand a task that waits for you to somebody else")
	void handOver(@PathVariable String id, @Valid @RequestBody HandOver body, Person me) {
		this.inbox.handOver(id, this.people.get(body.person()), me, body.reason());
	}

	@PostMapping("/{id}/reassign")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Give a task to somebody, whoever was asked before; for operators")
	void reassign(@PathVariable String id, @Valid @RequestBody HandOver body, Person me) {
		this.inbox.reassign(id, this.people.get(body.person()), me, body.reason());
	}

}
