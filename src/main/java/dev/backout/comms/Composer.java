package dev.backout.comms;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.springframework.stereotype.Component;

/** Fills a template from what people wrote and from what is known, and frames it. */
@Component
class Composer {

	private final Templates templates;

	private final KnownFields known;

	private final Frame frame;

	Composer(Templates templates, KnownFields known, Frame frame) {
		this.templates = templates;
		this.known = known;
		this.frame = frame;
	}

	MessageTemplate template(String name) {
		return this.templates.get(name);
	}

	/**
	 * All the template's fields: as written, else as known, else the template's default.
	 */
	Map<String, String> fields(Message message, String by) {
		var template = this.templates.get(message.template());
		var fields = new HashMap<>(this.known.of(template, message.release(), by));
		message.fields().forEach((field, value) -> {
			if (!value.isBlank()) {
				fields.put(field, address(field, value));
			}
		});
		return this.templates.filled(template, fields);
	}

	private String address(String field, String value) {
		var path = field.toLowerCase(Locale.ROOT).endsWith("url") && value.matches("/[^/].*");
		return path ? this.frame.url(value) : value;
	}

	/** The whole message as it leaves, frame and footer included. */
	Rendered compose(Message message, String by) {
		var inner = this.templates.render(this.templates.get(message.template()), fields(message, by));
		return this.templates.framed(inner, this.frame.of(message));
	}

}
