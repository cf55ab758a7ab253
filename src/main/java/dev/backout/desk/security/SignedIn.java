package dev.backout.desk.security;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.stereotype.Component;

/**
 * The person behind a request. Looked up anew each time, so that a role taken away is
 * gone with the next click, and never more than what the session or token was granted.
 */
@Component
public class SignedIn {

	private static final String PREFIX = "ROLE_";

	private final People people;

	SignedIn(People people) {
		this.people = people;
	}

	public Person of(Authentication authentication) {
		var person = this.people.find(authentication.getName())
			.orElseThrow(
					() -> new AccessDeniedException("'%s' may no longer log in".formatted(authentication.getName())));
		return within(person, roles(authentication.getAuthorities()));
	}

	static Person within(Person person, Set<Role> scopes) {
		var roles = EnumSet.noneOf(Role.class);
		roles.addAll(person.roles());
		roles.retainAll(scopes);
		return new Person(person.id(), person.name(), person.email(), roles);
	}

	static List<GrantedAuthority> authorities(Set<Role> roles) {
		return roles.stream()
			.<GrantedAuthority>map((role) -> new SimpleGrantedAuthority(PREFIX + role.name()))
			.toList();
	}

	private static Set<Role> roles(Collection<? extends GrantedAuthority> authorities) {
		var roles = EnumSet.noneOf(Role.class);
		for (var authority : authorities) {
			var name = authority.getAuthority();
			if (name != null && name.startsWith(PREFIX)) {
				roles.add(Role.valueOf(name.substring(PREFIX.length())));
			}
		}
		return roles;
	}

}
