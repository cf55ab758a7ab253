package dev.backout.comms;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import dev.backout.comms.StatusView.Incident;
import dev.backout.ledger.Deed;
import dev.backout.ledger.Ledger;
import org.springframework.stereotype.Component;

/**
 * Tells subscribers, the record and live pages that the status page says something new.
 */
@Component
class StatusNews {

	private final Messages messages;

	private final Subscribers subscribers;

	private final Ledger ledger;

	private final Announcements announcements;

	private final MessageProperties properties;

	StatusNews(Messages messages, Subscribers subscribers, Ledger ledger, Announcements announcements,
			MessageProperties properties) {
		this.messages = messages;
		this.subscribers = subscribers;
		this.ledger = ledger;
		this.announcements = announcements;
		this.properties = properties;
	}

	void posted(Incident incident, List<String> components, StatusPost post, String by) {
		var readers = this.subscribers.recipients(components);
		if (!readers.isEmpty()) {
			var request = new MessageRequest("status-update", Audiences.SUBSCRIBERS, incident.run(), null,
					fields(incident, post));
			this.messages.send("status:" + post.key(), request, readers, by);
		}
		this.ledger.append(Deed.of("status.posted", by, post.run(),
				Map.of("incident", incident.id().toString(), "status", post.status().name(), "text", post.text())));
		this.announcements.tell(new StatusChanged());
	}

	private Map<String, String> fields(Incident incident, StatusPost post) {
		var fields = new HashMap<String, String>();
		fields.put("incident", incident.title());
		fields.put("status", post.status().label());
		fields.put("scope", KnownFields.sentence(incident.components()));
		fields.put("text", post.text());
		fields.put("url", this.properties.url("/status/incidents/" + incident.id()));
		fields.put("nextUpdateAt", Objects.toString(post.nextUpdateAt(), ""));
		return fields;
	}

	void noted(String kind, UUID subject, Map<String, String> parameters, String by) {
		this.ledger.append(Deed.of(kind, by, subject.toString(), parameters));
		this.announcements.tell(new StatusChanged());
	}

}
