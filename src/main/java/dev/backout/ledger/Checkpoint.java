package dev.backout.ledger;

import java.time.Instant;

/**
 * A tree head under a signature.
 *
 * @param head what is signed
 * @param note the C2SP signed note, ready to be kept or published
 * @param signedAt when
 */
public record Checkpoint(TreeHead head, String note, Instant signedAt) {
}
