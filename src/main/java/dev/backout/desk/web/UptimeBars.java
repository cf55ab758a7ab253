package dev.backout.desk.web;

import java.time.Duration;

import dev.backout.comms.StatusView.Component;
import dev.backout.comms.StatusView.Day;

/**
 * Ninety days as bars. Height and colour differ, and the words say the same; a day that
 * nobody watched is a low grey bar, never a good one.
 */
public final class UptimeBars {

	public String css(Day day) {
		if (day.worst() == null) {
			return "none";
		}
		return switch (day.worst()) {
			case OPERATIONAL, UNDER_MAINTENANCE -> "up";
			case DEGRADED_PERFORMANCE -> "part";
			case PARTIAL_OUTAGE, MAJOR_OUTAGE -> "down";
		};
	}

	/** Distance of a bar from the top, of 34. */
	public int top(Day day) {
		return switch (css(day)) {
			case "none" -> 24;
			case "up" -> 8;
			default -> 0;
		};
	}

	public String inWords(Component component) {
		var watched = component.days().stream().filter((day) -> day.worst() != null).count();
		if (watched == 0) {
			return "not watched yet";
		}
		var bad = component.days().stream().filter((day) -> day.affected() > 0).toList();
		var days = (watched == 1) ? "today" : "in the %d days we have watched it".formatted(watched);
		if (bad.isEmpty()) {
			return "no trouble " + days;
		}
		var minutes = Duration.ofSeconds(bad.stream().mapToLong(Day::affected).sum()).toMinutes();
		return "trouble on %d %s, about %d min in all, %s".formatted(bad.size(), (bad.size() == 1) ? "day" : "days",
				Math.max(1, minutes), days);
	}

}
