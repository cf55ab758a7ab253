package dev.backout.desk;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.backout.comms.Message;
import dev.backout.comms.MessageRequest;
import dev.backout.comms.MessageTemplate;
import dev.backout.comms.Messages;
import dev.backout.comms.Templates;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.run.Answer;
import dev.backout.run.Inbox;
import dev.backout.run.InboxTask;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Messages that a task asks its named owner to send: drafted from the run, edited, sent.
 */
@Component
public class Letters {

	/** The choice of a task that sends its message. */
	public static final String SEND = "send";

	private final Messages messages;

	private final Templates templates;

	private final Inbox inbox;

	Letters(Messages messages, Templates templates, Inbox inbox) {
		this.messages = messages;
		this.templates = templates;
		this.inbox = inbox;
	}

	/**
	 * The template that a task's message is written from.
	 * @throws Rejected {@code task.no-template} when the playbook names none
	 */
	public MessageTemplate template(InboxTask task) {
		var template = task.properties().get("template");
		if (template == null) {
			throw new Rejected("task.no-template",
					"Task '%s' names no message template; mend the playbook".formatted(task.title()));
		}
		return this.templates.get(template);
	}

	/** What the gaps of a draft would be filled with if {@code by} sent it now. */
	public Map<String, String> values(Message draft, Person by) {
		return this.messages.fields(draft, by.id());
	}

	/** The draft of a task, if somebody opened it before. */
	public Optional<Message> draftOf(InboxTask task) {
		var template = task.properties().get("template");
		return this.messages.of(task.run().toString())
			.stream()
			.filter((message) -> message.draft() && message.template().equals(template))
			.findFirst();
	}

	/** The draft of a task, written now if there is none. */
	public Message draft(InboxTask task, Person by) {
		return this.messages.draft(new MessageRequest(template(task).name(), task.properties().get("audience"),
				task.run().toString(), task.release(), Map.of()), by.id());
	}

	/**
	 * Changes the draft of a task.
	 * @throws Rejected {@code task.forbidden} unless {@code by} may answer the task
	 */
	@Transactional
	public void edit(InboxTask task, Map<String, String> fields, Person by) {
		demand(task, by);
		this.messages.edit(draft(task, by).id(), changed(task, fields, by), by.id());
	}

	/**
	 * Sends the draft of a task as it was edited, and answers the task: both or neither.
	 */
	@Transactional
	public void send(InboxTask task, Map<String, String> fields, Person by) {
		demand(task, by);
		var draft = this.messages.edit(draft(task, by).id(), changed(task, fields, by), by.id());
		this.messages.send(draft.id(), by.id());
		this.inbox.answer(task.id(), Answer.of(SEND, null, task.seal()), by);
	}

	/** Only what the person wrote: the rest goes on following the run and the clock. */
	private Map<String, String> changed(InboxTask task, Map<String, String> fields, Person by) {
		var known = this.messages.fields(draft(task, by), by.id());
		var changed = new HashMap<>(fields);
		changed.entrySet()
			.removeIf((field) -> field.getValue().strip().equals(known.getOrDefault(field.getKey(), "").strip()));
		return changed;
	}

	private static void demand(InboxTask task, Person by) {
		var whyNot = task.forbidden(by);
		if (whyNot != null) {
			throw new Rejected("task.forbidden", whyNot);
		}
	}

}
