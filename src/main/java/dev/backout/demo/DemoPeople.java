package dev.backout.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import dev.backout.people.Rotation;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** One person for every role, and who is on call. */
@Component
@ConditionalOnProperty("backout.demo.enabled")
class DemoPeople {

	/** In the order in which they are introduced. */
	static final List<Person> ALL = List.of(person("mira", "Mira Okafor", Role.OPERATOR, Role.APPROVER),
			person("omar", "Omar Haddad", Role.OPERATOR, Role.APPROVER), person("lena", "Lena Fischer", Role.OPERATOR),
			person("jonas", "Jonas Berg", Role.OPERATOR), person("dana", "Dana Silva", Role.DESIGNER),
			person("aris", "Aris Novak", Role.AUDITOR), person("vera", "Vera Kowalski", Role.VIEWER),
			person("ada", "Ada Lindgren", Role.ADMIN));

	private static final Duration SHIFT = Duration.ofDays(7);

	private final People people;

	private final OnCall onCall;

	private final Clock clock;

	DemoPeople(People people, OnCall onCall, Clock clock) {
		this.people = people;
		this.onCall = onCall;
		this.clock = clock;
	}

	/** The demo's password of a person; there is no such thing outside the demo. */
	static String password(Person person) {
		return person.id() + "-demo";
	}

	void introduce() {
		for (var person : ALL) {
			if (this.people.find(person.id()).isEmpty()) {
				this.people.add(person, password(person), "system");
			}
		}
		var known = this.onCall.rotations().stream().map(Rotation::id).toList();
		if (!known.contains("commander")) {
			this.onCall.save(rotation("commander", "Incident commanders", "mira", "omar"), "system");
		}
		if (!known.contains("comms-lead")) {
			this.onCall.save(rotation("comms-lead", "Communication leads", "lena", "jonas"), "system");
		}
	}

	/** The first one's week begins today. */
	private Rotation rotation(String id, String name, String... people) {
		var today = LocalDate.ofInstant(this.clock.instant(), ZoneOffset.UTC);
		return Rotation.always(id, name, ZoneOffset.UTC, today.atStartOfDay(), SHIFT, List.of(people));
	}

	private static Person person(String id, String name, Role... roles) {
		return new Person(id, name, id + "@shop.example", Set.of(roles));
	}

}
