package dev.backout.migration.guard;

import java.util.Map;
import java.util.Set;

import liquibase.Scope;
import liquibase.change.ChangeFactory;

/**
 * What a changelog may run on our host, by name. It is a value of Liquibase's scope, so
 * that it reaches the places that only Liquibase calls. Outside of such a scope nothing
 * here has any effect.
 */
public final class Trust {

	/** Names the step that starts a program. */
	public static final String COMMAND = "executeCommand";

	/**
	 * Not a name that a user may give: what is not trusted is left out, and the rest of
	 * its changeset runs.
	 */
	public static final String LEAVE_OUT = "*leave out*";

	private static final String KEY = "backout.trust";

	private Trust() {
	}

	/** Values for a scope in which only these names are trusted. */
	public static Map<String, Object> only(Set<String> names) {
		return Map.of(KEY, Set.copyOf(names));
	}

	/**
	 * Puts the guards in front of the change types that run code. Once per root scope:
	 * the registry is a singleton of it.
	 */
	public static void guard() {
		var changes = Scope.getCurrentScope().getSingleton(ChangeFactory.class);
		if (!(changes.create("customChange") instanceof GuardedCustomChange)) {
			changes.register(new GuardedCustomChange());
			changes.register(new GuardedCommand());
		}
	}

	static boolean active() {
		return Scope.getCurrentScope().has(KEY);
	}

	static boolean has(String name) {
		return Scope.getCurrentScope().get(KEY, Set.<String>of()).contains(name);
	}

	static String refusal(String what, String name) {
		return "%s is not run: it would run on this host. If you trust it, allow it by name: --trust %s".formatted(what,
				name);
	}

}
