package dev.backout.check;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Which suite to run on what.
 *
 * @param suite name of the suite, {@code shop}, or one version of it, {@code shop@3}
 * @param target name of the database
 * @param standsFor the target that this database is a clone of, if it is one
 * @param release fills {@code {release}} in the names of recorded states
 * @param run playbook run that asks, if any; also the ledger's subject
 * @param occasion what it is run for
 * @param actor person's id, or {@code system}
 * @param key a second request with the same key finds the first one's results
 */
public record SuiteRequest(String suite, String target, @Nullable String standsFor, @Nullable String release,
		@Nullable String run, Occasion occasion, String actor, @Nullable String key) {

	/** What somebody asks for, of a target as it is. */
	public static SuiteRequest of(String suite, String target, @Nullable String release, String actor) {
		return new SuiteRequest(suite, target, null, release, null, Occasion.REAL, actor, null);
	}

	/** The same, asked for by a playbook's run. */
	SuiteRequest in(@Nullable String run, @Nullable String key) {
		return new SuiteRequest(this.suite, this.target, this.standsFor, this.release, run, this.occasion, this.actor,
				key);
	}

	/** The same, on a clone or for practice; blank words say nothing. */
	public SuiteRequest rehearsing(@Nullable String occasion, @Nullable String standsFor) {
		return new SuiteRequest(this.suite, this.target, (standsFor != null && !standsFor.isBlank()) ? standsFor : null,
				this.release, this.run, occasion(occasion), this.actor, this.key);
	}

	private static Occasion occasion(@Nullable String word) {
		if (word == null || word.isBlank()) {
			return Occasion.REAL;
		}
		try {
			return Occasion.valueOf(word.toUpperCase(Locale.ROOT));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'%s' is no occasion: give REAL, REHEARSAL or DRILL".formatted(word));
		}
	}

	/** The target whose results these are compared with. */
	String subject() {
		return (this.standsFor != null) ? this.standsFor : this.target;
	}

	boolean rehearsal() {
		return this.occasion != Occasion.REAL || this.standsFor != null;
	}

}
