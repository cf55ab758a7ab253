package dev.backout.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
		var rotation = step.optional("rotation").orElse(String.valueOf(task.rotation()));
		var excluded = task.approval() ? task.requester() : null;
		var now = Instant.now();
		var turn = this.escalation.firstFrom(rotation, task.level() + 1, excluded, now);
		if (turn.isEmpty()) {
			this.inbox.escalated(task, step.key(), task.level(), Set.of(), null);
			return new StepOutcome.Done(
					"Nobody is left to ask in '%s': '%s' still waits".formatted(rotation, task.title()));
		}
		var person = turn.get().person();
		var patience = (task.dueAt() != null) ? Duration.between(task.createdAt(), task.dueAt()) : Duration.ZERO;
		var next = this.escalation.firstFrom(rotation, turn.get().level() + 1, excluded, now).isPresent()
				? now.plus(patience) : null;
		this.engine.addCandidates(task, Set.of(person.id()));
		this.inbox.escalated(task, step.key(), turn.get().level(), Set.of(person.id()), next);
		return new StepOutcome.Done("Asked %s: '%s' waits".formatted(person.name(), task.title()));
	}

}
