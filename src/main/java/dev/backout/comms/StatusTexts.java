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

	/**
	 * The text of a template.
	 * @param wording last part of its name; a status, or what else there is to say
	 */
	Rendered of(String wording, String release, Map<String, String> written) {
		var template = this.templates.get("status-" + wording.toLowerCase(Locale.ROOT));
		var fields = new HashMap<>(this.known.of(template, release, "system"));
		fields.putAll(written);
		return this.templates.render(template, fields);
	}

}
