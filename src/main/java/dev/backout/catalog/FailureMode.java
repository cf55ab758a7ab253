package dev.backout.catalog;

import org.jspecify.annotations.Nullable;

/**
 * Something that the pre-mortem expects to go wrong. Ratings run from 1 (harmless, rare,
 * seen at once) to 5 (worst, expected, goes unnoticed).
 *
 * @param id stable name, unique in the release
 * @param what happens, in a sentence
 * @param consequence for the business, in a sentence
 * @param impact how bad
 * @param occurrence how likely
 * @param detection how hard to notice
 * @param trigger id of the trigger that notices it, if one does
 * @param playbook id of the playbook that answers it
 */
public record FailureMode(String id, String what, String consequence, int impact, int occurrence, int detection,
		@Nullable String trigger, String playbook) {
}
