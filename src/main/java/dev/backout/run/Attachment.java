package dev.backout.run;

import java.time.Instant;
import java.util.UUID;

/**
 * A file that somebody attached to a run.
 *
 * @param name of the file, without any directory
 * @param sha256 of its bytes, as the ledger has it
 * @param remark what it shows
 */
public record Attachment(UUID id, RunId run, String name, long size, String sha256, String remark, String addedBy,
		Instant addedAt) {
}
