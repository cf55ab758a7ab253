package dev.backout.comms;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Notes what was said to whom: in the record, among the promises, and to live pages. */
@Component
class Journal {

	private static final String PROMISE = "nextUpdateAt";

	private final Ledger ledger;

	private final Promises promises;

	private final Announcements announcements;

	Journal(Ledger ledger, Promises promises, Announcements announcements) {
		this.ledger = ledger;
		this.promises = promises;
		this.announcements = announcements;
	}

	void edited(Message message, Map<String, String> fields, String by) {
		record("message.edited", message, by,
				Map.of("fields", String.join(",", fields.keySet().stream().sorted().toList())), null);
	}

	/**
	 * A message to stakeholders keeps the promises of those before it and may make a new
	 * one. One to a single person, such as a request for approval, does neither.
	 */
	void sent(Message message, Map<String, String> fields, int copies) {
		var sent = Objects.requireNonNull(message.sent());
		var by = sent.by();
		var now = sent.at();
		record("message.sent", message, by,
				Map.of("copies", String.valueOf(copies), "subject", sent.content().subject()),
				Digests.sha256Hex(sent.content().text()));
		var run = message.run();
		if (run != null && !message.audience().contains(":")) {
			this.promises.keep(run, now);
			promised(fields).ifPresent((due) -> {
				if (!due.isAfter(now)) {
					throw new Rejected("message.promise-past",
							"The next update is promised for %s, which has passed. Choose a later time".formatted(due));
				}
				this.promises.make(message.id(), run, by, due);
			});
		}
	}

	void tested(Message message, String to) {
		record("message.tested", message, to, Map.of(), null);
	}

	void triedAgain(Message message, long delivery, String by) {
		record("message.tried-again", message, by, Map.of("delivery", String.valueOf(delivery)), null);
	}

	void changed(Message message) {
		this.announcements.tell(new MessagesChanged(message.run()));
	}

	private static Optional<Instant> promised(Map<String, String> fields) {
		try {
			return Optional.ofNullable(fields.get(PROMISE)).filter((text) -> !text.isBlank()).map(Instant::parse);
		}
		catch (DateTimeException ex) {
			throw new Rejected("message.promise-unclear",
					"'%s' is no time that we can keep. Give it as 2026-11-23T03:30:00Z".formatted(fields.get(PROMISE)));
		}
	}

	private void record(String kind, Message message, String by, Map<String, String> more, @Nullable String after) {
		var parameters = new HashMap<>(more);
		parameters.putAll(Map.of("message", message.id().toString(), "template",
				message.template() + " v" + message.templateVersion(), "audience", message.audience()));
		var subject = Objects.requireNonNullElse(message.run(), message.id().toString());
		this.ledger.append(new Deed(kind, by, subject, parameters, null, after));
		changed(message);
	}

}
