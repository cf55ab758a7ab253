package dev.backout.check;

import org.jspecify.annotations.Nullable;

/**
 * Which suite to run on what.
 *
 * @param suite name of the suite
 * @param target name of the database
 * @param release fills {@code {release}} in the names of recorded states
 * @param run playbook run that asks, if any; also the ledger's subject
 * @param actor person's id, or {@code system}
 * @param key a second request with the same key finds the first one's results
 */
public record SuiteRequest(String suite, String target, @Nullable String release, @Nullable String run, String actor,
		@Nullable String key) {
}
