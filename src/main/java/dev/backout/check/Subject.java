package dev.backout.check;

import dev.backout.database.Target;
import org.jspecify.annotations.Nullable;

/**
 * What a check looks at.
 *
 * @param suite name of the suite
 * @param target the database
 * @param standsFor the target that it is a clone of, or its own name
 * @param release release that was passed along, for names with {@code {release}}
 * @param leash ends it
 */
record Subject(String suite, Target target, String standsFor, @Nullable String release, Leash leash) {

	/** The name with {@code {release}} and {@code {target}} filled in. */
	String fill(String name) {
		if (name.contains("{release}") && this.release == null) {
			throw new Inconclusive("The name '%s' needs a release; pass one along with the suite".formatted(name));
		}
		return name.replace("{release}", String.valueOf(this.release)).replace("{target}", this.standsFor);
	}

}
