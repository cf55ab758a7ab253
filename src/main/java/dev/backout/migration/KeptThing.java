package dev.backout.migration;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Something that a migration would have destroyed, kept in its target.
 *
 * @param name by which it is given back or let go
 * @param kind {@code hidden} or {@code column}, {@code table}, {@code rows},
 * {@code retyped}, {@code definition}, or {@code written} for what people wrote into
 * things that a reversal took away
 * @param about the table or tables
 * @param column which column, if it is one
 * @param release that it was kept for, if it was applied for one
 * @param rows how many, as far as they were counted
 * @param bytes that it takes; 0 where it still lives in its own table
 * @param since when it was kept
 */
public record KeptThing(String name, String kind, String about, @Nullable String column, @Nullable String release,
		long rows, long bytes, Instant since) {
}
