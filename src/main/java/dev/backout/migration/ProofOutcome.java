package dev.backout.migration;

/** How the round trip of a changeset on a clone ended. */
public enum ProofOutcome {

	/** Schema and data are what they were. */
	IDENTICAL,

	/** Only the order of columns or a sequence's position differs. */
	EQUIVALENT,

	/** Objects, grants, defaults or the like did not come back, or stayed behind. */
	SCHEMA_DIFFERS,

	/** Rows or values did not come back, or rows written meanwhile did not survive. */
	DATA_DIFFERS,

	/** The way back does not run. */
	REVERT_FAILS,

	/** After the way back the changeset cannot be applied again. */
	REAPPLY_FAILS,

	/** No row was touched where rows are at stake: not safe, just unproven. */
	NOT_EXERCISED,

	/** Could not run here. */
	SKIPPED;

	/** Whether the round trip gave back everything. */
	public boolean held() {
		return this == IDENTICAL || this == EQUIVALENT;
	}

	/** Whether the round trip showed a defect, as opposed to showing nothing. */
	public boolean broke() {
		return !held() && this != NOT_EXERCISED && this != SKIPPED;
	}

}
