package dev.backout.comms;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to say.
 *
 * @param template name of the template
 * @param audience who gets it; the template's own if missing
 * @param run what it is about, if it is a run
 * @param release what it is about, if it is a release: fills the gaps that the catalogue
 * knows
 * @param fields other gaps
 */
public record MessageRequest(String template, @Nullable String audience, @Nullable String run, @Nullable String release,
		Map<String, String> fields) {

	public MessageRequest {
		fields = Map.copyOf(fields);
	}

}
