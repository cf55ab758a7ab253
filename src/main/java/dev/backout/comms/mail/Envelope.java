package dev.backout.comms.mail;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * One copy of a message, ready to leave.
 *
 * @param key the same for every try of this copy, and only of this one
 * @param messageId RFC 5322 Message-ID without brackets, the same for every copy
 * @param inReplyTo id of the first message about the matter, so that mail programs put
 * them together
 * @param address where to
 * @param name of the recipient, for display
 * @param subject one line
 * @param text plain body
 * @param html HTML body
 * @param sentAt when a person, or a step, sent it; not when it was delivered
 * @param headers further headers
 */
public record Envelope(String key, String messageId, @Nullable String inReplyTo, String address, String name,
		String subject, String text, String html, Instant sentAt, Map<String, String> headers) {

	public Envelope {
		headers = Map.copyOf(headers);
	}

}
