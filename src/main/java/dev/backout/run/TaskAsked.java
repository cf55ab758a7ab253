package dev.backout.run;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * A task waits for these people from now on. Published in the transaction in which it
 * does, before its end: a listener may still write into it.
 *
 * @param people ids of those who were not asked before
 * @param level of the rotation that they stand for; above 1 nobody before them answered
 * @param lastResort whether they are asked because the rotation has nobody, or nobody
 * left
 * @param nextAt when the next one is asked too; null when nobody is left
 */
public record TaskAsked(InboxTask task, Set<String> people, int level, boolean lastResort, @Nullable Instant nextAt) {

	public TaskAsked {
		people = Set.copyOf(people);
	}

}
