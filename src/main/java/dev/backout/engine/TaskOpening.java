package dev.backout.engine;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.playbook.Outline;
import dev.backout.run.Escalation;
import dev.backout.run.InboxEntries;
import dev.backout.run.InboxTask;
import dev.backout.run.RunId;
import dev.backout.run.RunTrace;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.camunda.bpm.engine.task.IdentityLink;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Brings tasks into the task list and finds out who may answer them: the first level of
 * the rotation whose person may. An approval skips the person who asked for it.
 */
@Component
class TaskOpening {

	/** What an approval is bound to unless the playbook names another variable. */
	static final String SEAL = "planDigest";

	/** Why the engine ends a run whose work has not begun. */
	static final String AT_ITS_BEGINNING = "Aborted before its work began";

	private final InboxEntries inbox;

	private final Outlines outlines;

	private final Escalation escalation;

	private final RunTrace trace;

	TaskOpening(InboxEntries inbox, Outlines outlines, Escalation escalation, RunTrace trace) {
		this.inbox = inbox;
		this.outlines = outlines;
		this.escalation = escalation;
		this.trace = trace;
	}

	void opened(DelegateTask task) {
		var run = RunTracing.run(task.getExecution());
		var spec = spec(task);
		var may = Escalation.mayAnswer(InboxTask.Kind.of(spec), String.valueOf(Given.first(task, "requester")));
		var rotation = task.getCandidates()
			.stream()
			.map(IdentityLink::getGroupId)
			.filter((id) -> id != null)
			.findFirst();
		var first = this.escalation.firstFrom(rotation.orElse(null), 1, may, Instant.now());
		var people = this.escalation.mayAnswer(named(task), may);
		first.map(Escalation.Turn::person).ifPresent(people::add);
		var lastResort = people.isEmpty();
		if (lastResort) {
			people.addAll(this.escalation.lastResort(may));
		}
		var ids = people.stream().map(Person::id).collect(Collectors.toSet());
		task.addCandidateUsers(ids);
		this.inbox.opened(new InboxEntries.Opened(task.getId(), run, spec, ids, rotation.orElse(null),
				first.map(Escalation.Turn::level).orElse(0), lastResort,
				Optional.ofNullable(task.getDueDate()).map(java.util.Date::toInstant).orElse(null), seal(task, spec),
				because(task, spec)));
	}

	/** Why there is something to decide: the last refusal. */
	private static @Nullable String because(DelegateTask task, Outline.UserTask spec) {
		var refusal = task.getVariable("refusal");
		return (refusal != null && !FourEyes.isApproval(spec)
				&& !spec.properties().getOrDefault("kind", "").equals("message")) ? refusal.toString() : null;
	}

	private static Set<String> named(DelegateTask task) {
		var people = task.getCandidates()
			.stream()
			.map(IdentityLink::getUserId)
			.filter((id) -> id != null)
			.collect(Collectors.toSet());
		if (task.getAssignee() != null) {
			people.add(task.getAssignee());
		}
		return people;
	}

	private static @Nullable String seal(DelegateTask task, Outline.UserTask spec) {
		if (!FourEyes.isApproval(spec)) {
			return null;
		}
		var seal = String.valueOf(Given.now(task, spec.properties().getOrDefault("seal", SEAL)));
		if (seal.isBlank() || seal.equals("null")) {
			throw new Rejected("approval.unsealed",
					"'%s' has nothing to approve: no step before it sealed a plan".formatted(spec.name()));
		}
		return seal;
	}

	/** Whoever hands a task on, it never reaches the person who may not answer it. */
	void assigned(DelegateTask task) {
		if (task.getAssignee() != null) {
			var spec = spec(task);
			FourEyes.demandAnother(spec, task.getAssignee(), Given.first(task, "requester"));
			this.escalation.demandRole(InboxTask.Kind.of(spec), task.getAssignee());
		}
	}

	void closed(DelegateTask task) {
		this.inbox.closed(task.getId());
	}

	/** Gives the outcome in words. */
	String runEnded(RunId run, DelegateExecution execution) {
		var outline = this.outlines.of(execution.getProcessDefinitionId());
		var end = outline.ends().get(String.valueOf(execution.getCurrentActivityId()));
		var outcome = (end != null) ? end.name()
				: AT_ITS_BEGINNING.equals(((ExecutionEntity) execution).getDeleteReason()) ? AT_ITS_BEGINNING
						: "Ended from outside the playbook";
		this.trace.ended(run, end == null || end.aborted(), outcome);
		return outcome;
	}

	private Outline.UserTask spec(DelegateTask task) {
		var spec = this.outlines.of(task.getProcessDefinitionId()).tasks().get(task.getTaskDefinitionKey());
		if (spec == null) {
			throw new IllegalStateException("Task '%s' is not in its playbook".formatted(task.getTaskDefinitionKey()));
		}
		return spec;
	}

}
