package dev.backout.comms;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An update of an incident, as it goes on the page.
 *
 * @param key the same for a second try, which then changes nothing
 * @param run the run whose incident it is; opens it with the first post
 * @param title headline, used when the incident is opened
 * @param status where the incident is now
 * @param text what people read
 * @param components ids of the affected status components, used when it is opened
 * @param componentStatus what they show; by the incident's status if missing
 * @param nextUpdateAt promised next word, if one is promised
 */
public record StatusPost(String key, String run, String title, IncidentStatus status, String text,
		List<String> components, @Nullable ComponentStatus componentStatus, @Nullable Instant nextUpdateAt) {

	public StatusPost {
		components = List.copyOf(components);
	}

}
