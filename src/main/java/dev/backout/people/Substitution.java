package dev.backout.people;

import java.time.Instant;

import dev.backout.kernel.Checks;
import org.jspecify.annotations.Nullable;

/**
 * An override of a rotation: for some time somebody else is on call.
 *
 * @param rotation which rotation
 * @param from begins, inclusive
 * @param to ends, exclusive
 * @param person who is on call instead; nobody if missing, which leaves a gap on purpose
 * @param reason why
 */
public record Substitution(String rotation, Instant from, Instant to, @Nullable String person, String reason) {

	public Substitution {
		Checks.check(from.isBefore(to), () -> "An override ends after it begins: %s to %s".formatted(from, to));
	}

	boolean at(Instant instant) {
		return !instant.isBefore(this.from) && instant.isBefore(this.to);
	}

}
