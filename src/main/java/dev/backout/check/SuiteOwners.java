package dev.backout.check;

import java.util.SortedSet;
import java.util.TreeSet;

import dev.backout.people.OnCall;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Rotation;
import org.springframework.stereotype.Component;

/** Everybody who may log in, and every rotation, as of now. */
@Component
class SuiteOwners implements Suites.Known {

	private final People people;

	private final OnCall onCall;

	SuiteOwners(People people, OnCall onCall) {
		this.people = people;
		this.onCall = onCall;
	}

	@Override
	public SortedSet<String> names() {
		var names = new TreeSet<String>();
		this.onCall.rotations().stream().map(Rotation::id).forEach(names::add);
		this.people.all().stream().map(Person::id).forEach(names::add);
		return names;
	}

}
