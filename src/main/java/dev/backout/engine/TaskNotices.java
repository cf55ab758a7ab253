package dev.backout.engine;

import java.util.HashMap;
import java.util.Map;

import dev.backout.comms.MessageRequest;
import dev.backout.comms.Messages;
import dev.backout.kernel.Rejected;
import dev.backout.run.InboxTask;
import dev.backout.run.Timeline;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Writes to the people who are asked, in the transaction that asks them. A message that
 * cannot be written never holds the run up: the timeline says so.
 */
@Component
class TaskNotices {

	private final ObjectProvider<Messages> messages;

	private final Timeline timeline;

	private final String baseUrl;

	TaskNotices(ObjectProvider<Messages> messages, Timeline timeline,
			@Value("${backout.messages.base-url:http://localhost:8080}") String baseUrl) {
		this.messages = messages;
		this.timeline = timeline;
		this.baseUrl = baseUrl.replaceAll("/+$", "");
	}

	/** A task has come up, and somebody is asked first. */
	void asked(InboxTask task, String person, String plan) {
		var fields = new HashMap<String, String>();
		fields.put("url", this.baseUrl + "/tasks/" + task.id());
		fields.put("target", task.target());
		if (task.dueAt() != null) {
			fields.put("dueAt", task.dueAt().toString());
		}
		if (task.approval()) {
			fields.put("what", task.title() + " of " + task.release());
			fields.put("undo", plan.isBlank() ? "The plan says how" : plan);
			fields.put("requester", task.requester());
			if (task.escalatesAt() != null) {
				fields.put("escalatesAt", task.escalatesAt().toString());
			}
			send(task, person, "approval-needed", "asked", fields);
		}
		else {
			fields.put("task", task.title());
			fields.put("why", "you are on call for '%s'".formatted(task.rotation()));
			send(task, person, "page-owner", "asked", fields);
		}
	}

	/** Nobody answered, so somebody else is asked too. */
	void escalated(InboxTask task, String person, int level) {
		var fields = new HashMap<String, String>();
		fields.put("url", this.baseUrl + "/tasks/" + task.id());
		fields.put("target", task.target());
		fields.put("task", task.title());
		fields.put("why", "nobody answered in time, and you are next in '%s'".formatted(task.rotation()));
		fields.put("before", String.join(", ", task.candidates().stream().sorted().toList()));
		send(task, person, "page-owner", "level" + level, fields);
	}

	private void send(InboxTask task, String person, String template, String occasion, Map<String, String> fields) {
		var messages = this.messages.getIfAvailable();
		if (messages == null) {
			return;
		}
		try {
			messages.send("task-%s-%s-%s".formatted(task.id(), occasion, person),
					new MessageRequest(template, "person:" + person, task.run().toString(), task.release(), fields),
					"system");
		}
		catch (Rejected ex) {
			this.timeline.add(task.run(), "message.not-sent", "system", task.stepId(),
					"%s was not written to: %s".formatted(person, ex.reason()));
		}
	}

}
