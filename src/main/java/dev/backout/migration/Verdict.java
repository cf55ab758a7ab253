package dev.backout.migration;

/**
 * What undoing a changeset gives back, as Backout would run it: protection included. From
 * best to worst.
 */
public enum Verdict {

	/** Everything that was there before comes back. */
	REVERSIBLE,

	/** Comes back too, from what protection keeps when the changeset is applied. */
	REVERSIBLE_WITH_STASH,

	/** The way back runs, but rows, values or objects do not come back. */
	LOSSY,

	/** There is no way back, or it fails. */
	IRREVERSIBLE;

	/** Whether this is at most as bad as {@code limit}. */
	public boolean within(Verdict limit) {
		return compareTo(limit) <= 0;
	}

	public Verdict worseOf(Verdict other) {
		return (compareTo(other) >= 0) ? this : other;
	}

}
