package dev.backout.migration;

import org.jspecify.annotations.Nullable;

/**
 * How far a proof is.
 *
 * @param done changesets done, of {@code total}
 * @param total changesets to go through
 * @param changeset the one that is next, or was just proven
 * @param verdict what the proof came to; null before it starts
 */
public record ProofProgress(int done, int total, ChangesetId changeset, @Nullable ChangesetVerdict verdict) {
}
