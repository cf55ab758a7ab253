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
import org.springframework.transaction.support.TransactionTemplate;

/** Writes, edits and sends messages. What was sent stays as it was sent. */
@Component
public class Messages {

	private final TransactionTemplate transaction;

	private final MessageTable table;

	private final Composer composer;

	private final Dispatch dispatch;

	private final Journal journal;

	private final MessageProperties properties;

	private final Clock clock;

	Messages(TransactionTemplate transaction, MessageTable table, Composer composer, Dispatch dispatch, Journal journal,
			MessageProperties properties, Clock clock) {
		this.transaction = transaction;
		this.table = table;
		this.composer = composer;
		this.dispatch = dispatch;
		this.journal = journal;
		this.properties = properties;
		this.clock = clock;
	}

	/**
	 * A draft about the run from this template: the one that waits already, or a new one.
	 * @param by id of the person, or {@code system}
	 */
	public Message draft(MessageRequest request, String by) {
		return this.transaction.execute((status) -> waiting(request).orElseGet(() -> {
			var message = blank(request, by);
			this.table.insert(message, null);
			this.journal.changed(message);
			return message;
		}));
	}

	private Optional<Message> waiting(MessageRequest request) {
		return Optional.ofNullable(request.run())
			.map(this.table::of)
			.orElse(List.of())
			.stream()
			.filter((message) -> message.draft() && message.template().equals(request.template()))
			.findFirst();
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
		return this.transaction.execute((status) -> {
			var message = blank(request, by);
			if (!this.table.insert(message, key)) {
				return this.table.withKey(key).orElseThrow();
			}
			return (recipients != null) ? this.dispatch.send(message, recipients, by) : this.dispatch.send(message, by);
		});
	}

	private Message blank(MessageRequest request, String by) {
		var template = this.composer.template(request.template());
		if (template.channel() != MessageTemplate.Channel.MAIL) {
			throw new Rejected("message.not-mail",
					"Template '%s' is for the status page, not for mail".formatted(template.name()));
		}
		var id = UUID.randomUUID();
		return new Message(id, request.run(), template.name(), template.version(),
				Objects.requireNonNullElse(request.audience(), template.audience()), request.release(),
				request.fields(), by, this.clock.instant(), this.properties.messageId(id), null);
	}

	/**
	 * What the gaps of a draft would be filled with if {@code by} sent it now: as
	 * written, else as known, else the template's default. A form shows these.
	 */
	public Map<String, String> fields(Message message, String by) {
		return this.composer.fields(message, by);
	}

	/**
	 * Changes fields of a draft; a blank value goes back to what is known.
	 * @throws Rejected {@code message.sent} when it has left already
	 */
	public Message edit(UUID id, Map<String, String> fields, String by) {
		return this.transaction.execute((status) -> {
			var message = this.table.lock(id);
			if (!message.draft()) {
				throw new Rejected("message.sent", "The message was sent and cannot be changed. Write another one");
			}
			var merged = new HashMap<>(message.fields());
			merged.putAll(fields);
			this.table.edit(id, merged);
			this.journal.edited(message, fields, by);
			return this.table.get(id);
		});
	}

	/**
	 * The draft as it would leave, or the message as it left.
	 * @throws Rejected {@code message.missing-fields} while gaps are open
	 */
	public Rendered preview(UUID id, String by) {
		var message = this.table.get(id);
		return (message.sent() != null) ? message.sent().content() : this.composer.compose(message, by);
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
			var copy = blank(
					new MessageRequest(draft.template(), "person:" + to, null, draft.release(), draft.fields()), to);
			this.table.insert(copy, null);
			this.dispatch.test(draft, copy, to);
			return this.table.get(copy.id());
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
