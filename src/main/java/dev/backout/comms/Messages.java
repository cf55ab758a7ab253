package dev.backout.comms;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes, edits and sends messages. What was sent stays as it was sent. */
@Component
public class Messages {

	private final TransactionTemplate transaction;

	private final MessageTable table;

	private final Drafting drafting;

	private final Dispatch dispatch;

	private final Journal journal;

	Messages(TransactionTemplate transaction, MessageTable table, Drafting drafting, Dispatch dispatch,
			Journal journal) {
		this.transaction = transaction;
		this.table = table;
		this.drafting = drafting;
		this.dispatch = dispatch;
		this.journal = journal;
	}

	/**
	 * A draft about the run from this template: the one that waits already, or a new one.
	 * @param by id of the person, or {@code system}
	 */
	public Message draft(MessageRequest request, String by) {
		return this.transaction.execute((status) -> this.drafting.waiting(request).orElseGet(() -> {
			var message = this.drafting.write(request, null, by).orElseThrow();
			this.journal.changed(message);
			return message;
		}));
	}

	/**
	 * Writes and sends in one go, for steps. Takes part in the caller's transaction.
	 * @param key the same for a second try, which then finds the message of the first
	 */
	public Message send(String key, MessageRequest request, String by) {
		return send(key, request, null, by);
	}

	/** The same to given people rather than to an audience. */
	Message send(String key, MessageRequest request, @Nullable List<Recipient> recipients, String by) {
		return this.transaction.execute((status) -> this.drafting.write(request, key, by)
			.map((message) -> (recipients != null) ? this.dispatch.send(message, recipients, by)
					: this.dispatch.send(message, by))
			.orElseGet(() -> this.table.withKey(key).orElseThrow()));
	}

	/**
	 * What the gaps of a draft would be filled with if {@code by} sent it now: as
	 * written, else as known, else the template's default. A form shows these.
	 */
	public Map<String, String> fields(Message message, String by) {
		return this.drafting.fields(message, by);
	}

	/**
	 * Changes fields of a draft; a blank value goes back to what is known.
	 * @throws Rejected {@code message.sent} when it has left already
	 */
	public Message edit(UUID id, Map<String, String> fields, String by) {
		return this.transaction.execute((status) -> {
			var edited = this.drafting.edit(this.table.lock(id), fields);
			this.journal.edited(edited, fields, by);
			return edited;
		});
	}

	/**
	 * The draft as it would leave, or the message as it left.
	 * @throws Rejected {@code message.missing-fields} while gaps are open
	 */
	public Rendered preview(UUID id, String by) {
		return this.drafting.preview(this.table.get(id), by);
	}

	/**
	 * Sends a draft. A second time changes nothing.
	 * @param by id of the person who answers for it
	 * @throws Rejected while gaps are open, when nobody would get it, or when it promises
	 * a moment that has passed
	 */
	public Message send(UUID id, String by) {
		return this.transaction.execute((status) -> {
			var message = this.table.lock(id);
			return message.draft() ? this.dispatch.send(message, by) : message;
		});
	}

	/** Sends a draft as it is to one person only, marked as a test. */
	public Message test(UUID id, String to) {
		return this.transaction.execute((status) -> {
			var draft = this.table.get(id);
			var request = new MessageRequest(draft.template(), "person:" + to, null, draft.release(), draft.fields());
			return this.dispatch.test(draft, this.drafting.write(request, null, to).orElseThrow(), to);
		});
	}

	/**
	 * The message.
	 * @throws Rejected {@code message.unknown}
	 */
	public Message get(UUID id) {
		return this.table.get(id);
	}

	/** All about a run, drafts too, in the order in which they were written. */
	public List<Message> of(String run) {
		return this.table.of(run);
	}

	/** What was sent last, newest first. */
	public List<Message> latest(int atMost) {
		return this.table.latest(atMost);
	}

}
