package dev.backout.run;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;
import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Roster;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who is asked at which level of a rotation, and who when it has nobody. */
@Component
public class Escalation {

	private final OnCall onCall;

	private final People people;

	Escalation(OnCall onCall, People people) {
		this.onCall = onCall;
		this.people = people;
	}

	/** A person at their level. */
	public record Turn(int level, Person person) {
	}

	/**
	 * Who may answer at all.
	 * @param requester of the run, who never approves it
	 */
	public static Predicate<Person> mayAnswer(InboxTask.Kind kind, @Nullable String requester) {
		return (person) -> kind.takes(person.roles())
				&& !(kind == InboxTask.Kind.APPROVAL && person.id().equals(requester));
	}

	/**
	 * The first person from a level on who may answer; nobody where there is no such
	 * rotation.
	 */
	public Optional<Turn> firstFrom(@Nullable String rotation, int level, Predicate<Person> may, Instant at) {
		var roster = (rotation != null) ? this.onCall.findRoster(rotation) : Optional.<Roster>empty();
		if (roster.isEmpty()) {
			return Optional.empty();
		}
		for (var next = level; next <= roster.get().rotation().people().size(); next++) {
			var person = roster.get().at(next, at).flatMap(this.people::find).filter(may);
			if (person.isPresent()) {
				return Optional.of(new Turn(next, person.get()));
			}
		}
		return Optional.empty();
	}

	/** Who is asked next if nobody answers; nobody when the rotation has nobody left. */
	public Optional<Person> next(InboxTask task) {
		return (task.escalatesAt() == null) ? Optional.empty() : firstFrom(task.rotation(), task.level() + 1,
				mayAnswer(task.kind(), task.requester()), task.escalatesAt())
			.map(Turn::person);
	}

	/** Those of the people who may answer. */
	public Set<Person> mayAnswer(Set<String> people, Predicate<Person> may) {
		return people.stream()
			.flatMap((id) -> this.people.find(id).stream())
			.filter(may)
			.collect(Collectors.toCollection(HashSet::new));
	}

	/** Refuses to give a task to somebody who could not answer it. */
	public void demandRole(InboxTask.Kind kind, String assignee) {
		if (this.people.find(assignee).filter((person) -> kind.takes(person.roles())).isEmpty()) {
			throw new Rejected("task.forbidden", kind.roleMissing(assignee + " does"));
		}
	}

	/**
	 * Whom a task goes to that no rotation has anybody for, so that it can be answered at
	 * all: administrators who may answer it; failing them everybody who may; failing even
	 * them administrators, who can give somebody the role.
	 */
	public List<Person> lastResort(Predicate<Person> may) {
		var administrators = this.people.having(Role.ADMIN);
		var best = administrators.stream().filter(may).toList();
		if (best.isEmpty()) {
			best = this.people.all().stream().filter(may).toList();
		}
		return best.isEmpty() ? administrators : best;
	}

}
