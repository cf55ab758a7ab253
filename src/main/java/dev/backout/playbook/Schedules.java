package dev.backout.playbook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.regex.Pattern;

/**
 * Playbooks that start by themselves: every so often from an instant on, never more often
 * than each hour, or when a target was migrated.
 */
public final class Schedules {

	/**
	 * Name of the message that a run sends once it has migrated a target and let go of
	 * it.
	 */
	public static final String MIGRATED = "target-migrated";

	private static final Pattern FOREVER = Pattern.compile("R/([^/$#]+)/([^/$#]+)");

	private Schedules() {
	}

	/** Whether the text is a cycle without an end that a playbook may start on. */
	static boolean valid(String text) {
		var matcher = FOREVER.matcher(text);
		return matcher.matches() && instant(matcher.group(1)) && span(matcher.group(2));
	}

	private static boolean instant(String text) {
		try {
			Instant.parse(text);
			return true;
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	private static boolean span(String text) {
		try {
			if (text.contains("T")) {
				var span = Duration.parse(text);
				return span.compareTo(Duration.ofHours(1)) >= 0 && span.compareTo(Duration.ofDays(366)) <= 0;
			}
			var span = Period.parse(text);
			return !span.isNegative() && span.toTotalMonths() <= 12 && span.getDays() <= 366 && !span.isZero();
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	/**
	 * Whether a start event has nothing but such a cycle, or the message of a migration.
	 */
	static boolean starts(XmlNode start) {
		var triggers = start.children.stream().filter((child) -> child.name.endsWith("EventDefinition")).toList();
		return triggers.size() == 1 && start.parent != null && start.parent.bpmn("process")
				&& (triggers.get(0).bpmn("timerEventDefinition") && unbounded(triggers.get(0))
						|| migrated(start.parent, triggers.get(0)));
	}

	private static boolean migrated(XmlNode process, XmlNode trigger) {
		return trigger.bpmn("messageEventDefinition") && process.parent != null && process.parent.children.stream()
			.anyMatch((message) -> message.bpmn("message") && message.id().equals(trigger.attribute("messageRef"))
					&& message.attribute("name").equals(MIGRATED));
	}

	/** Whether a timer repeats without an end. */
	static boolean unbounded(XmlNode timer) {
		return timer.children.stream()
			.filter((child) -> child.bpmn("timeCycle"))
			.anyMatch((cycle) -> valid(cycle.text()));
	}

	static boolean selfStarting(XmlNode process) {
		return process.children.stream().anyMatch((child) -> child.bpmn("startEvent") && starts(child));
	}

}
