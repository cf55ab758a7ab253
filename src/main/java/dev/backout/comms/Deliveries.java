package dev.backout.comms;

import java.util.List;
import java.util.UUID;

import dev.backout.comms.mail.Carrier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What became of the copies of a message. */
@Component
public class Deliveries {

	private final TransactionTemplate transaction;

	private final Outbox outbox;

	private final Copies copies;

	private final Carrier carrier;

	private final Journal journal;

	Deliveries(TransactionTemplate transaction, Outbox outbox, Copies copies, Carrier carrier, Journal journal) {
		this.transaction = transaction;
		this.outbox = outbox;
		this.copies = copies;
		this.carrier = carrier;
		this.journal = journal;
	}

	/** The copies of a message. */
	public List<Delivery> of(UUID message) {
		return this.outbox.of(message);
	}

	/** A copy exactly as it leaves: a file that mail programs open. */
	public byte[] eml(long delivery) {
		return this.carrier.eml(this.copies.envelope(this.copies.find(delivery)));
	}

	/** Tries a copy again that was refused or given up. */
	public void tryAgain(long delivery, String by) {
		this.transaction.executeWithoutResult((status) -> {
			if (this.outbox.again(delivery)) {
				this.journal.triedAgain(this.copies.messageOf(delivery), delivery, by);
			}
		});
	}

	/** For people: where messages go, a mail server or a directory. */
	public String destination() {
		return this.carrier.destination();
	}

}
