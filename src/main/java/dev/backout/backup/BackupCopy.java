package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A second copy of a backup, in another place.
 *
 * @param backup its id
 * @param store where, such as {@code s3://bucket/prefix}
 * @param copiedAt when it was complete
 * @param bytes size of its files
 * @param protection what keeps it from being deleted: {@code S3_COMPLIANCE},
 * {@code S3_GOVERNANCE}, or {@code OS_READONLY}, which is a courtesy and no promise
 * @param retainUntil what the store was told
 * @param took how long copying took
 */
public record BackupCopy(String backup, String store, Instant copiedAt, long bytes, String protection,
		@Nullable Instant retainUntil, Duration took) {
}
