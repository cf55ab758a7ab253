package dev.backout.people;

import java.util.Set;

/**
 * Somebody who can log in and own tasks.
 *
 * @param id short log-in name, also the actor in the ledger
 * @param name as others read it
 * @param email where messages go
 * @param roles what the person may do
 */
public record Person(String id, String name, String email, Set<Role> roles) {

	public Person {
		roles = Set.copyOf(roles);
	}

	public boolean has(Role role) {
		return this.roles.contains(role);
	}

}
