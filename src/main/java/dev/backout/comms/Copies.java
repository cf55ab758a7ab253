package dev.backout.comms;

import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import dev.backout.comms.mail.Envelope;
import dev.backout.comms.mail.MailProperties;
import dev.backout.comms.mail.Mime;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Copies of messages as each recipient gets them. */
@Component
class Copies {

	private final MessageTable table;

	private final Outbox outbox;

	private final Links links;

	private final MessageProperties properties;

	private final MailProperties mail;

	Copies(MessageTable table, Outbox outbox, Links links, MessageProperties properties, MailProperties mail) {
		this.table = table;
		this.outbox = outbox;
		this.links = links;
		this.properties = properties;
		this.mail = mail;
	}

	/** The copy as a file that mail programs open. */
	byte[] eml(long delivery) {
		return Mime.bytes(envelope(find(delivery)), this.mail.from());
	}

	Outbox.Taken find(long delivery) {
		return this.outbox.find(delivery)
			.orElseThrow(() -> new Rejected("message.unknown-copy", "There is no copy %d".formatted(delivery)));
	}

	Envelope envelope(Outbox.Taken taken) {
		var delivery = taken.delivery();
		var message = this.table.get(delivery.message());
		var sent = Objects.requireNonNull(message.sent(), "only what was sent has copies");
		var token = token(taken.subscriber());
		var content = sent.content();
		return new Envelope(message.id() + "-" + delivery.id(), message.messageId(),
				this.table.thread(message).orElse(null), delivery.address(), delivery.name(), content.subject(),
				content.text().replace(Frame.TOKEN, token), content.html().replace(Frame.TOKEN, token), sent.at(),
				headers(message, taken.subscriber(), token));
	}

	private String token(@Nullable UUID subscriber) {
		return (subscriber != null) ? this.links.sign(Links.UNSUBSCRIBE, subscriber.toString(), null) : "";
	}

	private Map<String, String> headers(Message message, @Nullable UUID subscriber, String token) {
		if (subscriber != null) {
			return Map.of("List-Unsubscribe", "<" + this.properties.unsubscribeUrl(token) + ">",
					"List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
		}
		return (message.run() != null) ? Map.of("X-Backout-Run", message.run()) : Map.of();
	}

}
