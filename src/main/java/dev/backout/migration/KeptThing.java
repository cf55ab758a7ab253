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
 * @param owner id of the rotation that decides when it may go
 * @param rows how many, as far as they were counted
 * @param bytes that it takes; 0 where it still lives in its own table
 * @param since when it was kept
 * @param until when it is kept at least; letting go of it is due then
 * @param returned when it was given back; what is still kept then found no row to return
 * to
 * @param conflicts how many rows could not simply be put back
 */
public record KeptThing(String name, String kind, String about, @Nullable String column, @Nullable String release,
		String owner, long rows, long bytes, Instant since, Instant until, @Nullable Instant returned, long conflicts) {

	/** Whether somebody should decide about it. */
	public boolean due(Instant now) {
		return !this.until.isAfter(now);
	}

	/** Whether a changeset cannot be reverted any more once this is gone. */
	public boolean pointOfNoReturn() {
		return this.returned == null && !this.kind.equals("written");
	}

}
