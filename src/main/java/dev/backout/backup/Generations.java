package dev.backout.backup;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Grandfather, father and son: which backups are kept, and why. Of each day, week, month
 * and year the last verified one counts, as many as were asked for; a period without one
 * costs no place. The newest, and the newest that was verified, always stay.
 *
 * @param last newest backups, verified or not
 * @param daily days
 * @param weekly ISO weeks
 * @param monthly months
 * @param yearly years
 * @param zone in which a day begins
 */
record Generations(int last, int daily, int weekly, int monthly, int yearly, ZoneId zone) {

	/**
	 * A backup, as far as keeping it goes.
	 *
	 * @param id its name
	 * @param at its snapshot
	 * @param verified whether its latest restore held
	 */
	record Candidate(String id, Instant at, boolean verified) {
	}

	/** One class of generations. */
	private record Generation(String name, int count, Period span, Function<ZonedDateTime, Object> bucket) {
	}

	private List<Generation> generations() {
		return List.of(new Generation("daily", this.daily, Period.ofDays(1), ZonedDateTime::toLocalDate),
				new Generation("weekly", this.weekly, Period.ofWeeks(1),
						(at) -> at.get(IsoFields.WEEK_BASED_YEAR) + "W" + at.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)),
				new Generation("monthly", this.monthly, Period.ofMonths(1), YearMonth::from),
				new Generation("yearly", this.yearly, Period.ofYears(1), ZonedDateTime::getYear));
	}

	/**
	 * Why each is kept, by its id; who is not in it may go.
	 * @param all of one target, in any order
	 */
	Map<String, Set<String>> keep(List<Candidate> all) {
		var newestFirst = all.stream()
			.sorted(Comparator.comparing(Candidate::at).reversed().thenComparing(Candidate::id))
			.toList();
		var kept = new LinkedHashMap<String, Set<String>>();
		newestFirst.stream().limit(Math.max(1, this.last)).forEach((backup) -> add(kept, backup, "last"));
		var verified = newestFirst.stream().filter(Candidate::verified).toList();
		verified.stream().findFirst().ifPresent((backup) -> add(kept, backup, "last-verified"));
		for (var generation : generations()) {
			var seen = new HashSet<>();
			for (var backup : verified) {
				if (seen.size() >= generation.count()) {
					break;
				}
				if (seen.add(generation.bucket().apply(backup.at().atZone(this.zone)))) {
					add(kept, backup, generation.name());
				}
			}
		}
		return kept;
	}

	/**
	 * How long a backup is kept at least that was kept for these reasons: until its
	 * generations are past, going by its own date.
	 */
	Instant until(Instant at, Set<String> reasons, Instant least) {
		var until = least;
		for (var generation : generations()) {
			if (reasons.contains(generation.name())) {
				var end = at.atZone(this.zone).plus(generation.span().multipliedBy(generation.count())).toInstant();
				until = end.isAfter(until) ? end : until;
			}
		}
		return until;
	}

	/** The day of an instant, as schedules count it. */
	LocalDate day(Instant at) {
		return at.atZone(this.zone).toLocalDate();
	}

	private static void add(Map<String, Set<String>> kept, Candidate backup, String why) {
		kept.computeIfAbsent(backup.id(), (id) -> new TreeSet<>()).add(why);
	}

}
