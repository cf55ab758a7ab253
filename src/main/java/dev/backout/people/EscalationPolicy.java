package dev.backout.people;

import java.time.Duration;
import java.util.List;

import dev.backout.kernel.Checks;

/**
 * Who is asked, and who next when nobody answers.
 *
 * @param id stable name
 * @param name as people read it
 * @param levels in order
 */
public record EscalationPolicy(String id, String name, List<Level> levels) {

	public EscalationPolicy {
		levels = List.copyOf(levels);
		Checks.check(!levels.isEmpty(), () -> "Escalation policy '%s' asks nobody".formatted(id));
		for (int level = 1; level < levels.size(); level++) {
			var later = levels.get(level).after();
			var earlier = levels.get(level - 1).after();
			Checks.check(later.compareTo(earlier) > 0,
					() -> "Escalation policy '%s' asks after %s, then after %s: each level comes later than the one before"
						.formatted(id, earlier, later));
		}
	}

	/**
	 * One level.
	 *
	 * @param after how long after the first question, not after the level before
	 * @param ask who is asked, all at once
	 */
	public record Level(Duration after, List<Ask> ask) {

		public Level {
			ask = List.copyOf(ask);
			Checks.check(!after.isNegative(), () -> "A level comes after the question, not %s".formatted(after));
			Checks.check(!ask.isEmpty(), () -> "A level asks somebody");
		}

	}

	/**
	 * A place in a rotation, resolved at the moment of asking.
	 *
	 * @param rotation id of the rotation
	 * @param level 1 for the one on call, 2 for the next
	 */
	public record Ask(String rotation, int level) {
	}

}
