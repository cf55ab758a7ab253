package dev.backout.comms;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

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
		var template = template(wording);
		var fields = new HashMap<>(this.known.of(template, release, "system"));
		written.forEach((field, text) -> fields.put(field, field.equals("impact") ? KnownFields.ended(text) : text));
		return this.templates.render(template, fields);
	}

	/** How soon the wording promises the next word, if it does. */
	Optional<Duration> nextUpdateAfter(String wording) {
		return Optional.ofNullable(template(wording).nextUpdateAfter());
	}

	private MessageTemplate template(String wording) {
		return this.templates.get("status-" + wording.toLowerCase(Locale.ROOT));
	}

}
