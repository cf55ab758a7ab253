package dev.backout.people;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import dev.backout.kernel.Checks;
import org.jspecify.annotations.Nullable;

/**
 * People who take turns. Shifts are counted on the wall clock of the zone: a hand-off at
 * 09:00 stays at 09:00 when summer time begins or ends, and that shift is an hour shorter
 * or longer.
 *
 * @param id stable name, such as {@code shop-commander}
 * @param name as people read it
 * @param zone whose wall clock counts
 * @param firstHandOff when the first person's first shift began, on that clock
 * @param shift length of a shift on that clock, in whole minutes
 * @param people ids, in the order of their turns
 * @param hours when the rotation is on duty; always if missing
 */
public record Rotation(String id, String name, ZoneId zone, LocalDateTime firstHandOff, Duration shift,
		List<String> people, @Nullable Hours hours) {

	public Rotation {
		people = List.copyOf(people);
		Checks.check(id.matches("[a-z0-9][a-z0-9-]{0,62}"),
				() -> "A rotation's id has small letters, digits and hyphens, not '%s'".formatted(id));
		Checks.check(shift.toMinutes() >= 1 && shift.equals(Duration.ofMinutes(shift.toMinutes())),
				() -> "A shift lasts whole minutes, at least one, not %s".formatted(shift));
		Checks.check(people.stream().distinct().count() == people.size(),
				() -> "A person has one place in rotation '%s', and no more".formatted(id));
	}

	/** A rotation that is always on duty. */
	public static Rotation always(String id, String name, ZoneId zone, LocalDateTime firstHandOff, Duration shift,
			List<String> people) {
		return new Rotation(id, name, zone, firstHandOff, shift, people, null);
	}

	/**
	 * Duty hours on the rotation's wall clock. Past midnight when {@code to} is not after
	 * {@code from}; the days are those on which the duty begins.
	 *
	 * @param days days of the week
	 * @param from begins, inclusive
	 * @param to ends, exclusive
	 */
	public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to) {

		public Hours {
			days = Set.copyOf(days);
		}

		/** Monday to Friday. */
		public static Hours onWorkdays(LocalTime from, LocalTime to) {
			return new Hours(EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY), from, to);
		}

		boolean include(LocalDateTime local) {
			var day = local.getDayOfWeek();
			var time = local.toLocalTime();
			if (this.from.isBefore(this.to)) {
				return this.days.contains(day) && !time.isBefore(this.from) && time.isBefore(this.to);
			}
			return (this.days.contains(day) && !time.isBefore(this.from))
					|| (this.days.contains(day.minus(1)) && time.isBefore(this.to));
		}

	}

	/** Number of the shift at an instant; negative before the first hand-off. */
	long shiftAt(Instant at) {
		long guess = Math.floorDiv(Duration.between(this.firstHandOff, local(at)).toMillis(), this.shift.toMillis());
		// Where the clock is put back a local time comes twice; the hand-off is the
		// first.
		while (at.isBefore(startOf(guess))) {
			guess--;
		}
		while (!at.isBefore(startOf(guess + 1))) {
			guess++;
		}
		return guess;
	}

	/** The hand-off into a shift. A local time that is skipped is moved on by the gap. */
	Instant startOf(long shift) {
		return ZonedDateTime.of(this.firstHandOff.plus(this.shift.multipliedBy(shift)), this.zone).toInstant();
	}

	boolean onDuty(Instant at) {
		return this.hours == null || this.hours.include(local(at));
	}

	/**
	 * People at an instant by level, overrides left aside: who is on, then who is next.
	 */
	List<String> orderAt(Instant at) {
		if (this.people.isEmpty() || !onDuty(at)) {
			return List.of();
		}
		int first = Math.floorMod(shiftAt(at), this.people.size());
		return IntStream.range(0, this.people.size())
			.mapToObj((step) -> this.people.get((first + step) % this.people.size()))
			.toList();
	}

	private LocalDateTime local(Instant at) {
		return LocalDateTime.ofInstant(at, this.zone);
	}

}
