package dev.backout.run;

/** Where a run stands. */
public enum RunState {

	/** A step is at work, or about to be. */
	RUNNING,
	/** Nothing moves until a person answers. */
	WAITING,
	/** A step failed past its retries: an engine incident is open. */
	STUCK,
	/** Ended as the playbook meant it. */
	DONE,
	/** Ended in a known state before the goal was reached. */
	ABORTED;

	public boolean ended() {
		return this == DONE || this == ABORTED;
	}

}
