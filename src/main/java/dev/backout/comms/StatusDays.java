package dev.backout.comms;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import dev.backout.comms.StatusView.Day;
import org.jspecify.annotations.Nullable;

/**
 * Turns changes of a component's status into days. A day shows the worst of it and how
 * long it lasted, so that a minute does not look like a day, nor a day like a minute.
 */
final class StatusDays {

	private StatusDays() {
	}

	/**
	 * A change of status.
	 */
	record Change(ComponentStatus status, Instant at) {
	}

	/**
	 * The last days.
	 * @param changes in their order; those before the first day count too
	 */
	static List<Day> last(int days, List<Change> changes, Instant now) {
		var today = LocalDate.ofInstant(now, ZoneOffset.UTC);
		var result = new ArrayList<Day>();
		for (int back = days - 1; back >= 0; back--) {
			result.add(day(today.minusDays(back), changes, now));
		}
		return result;
	}

	private static Day day(LocalDate day, List<Change> changes, Instant now) {
		var from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
		var next = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
		var to = next.isBefore(now) ? next : now;
		@Nullable ComponentStatus worst = null;
		long affected = 0;
		for (int index = 0; index < changes.size(); index++) {
			var change = changes.get(index);
			var end = (index + 1 < changes.size()) ? changes.get(index + 1).at() : now;
			var seconds = overlap(change.at(), end, from, to);
			if (seconds > 0 || within(change.at(), from, to)) {
				worst = (worst == null || change.status().worseThan(worst)) ? change.status() : worst;
				affected += (change.status() != ComponentStatus.OPERATIONAL) ? seconds : 0;
			}
		}
		return new Day(day, worst, affected);
	}

	private static boolean within(Instant at, Instant from, Instant to) {
		return !at.isBefore(from) && !at.isAfter(to);
	}

	private static long overlap(Instant start, Instant end, Instant from, Instant to) {
		var first = start.isAfter(from) ? start : from;
		var last = end.isBefore(to) ? end : to;
		return Math.max(0, Duration.between(first, last).toSeconds());
	}

}
