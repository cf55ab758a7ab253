package dev.backout.engine;

import java.time.Instant;
import java.util.Optional;

import dev.backout.people.OnCall;
import dev.backout.people.Person;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who is asked at which level of a rotation. */
@Component
class Escalation {

	private final OnCall onCall;

	Escalation(OnCall onCall) {
		this.onCall = onCall;
	}

	/** A person at their level. */
	record Turn(int level, Person person) {
	}

	/**
	 * The first person from a level on who may be asked.
	 * @param excluded who may not, such as the requester of an approval
	 */
	Optional<Turn> firstFrom(String rotation, int level, @Nullable String excluded, Instant at) {
		var levels = this.onCall.roster(rotation).rotation().people().size();
		for (var next = level; next <= levels; next++) {
			var person = this.onCall.at(rotation, next, at).filter((found) -> !found.id().equals(excluded));
			if (person.isPresent()) {
				return Optional.of(new Turn(next, person.get()));
			}
		}
		return Optional.empty();
	}

}
