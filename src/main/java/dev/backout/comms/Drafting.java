package dev.backout.comms;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Messages before they are sent. */
@Component
class Drafting {

	private final MessageTable table;

	private final Composer composer;

	private final MessageProperties properties;

	private final Clock clock;

	Drafting(MessageTable table, Composer composer, MessageProperties properties, Clock clock) {
		this.table = table;
		this.composer = composer;
		this.properties = properties;
		this.clock = clock;
	}

	/** The run's draft from this template that waits already, if one does. */
	Optional<Message> waiting(MessageRequest request) {
		var run = request.run();
		return ((run != null) ? this.table.of(run) : List.<Message>of()).stream()
			.filter((message) -> message.draft() && message.template().equals(request.template()))
			.findFirst();
	}

	/** A new message, unless one with this key exists. */
	Optional<Message> write(MessageRequest request, @Nullable String key, String by) {
		var template = this.composer.template(request.template());
		if (template.channel() != MessageTemplate.Channel.MAIL) {
			throw new Rejected("message.not-mail",
					"Template '%s' is for the status page, not for mail".formatted(template.name()));
		}
		var id = UUID.randomUUID();
		var message = new Message(id, request.run(), template.name(), template.version(),
				Objects.requireNonNullElse(request.audience(), template.audience()), request.release(),
				request.fields(), by, this.clock.instant(), this.properties.messageId(id), null);
		return this.table.insert(message, key) ? Optional.of(message) : Optional.empty();
	}

	Message edit(Message message, Map<String, String> fields) {
		if (!message.draft()) {
			throw new Rejected("message.sent", "The message was sent and cannot be changed. Write another one");
		}
		var merged = new HashMap<>(message.fields());
		merged.putAll(fields);
		this.table.edit(message.id(), merged);
		return this.table.get(message.id());
	}

	Map<String, String> fields(Message message, String by) {
		return this.composer.fields(message, by);
	}

	Rendered preview(Message message, String by) {
		return (message.sent() != null) ? message.sent().content() : this.composer.compose(message, by);
	}

}
