package dev.backout.comms;

import java.util.List;

import org.springframework.stereotype.Component;

/**
 * The moment a message leaves the hands of its writer: it is frozen, and its copies are
 * put into the outbox, in the caller's transaction.
 */
@Component
class Dispatch {

	private final MessageTable table;

	private final Outbox outbox;

	private final Composer composer;

	private final Audiences audiences;

	private final Journal journal;

	Dispatch(MessageTable table, Outbox outbox, Composer composer, Audiences audiences, Journal journal) {
		this.table = table;
		this.outbox = outbox;
		this.composer = composer;
		this.audiences = audiences;
		this.journal = journal;
	}

	Message send(Message message, String by) {
		return send(message, this.audiences.recipients(message.audience(), message.release()), by);
	}

	Message send(Message message, List<Recipient> recipients, String by) {
		var fields = this.composer.fields(message, by);
		var sent = freeze(message, this.composer.compose(message, by), recipients, by);
		this.journal.sent(sent, fields, recipients.size());
		return sent;
	}

	/** A copy of a draft for one pair of eyes; neither promises nor counts as sent. */
	Message test(Message draft, Message copy, String to) {
		var content = this.composer.compose(draft, to);
		var marked = new Rendered("TEST: " + content.subject(), content.text(), content.html());
		this.journal.tested(draft, to);
		return freeze(copy, marked, this.audiences.recipients(copy.audience(), null), to);
	}

	private Message freeze(Message message, Rendered content, List<Recipient> recipients, String by) {
		var sent = this.table.sent(message.id(), content, by);
		this.outbox.add(message.id(), recipients);
		return sent;
	}

}
