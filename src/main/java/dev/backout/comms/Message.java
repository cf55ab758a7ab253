package dev.backout.comms;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Something to be said to an audience: a draft until somebody sends it, never changed
 * after that.
 *
 * @param id stable
 * @param run the run that it is about, if any
 * @param template name of its template
 * @param templateVersion version of the template when it was written
 * @param audience who gets it
 * @param release the release that it is about, if any
 * @param fields what its gaps are filled with, as people left them
 * @param writtenBy id of the person, or {@code system}
 * @param writtenAt when
 * @param messageId RFC 5322 Message-ID without brackets: one for ever
 * @param sent what went out; nothing while it is a draft
 */
public record Message(UUID id, @Nullable String run, String template, int templateVersion, String audience,
		@Nullable String release, Map<String, String> fields, String writtenBy, Instant writtenAt, String messageId,
		@Nullable Sent sent) {

	public Message {
		fields = Map.copyOf(fields);
	}

	public boolean draft() {
		return this.sent == null;
	}

	/**
	 * What went out.
	 *
	 * @param content the whole message, its frame included
	 * @param by id of the person, or {@code system}
	 * @param at when
	 */
	public record Sent(Rendered content, String by, Instant at) {
	}

}
