package dev.backout.comms;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What the status page shows.
 *
 * @param overall the worst status of all components
 * @param components in their order
 * @param incidents that are not over, the newest first
 * @param maintenance that is planned or under way, the next first
 * @param past incidents of the last 14 days that are over, the newest first
 * @param at as of when
 */
public record StatusView(ComponentStatus overall, List<Component> components, List<Incident> incidents,
		List<Maintenance> maintenance, List<Incident> past, Instant at) {

	/**
	 * A part that customers know.
	 *
	 * @param days the last 90 days, the oldest first
	 */
	public record Component(String id, String name, ComponentStatus status, List<Day> days) {
	}

	/**
	 * A UTC day of a component.
	 *
	 * @param worst the worst status of the day; nothing before it was first watched
	 * @param affected how many seconds it was not operational
	 */
	public record Day(LocalDate day, @Nullable ComponentStatus worst, long affected) {
	}

	/**
	 * Something went wrong.
	 *
	 * @param run the run that mends it, if one does
	 * @param components names of what is affected
	 * @param updates the newest first
	 */
	public record Incident(UUID id, @Nullable String run, String title, IncidentStatus status, List<String> components,
			Instant startedAt, @Nullable Instant resolvedAt, @Nullable Instant nextUpdateAt, List<Update> updates) {
	}

	/** Something was said about an incident. */
	public record Update(long id, IncidentStatus status, String text, Instant at) {
	}

	/** Something is planned. */
	public record Maintenance(UUID id, String title, String text, MaintenanceStatus status, List<String> components,
			Instant from, Instant to) {
	}

}
