package dev.backout.desk.web;

import dev.backout.people.People;
import org.springframework.stereotype.Component;

/** How people are called on pages. */
@Component
public class Names {

	private final People people;

	Names(People people) {
		this.people = people;
	}

	public String of(String id) {
		return "system".equals(id) ? "Backout" : this.people.nameOf(id);
	}

}
