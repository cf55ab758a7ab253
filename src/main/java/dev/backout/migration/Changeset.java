package dev.backout.migration;

/**
 * One changeset as its file has it.
 *
 * @param id what names it
 * @param checksum Liquibase's, of its changes alone
 * @param transactional whether it asks for a transaction
 * @param runAlways whether every update runs it again
 * @param runOnChange whether an update runs it again once its text changed
 * @param contexts in which it runs, as written
 * @param labels that it carries, as written
 * @param description Liquibase's summary of its changes
 */
public record Changeset(ChangesetId id, String checksum, boolean transactional, boolean runAlways, boolean runOnChange,
		String contexts, String labels, String description) {
}
