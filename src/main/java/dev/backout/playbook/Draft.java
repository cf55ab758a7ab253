package dev.backout.playbook;

import java.time.Instant;

/**
 * A playbook as a designer saved it; not yet deployed.
 *
 * @param playbook the process id
 * @param version counts up with every save, from 1
 * @param digest SHA-256 of its bytes
 * @param note what was changed, in the designer's words
 */
public record Draft(String playbook, int version, String digest, String note, String savedBy, Instant savedAt) {
}
