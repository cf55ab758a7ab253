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
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Tells people by e-mail that a task waits for them, in the transaction in which it does:
 * nobody is asked without being told, nor told of what was rolled back. Rehearsals and
 * drills write to nobody.
 */
@Component
class TaskLetters {

	private final Messages messages;

	private final People people;

	private final Runs runs;

	TaskLetters(Messages messages, People people, Runs runs) {
		this.messages = messages;
		this.people = people;
		this.runs = runs;
	}

	@EventListener
	void asked(TaskAsked asked) {
		var task = asked.task();
		if (this.runs.get(task.run()).kind() != RunKind.REAL) {
			return;
		}
		var template = (task.kind() == InboxTask.Kind.APPROVAL) ? "approval-needed" : "page-owner";
		for (var person : asked.people()) {
			if (this.people.find(person).isPresent()) {
				this.messages.send(
						"task:%s:%d:%s".formatted(task.id(), asked.level(), person), new MessageRequest(template,
								"person:" + person, task.run().toString(), task.release(), fields(task, why(asked))),
						"system");
			}
		}
	}

	private static String why(TaskAsked asked) {
		return (asked.level() > 1) ? "Nobody has answered it yet. Whoever was asked before can still answer."
				: "You are the first to be asked.";
	}

	private Map<String, String> fields(InboxTask task, String why) {
		var fields = new HashMap<String, String>();
		fields.put("what", task.title());
		fields.put("target", task.target());
		fields.put("requester", this.people.nameOf(task.requester()));
		fields.put("why", why);
		fields.put("url", "/tasks/" + task.id());
		if (task.dueAt() != null) {
			fields.put("dueAt", task.dueAt().toString());
			fields.put("escalatesAt", task.dueAt().toString());
		}
		return fields;
	}

}
