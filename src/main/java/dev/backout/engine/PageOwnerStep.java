package dev.backout.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.backout.people.Person;
import dev.backout.run.Escalation;
import dev.backout.run.InboxEntries;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunLock;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Asks the next on call about a task that nobody answered. It only ever adds people: the
 * task goes on waiting, and no answer is ever taken for a yes.
 */
@Component
class PageOwnerStep implements StepHandler {

	private static final StepType TYPE = new StepType("page.owner", "Ask the next on call",
			"Names the next level of the rotation for a task that waits too long, and sends them the question.",
			List.of(StepType.Field.optional("taskDefinitionKey",
					"Id of the task; without it the one whose timer led here"),
					StepType.Field.optional("rotation", "Whom to ask; without it the rotation of the task")),
			List.of(), List.of(), false);

	private final InboxEntries inbox;

	private final Escalation escalation;

	private final CamundaEngine engine;

	private final RunLock lock;

	private final TransactionTemplate transaction;

	PageOwnerStep(InboxEntries inbox, Escalation escalation, CamundaEngine engine, RunLock lock,
			TransactionTemplate transaction) {
		this.inbox = inbox;
		this.escalation = escalation;
		this.engine = engine;
		this.lock = lock;
		this.transaction = transaction;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var taskId = step.optional("taskDefinitionKey").orElseGet(() -> step.required(RunTracing.ESCALATING));
		var run = RunId.of(step.runId());
		return java.util.Objects.requireNonNull(this.transaction.execute((status) -> {
			this.lock.hold(run);
			return this.inbox.waiting(run, taskId)
				.map((task) -> escalate(task, step))
				.orElseGet(() -> new StepOutcome.Done("Answered meanwhile"));
		}));
	}

	private StepOutcome escalate(InboxTask task, StepContext step) {
		if (this.inbox.escalatedBy(task, step.key())) {
			return new StepOutcome.Done("Asked already");
		}
		var rotation = step.optional("rotation").orElse(task.rotation());
		var may = Escalation.mayAnswer(task.kind(), task.requester());
		var now = Instant.now();
		var turn = this.escalation.firstFrom(rotation, task.level() + 1, may, now);
		if (turn.isEmpty()) {
			return askLastResort(task, step.key(), may);
		}
		var person = turn.get().person();
		var patience = (task.dueAt() != null) ? Duration.between(task.createdAt(), task.dueAt()) : Duration.ZERO;
		var next = this.escalation.firstFrom(rotation, turn.get().level() + 1, may, now).isPresent()
				|| !lastResort(task, may).stream().allMatch(person.id()::equals) ? now.plus(patience) : null;
		this.engine.addCandidates(task, Set.of(person.id()));
		this.inbox.escalated(task, step.key(), turn.get().level(), Set.of(person.id()), false, next);
		return new StepOutcome.Done("Asked %s: '%s' waits".formatted(person.name(), task.title()));
	}

	private StepOutcome askLastResort(InboxTask task, String key, Predicate<Person> may) {
		var people = lastResort(task, may);
		this.engine.addCandidates(task, people);
		this.inbox.escalated(task, key, task.level(), people, !people.isEmpty(), null);
		return new StepOutcome.Done(people.isEmpty() ? "Nobody is left to ask: '%s' still waits".formatted(task.title())
				: "Nobody else is on call: asked %s as a last resort".formatted(String.join(", ", people)));
	}

	/** Whom nobody has asked yet. */
	private Set<String> lastResort(InboxTask task, Predicate<Person> may) {
		return this.escalation.lastResort(may)
			.stream()
			.map(Person::id)
			.filter((person) -> !task.candidates().contains(person))
			.collect(Collectors.toSet());
	}

}
