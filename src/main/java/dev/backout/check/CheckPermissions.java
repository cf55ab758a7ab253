package dev.backout.check;

import java.util.Locale;

import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;

/** Who may do what with checks; the same on pages and over REST. */
public final class CheckPermissions {

	private CheckPermissions() {
	}

	/**
	 * Throws unless the person has the role, or is an administrator.
	 * @throws Rejected {@code check.forbidden}
	 */
	public static void demand(Person by, Role role, String deed) {
		if (!by.has(role) && !by.has(Role.ADMIN)) {
			throw new Rejected("check.forbidden",
					"To %s takes the role %s".formatted(deed, role.name().toLowerCase(Locale.ROOT)));
		}
	}

}
