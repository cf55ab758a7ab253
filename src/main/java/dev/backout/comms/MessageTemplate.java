package dev.backout.comms;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A text with gaps that people other than engineers may edit.
 *
 * @param name stable, what playbooks refer to
 * @param version counts up with every change; messages remember theirs
 * @param title what it is for, in a few words
 * @param channel where it goes
 * @param audience who gets it when nobody says otherwise
 * @param subject subject line or headline, with gaps
 * @param required fields without which it is not rendered
 * @param optional other fields that it knows
 * @param defaults texts, themselves with gaps, for fields that nobody filled
 * @param nextUpdateAfter how soon the next word is promised, unless somebody says
 * otherwise
 * @param body with gaps
 */
public record MessageTemplate(String name, int version, String title, Channel channel, String audience, String subject,
		List<String> required, List<String> optional, Map<String, String> defaults, @Nullable Duration nextUpdateAfter,
		String body) {

	public MessageTemplate {
		required = List.copyOf(required);
		optional = List.copyOf(optional);
		defaults = Map.copyOf(defaults);
	}

	/** Where a template's text goes. */
	public enum Channel {

		/** E-mail, as text and as HTML. */
		MAIL,
		/** The status page. */
		STATUS

	}

	/** All fields that it knows, the required ones first. */
	public List<String> fields() {
		return Stream.concat(this.required.stream(), this.optional.stream()).toList();
	}

}
