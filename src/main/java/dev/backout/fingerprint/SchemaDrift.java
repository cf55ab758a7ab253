package dev.backout.fingerprint;

import java.time.Instant;

/**
 * In what a schema differs from what its changelog made of it. In both differences
 * {@code missing} was made by the changelog and is gone, {@code added} was not made by
 * it.
 *
 * @param recordedAt when the changelog was last at work
 * @param fromStart whether it is known since the first changeset; else nobody knows what
 * differed before {@code recordedAt}
 * @param earlier what differed before the changelog was last at work, and does still
 * @param later what differs since
 */
public record SchemaDrift(Instant recordedAt, boolean fromStart, Difference earlier, Difference later) {

	/** Nothing differs. */
	public boolean none() {
		return this.earlier.none() && this.later.none();
	}

}
