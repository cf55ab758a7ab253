package dev.backout.people;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

import dev.backout.kernel.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A rotation with its overrides: who is on call when. A calculation without a database or
 * a clock, so the same question always has the same answer.
 *
 * @param rotation the turns
 * @param overrides later ones win over earlier ones
 */
public record Roster(Rotation rotation, List<Substitution> overrides) {

	public Roster {
		overrides = List.copyOf(overrides);
	}

	/**
	 * A stretch of time with one person on call, or nobody.
	 *
	 * @param from begins, inclusive
	 * @param to ends, exclusive
	 * @param person id, or nothing where nobody is on call
	 */
	public record Shift(Instant from, Instant to, @Nullable String person) {
	}

	/**
	 * Id of the person to ask at an instant.
	 * @param level 1 is the one on call, 2 the one whose turn is next, and so on
	 */
	public Optional<String> at(int level, Instant instant) {
		Checks.check(level >= 1, () -> "Levels count from 1, not " + level);
		var order = order(instant);
		return (level <= order.size()) ? Optional.of(order.get(level - 1)) : Optional.empty();
	}

	/** An override takes the first place; the others move up in their order. */
	private List<String> order(Instant instant) {
		var regular = this.rotation.orderAt(instant);
		var override = this.overrides.stream().filter((candidate) -> candidate.at(instant)).reduce((a, b) -> b);
		if (override.isEmpty()) {
			return regular;
		}
		var order = new ArrayList<String>();
		Optional.ofNullable(override.get().person()).ifPresent(order::add);
		regular.stream().skip(1).filter((person) -> !order.contains(person)).forEach(order::add);
		return (override.get().person() != null) ? order : List.of();
	}

	/** Who is on call from an instant to another, hand-off by hand-off. */
	public List<Shift> shifts(Instant from, Instant to) {
		Checks.check(from.isBefore(to), () -> "Nothing lies between %s and %s".formatted(from, to));
		var shifts = new ArrayList<Shift>();
		Instant start = from;
		for (Instant next : changes(from, to)) {
			var person = at(1, start).orElse(null);
			int last = shifts.size() - 1;
			if (last >= 0 && Objects.equals(shifts.get(last).person(), person)) {
				shifts.set(last, new Shift(shifts.get(last).from(), next, person));
			}
			else {
				shifts.add(new Shift(start, next, person));
			}
			start = next;
		}
		return shifts;
	}

	/**
	 * When nobody can be reached: no one is on call, or the one who is cannot.
	 * @param reachable tells whether a person may log in
	 */
	public List<Shift> gaps(Instant from, Instant to, Predicate<String> reachable) {
		return shifts(from, to).stream()
			.filter((shift) -> shift.person() == null || !reachable.test(shift.person()))
			.toList();
	}

	/** Instants at which another person may be on call, the end included. */
	private TreeSet<Instant> changes(Instant from, Instant to) {
		var changes = new TreeSet<Instant>();
		for (long shift = this.rotation.shiftAt(from) + 1; this.rotation.startOf(shift).isBefore(to); shift++) {
			changes.add(this.rotation.startOf(shift));
		}
		this.overrides.forEach((override) -> changes.addAll(List.of(override.from(), override.to())));
		changes.addAll(dutyChanges(from, to));
		changes.removeIf((instant) -> !instant.isAfter(from) || !instant.isBefore(to));
		changes.add(to);
		return changes;
	}

	private List<Instant> dutyChanges(Instant from, Instant to) {
		var hours = this.rotation.hours();
		if (hours == null) {
			return List.of();
		}
		var zone = this.rotation.zone();
		var changes = new ArrayList<Instant>();
		var last = to.atZone(zone).toLocalDate().plusDays(1);
		for (var day = from.atZone(zone).toLocalDate().minusDays(1); !day.isAfter(last); day = day.plusDays(1)) {
			changes.add(day.atTime(hours.from()).atZone(zone).toInstant());
			changes.add(day.atTime(hours.to()).atZone(zone).toInstant());
			// A local time that comes twice a night changes the duty twice.
			changes.add(day.atTime(hours.from()).atZone(zone).withLaterOffsetAtOverlap().toInstant());
			changes.add(day.atTime(hours.to()).atZone(zone).withLaterOffsetAtOverlap().toInstant());
		}
		return changes;
	}

}
