package dev.backout.backup;

import java.time.Instant;

/**
 * A database that was replaced by a restored one and is kept until an owner releases it.
 *
 * @param name its name now
 * @param replacedAt since when
 * @param bytes how much room it takes
 */
public record Former(String name, Instant replacedAt, long bytes) {
}
