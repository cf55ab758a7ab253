package dev.backout.comms;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import dev.backout.comms.mail.Envelope;
import dev.backout.kernel.Rejected;
import dev.backout.people.People;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Copies of messages as each recipient gets them. */
@Component
class Copies {

	static final String RUN = "X-Backout-Run";

	private final MessageTable table;

	private final Outbox outbox;

	private final Links links;

	private final MessageProperties properties;

	private final People people;

	Copies(MessageTable table, Outbox outbox, Links links, MessageProperties properties, People people) {
		this.table = table;
		this.outbox = outbox;
		this.links = links;
		this.properties = properties;
		this.people = people;
	}

	Outbox.Taken find(long delivery) {
		return this.outbox.find(delivery)
			.orElseThrow(() -> new Rejected("message.unknown-copy", "There is no copy %d".formatted(delivery)));
	}

	Message messageOf(long delivery) {
		return this.table.get(find(delivery).delivery().message());
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
				headers(message, sent.by(), taken.subscriber(), token));
	}

	private String token(@Nullable UUID subscriber) {
		return (subscriber != null) ? this.links.sign(Links.UNSUBSCRIBE, subscriber.toString(), null) : "";
	}

	private Map<String, String> headers(Message message, String by, @Nullable UUID subscriber, String token) {
		var headers = new HashMap<String, String>();
		if (subscriber != null) {
			headers.put("List-Unsubscribe", "<" + this.properties.oneClickUrl(token) + ">");
			headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
		}
		else {
			// Whoever sent it answers for it.
			this.people.find(by).ifPresent((person) -> headers.put("Reply-To", person.email()));
		}
		if (message.run() != null) {
			headers.put(RUN, message.run());
		}
		return headers;
	}

}
