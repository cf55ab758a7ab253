package dev.backout.check;

/** What a suite is run for. */
public enum Occasion {

	/** A target, as it is. */
	REAL,
	/** A clone, while a rollback is rehearsed. */
	REHEARSAL,
	/** People practise. */
	DRILL

}
