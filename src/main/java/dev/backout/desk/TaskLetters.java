package dev.backout.desk;

import java.util.HashMap;
import java.util.Map;

import dev.backout.comms.MessageRequest;
import dev.backout.comms.Messages;
import dev.backout.people.People;
import dev.backout.run.InboxTask;
import dev.backout.run.RunKind;
import dev.backout.run.Runs;
import dev.backout.run.TaskAsked;
import dev.backout.run.Timeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells people by e-mail that a task waits for them, in the transaction in which it does:
 * nobody is told of what was rolled back. A letter that cannot be written stops no run: a
 * savepoint parts it from the rest, and the timeline says who was not told. Rehearsals
 * and drills write to nobody.
 */
@Component
class TaskLetters {

	private static final Logger logger = LoggerFactory.getLogger(TaskLetters.class);

	private final Messages messages;

	private final People people;

	private final Runs runs;

	private final Timeline timeline;

	private final TransactionTemplate aside;

	TaskLetters(Messages messages, People people, Runs runs, Timeline timeline,
			PlatformTransactionManager transactions) {
		this.messages = messages;
		this.people = people;
		this.runs = runs;
		this.timeline = timeline;
		this.aside = new TransactionTemplate(transactions);
		this.aside.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
	}

	@EventListener
	void asked(TaskAsked asked) {
		var task = asked.task();
		if (this.runs.get(task.run()).kind() != RunKind.REAL) {
			return;
		}
		for (var person : asked.people()) {
			if (this.people.find(person).isPresent()) {
				write(asked, person);
			}
		}
	}

	private void write(TaskAsked asked, String person) {
		var task = asked.task();
		try {
			this.aside.executeWithoutResult((status) -> this.messages
				.send("task:%s:%d:%s".formatted(task.id(), asked.level(), person), request(asked, person), "system"));
		}
		catch (RuntimeException ex) {
			logger.warn("No letter to {} about task {}", person, task.id(), ex);
			this.timeline.add(task.run(), "letter.failed", "system", task.stepId(),
					"%s was not told by e-mail that '%s' waits, and must be told otherwise: %s".formatted(person,
							task.title(), ex.getMessage()));
		}
	}

	private MessageRequest request(TaskAsked asked, String person) {
		var task = asked.task();
		var template = (task.kind() == InboxTask.Kind.APPROVAL) ? "approval-needed" : "page-owner";
		// A scheduled run is about no release.
		return new MessageRequest(template, "person:" + person, task.run().toString(),
				task.release().isBlank() ? null : task.release(), fields(asked));
	}

	private static String why(TaskAsked asked) {
		if (asked.lastResort()) {
			return "Nobody who is on call can answer it, so you are asked as a last resort.";
		}
		return (asked.level() > 1) ? "Nobody has answered it yet. Whoever was asked before can still answer."
				: "You are the first to be asked.";
	}

	private Map<String, String> fields(TaskAsked asked) {
		var task = asked.task();
		var fields = new HashMap<String, String>();
		fields.put("what", task.title());
		fields.put("target", task.target());
		fields.put("requester", this.people.nameOf(task.requester()));
		fields.put("why", why(asked));
		fields.put("url", "/tasks/" + task.id());
		if (asked.nextAt() != null) {
			fields.put("dueAt", asked.nextAt().toString());
			fields.put("escalatesAt", asked.nextAt().toString());
		}
		return fields;
	}

}
