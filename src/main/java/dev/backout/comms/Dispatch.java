package dev.backout.comms;

import java.time.Clock;
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

	private final Clock clock;

	Dispatch(MessageTable table, Outbox outbox, Composer composer, Audiences audiences, Journal journal, Clock clock) {
		this.table = table;
		this.outbox = outbox;
		this.composer = composer;
		this.audiences = audiences;
		this.journal = journal;
		this.clock = clock;
	}

	Message send(Message message, String by) {
		return send(message, this.audiences.recipients(message.audience(), message.release()), by);
	}

	Message send(Message message, List<Recipient> recipients, String by) {
		var now = this.clock.instant();
		var fields = this.composer.fields(message, by);
		var content = this.composer.compose(message, by);
		this.table.sent(message.id(), content, by, now);
		this.outbox.add(message.id(), recipients, now);
		this.journal.sent(message, content, fields, recipients.size(), by, now);
		return this.table.get(message.id());
	}

	/** A copy of a draft for one pair of eyes; neither promises nor counts as sent. */
	void test(Message draft, Message copy, String to) {
		var content = this.composer.compose(draft, to);
		var marked = new Rendered("TEST: " + content.subject(), content.text(), content.html());
		var now = this.clock.instant();
		this.table.sent(copy.id(), marked, to, now);
		this.outbox.add(copy.id(), this.audiences.recipients(copy.audience(), null), now);
		this.journal.tested(draft, to);
	}

}
