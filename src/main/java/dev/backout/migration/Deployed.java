package dev.backout.migration;

import org.jspecify.annotations.Nullable;

/**
 * A row of a database's history, and what our journal knows of it.
 *
 * @param id what names the changeset now
 * @param storedFile the file as the history wrote it
 * @param order place in the history; the only order that is true
 * @param deployment Liquibase's id of the run that deployed it
 * @param executed false when it was only marked as ran: then nothing of it is there
 * @param checksum when it was deployed
 * @param release for which it was deployed, when we deployed it
 * @param run of our journal that deployed it, or 0 when somebody else did
 */
public record Deployed(ChangesetId id, String storedFile, int order, @Nullable String deployment, boolean executed,
		@Nullable String checksum, @Nullable String release, long run) {
}
