package dev.backout.run;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.playbook.Outline;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * The engine's side of the task list: what opens, is handed on and closes, in the
 * transaction in which it does.
 */
@Component
public class InboxEntries {

	private final InboxTable table;

	private final RunTable runs;

	private final Timeline timeline;

	private final Ledger ledger;

	private final ApplicationEventPublisher events;

	private final Clock clock;

	InboxEntries(InboxTable table, RunTable runs, Timeline timeline, Ledger ledger, ApplicationEventPublisher events,
			Clock clock) {
		this.table = table;
		this.runs = runs;
		this.timeline = timeline;
		this.ledger = ledger;
		this.events = events;
		this.clock = clock;
	}

	/**
	 * A task that the playbook has come to.
	 *
	 * @param rotation who is asked first, and next
	 * @param level of the rotation that {@code candidates} stand for
	 * @param lastResort whether {@code candidates} are asked because the rotation has
	 * nobody
	 * @param seal what an approval is bound to
	 * @param because what was refused, where that is why there is something to decide
	 */
	public record Opened(String taskId, RunId run, Outline.UserTask task, Set<String> candidates,
			@Nullable String rotation, int level, boolean lastResort, @Nullable Instant dueAt, @Nullable String seal,
			@Nullable String because) {

		Map<String, String> properties() {
			var properties = new java.util.HashMap<>(this.task.properties());
			if (this.because != null) {
				properties.put("because", this.because);
			}
			return properties;
		}

	}

	public void opened(Opened opened) {
		var run = this.runs.find(opened.run()).orElseThrow();
		var spec = opened.task();
		var task = new InboxTask(opened.taskId(), run.id(), spec.id(), spec.name(), InboxTask.Kind.of(spec),
				run.release(), run.target(), run.requester(), run.severity(), opened.candidates(), null,
				opened.rotation(), opened.level(), this.clock.instant(), opened.dueAt(), opened.dueAt(), opened.seal(),
				spec.choices()
					.stream()
					.map((choice) -> new InboxTask.Choice(choice.value(), choice.label(), choice.reasonRequired()))
					.toList(),
				spec.inputs()
					.stream()
					.map((input) -> new InboxTask.Field(input.name(), input.label(), input.required(),
							input.initial().isEmpty() ? null : input.initial()))
					.toList(),
				opened.properties());
		this.table.add(task);
		this.events
			.publishEvent(new TaskAsked(task, task.candidates(), opened.level(), opened.lastResort(), opened.dueAt()));
		this.timeline.add(run.id(), "task.opened", "system", spec.id(), opening(opened));
	}

	private static String opening(Opened opened) {
		var title = opened.task().name();
		if (opened.candidates().isEmpty()) {
			return "'%s' waits, but nobody who is known may answer it: an administrator must add somebody"
				.formatted(title);
		}
		if (opened.lastResort()) {
			return "Nobody is on call for '%s': '%s' waits for %s as a last resort".formatted(opened.rotation(), title,
					listed(opened.candidates()));
		}
		return "'%s' waits for %s".formatted(title, listed(opened.candidates()));
	}

	private static String listed(Collection<String> people) {
		return String.join(", ", people.stream().sorted().toList());
	}

	/** The task that waits at an element of a run. */
	public Optional<InboxTask> waiting(RunId run, String stepId) {
		return this.table.open(run).stream().filter((task) -> task.stepId().equals(stepId)).findFirst();
	}

	/** What waits in a run. */
	public List<InboxTask> open(RunId run) {
		return this.table.open(run);
	}

	/** Whether the plan as it is sealed now has been approved. */
	public boolean approved(RunId run) {
		return this.table.approved(run);
	}

	/** Whether the step with this key has already asked the next level. */
	public boolean escalatedBy(InboxTask task, String key) {
		return this.table.escalatedBy(task.id(), key);
	}

	/**
	 * Asks the next level too; whoever had claimed the task has it no longer for
	 * themselves.
	 * @param key of the step that asks; the same step asks once
	 * @param lastResort whether {@code people} are asked because the rotation has nobody
	 * left
	 * @param next when the level after that is asked; null when there is none
	 */
	public void escalated(InboxTask task, String key, int level, Collection<String> people, boolean lastResort,
			@Nullable Instant next) {
		this.table.escalate(task.id(), key, level, people, next);
		this.events.publishEvent(new TaskAsked(task, Set.copyOf(people), level, lastResort, next));
		this.ledger.append(Deed.of("task.escalated", "system", task.run().toString(), Map.of("step", task.stepId(),
				"level", Integer.toString(level), "people", listed(people), "lastResort", String.valueOf(lastResort))));
		this.timeline.add(task.run(), "task.escalated", "system", task.stepId(),
				escalation(task.title(), people, lastResort));
	}

	private static String escalation(String title, Collection<String> people, boolean lastResort) {
		if (people.isEmpty()) {
			return "Nobody answered '%s' in time, and nobody is left to ask: it still waits".formatted(title);
		}
		return "Nobody answered '%s' in time: %s asked too%s".formatted(title,
				listed(people) + ((people.size() == 1) ? " is" : " are"),
				lastResort ? ", as a last resort: nobody else is on call" : "");
	}

	/** The task is answered, or the playbook no longer needs it. */
	public void closed(String taskId) {
		this.table.close(taskId, this.clock.instant());
	}

}
