package dev.backout.run;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Puts what a person did into the timeline and, with proof, into the ledger. */
@Component
class RunRecord {

	private final Timeline timeline;

	private final Ledger ledger;

	private final EscalationProperties patience;

	private final ApplicationEventPublisher events;

	RunRecord(Timeline timeline, Ledger ledger, EscalationProperties patience, ApplicationEventPublisher events) {
		this.events = events;
		this.timeline = timeline;
		this.ledger = ledger;
		this.patience = patience;
	}

	static void demand(Person person, Role role, String deed) {
		if (!person.has(role)) {
			throw new Rejected("run.forbidden", "To %s takes the role %s, which %s does not have".formatted(deed,
					role.name().toLowerCase(java.util.Locale.ROOT), person.id()));
		}
	}

	void add(RunId run, String kind, Person by, @Nullable String stepId, String text, Map<String, String> parameters) {
		this.ledger.append(Deed.of(kind, by.id(), run.toString(), parameters));
		this.timeline.add(run, kind, by.id(), stepId, text);
	}

	/** Somebody was named for a task by somebody else, and has to hear of it. */
	void asked(InboxTask task, String person) {
		this.events.publishEvent(new TaskAsked(task, Set.of(person), task.level(), false, task.escalatesAt()));
	}

	/** What the playbook knows from its start; a request cannot replace ours. */
	Map<String, String> variables(Run run, Map<String, String> requested) {
		var variables = new HashMap<>(requested);
		variables.put("runId", run.id().toString());
		variables.put("kind", run.kind().name());
		variables.put("release", run.release());
		variables.put("target", run.target());
		variables.put("requester", run.requester());
		variables.put("severity", run.severity().name());
		variables.put("reason", run.reason());
		variables.put("planDigest", (run.planDigest() != null) ? run.planDigest() : "");
		variables.put("approvalPatience", this.patience.approval().toString());
		variables.put("decisionPatience", this.patience.decision().toString());
		variables.put("messagePatience", this.patience.message().toString());
		return variables;
	}

}
