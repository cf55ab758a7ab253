package dev.backout.comms;

import java.time.Clock;
import java.util.List;
import java.util.UUID;

import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** What became of the copies of a message. */
@Component
public class Deliveries {

	private final TransactionTemplate transaction;

	private final MessageTable table;

	private final Outbox outbox;

	private final Copies copies;

	private final Journal journal;

	private final Clock clock;

	Deliveries(TransactionTemplate transaction, MessageTable table, Outbox outbox, Copies copies, Journal journal,
			Clock clock) {
		this.transaction = transaction;
		this.table = table;
		this.outbox = outbox;
		this.copies = copies;
		this.journal = journal;
		this.clock = clock;
	}

	/** The copies of a message. */
	public List<Delivery> of(UUID message) {
		return this.outbox.of(message);
	}

	/** A copy exactly as it leaves: a file that mail programs open. */
	public byte[] eml(long delivery) {
		return this.copies.eml(delivery);
	}

	/** Tries a copy again that was refused or given up. */
	public void tryAgain(long delivery, String by) {
		this.transaction.executeWithoutResult((status) -> {
			var copy = this.copies.find(delivery).delivery();
			if (this.outbox.again(delivery, this.clock.instant())) {
				this.journal.triedAgain(this.table.get(copy.message()), delivery, by);
			}
		});
	}

}
