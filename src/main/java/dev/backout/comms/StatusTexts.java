package dev.backout.comms;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.springframework.stereotype.Component;

/** The status page's wording, from templates that people other than engineers edit. */
@Component
class StatusTexts {

	private final Templates templates;

	private final KnownFields known;

	StatusTexts(Templates templates, KnownFields known) {
		this.templates = templates;
		this.known = known;
	}

	Rendered of(IncidentStatus status, String release, Map<String, String> written) {
		var template = this.templates.get("status-" + status.name().toLowerCase(Locale.ROOT));
		var fields = new HashMap<>(this.known.of(template, release, "system"));
		fields.putAll(written);
		return this.templates.render(template, fields);
	}

}
