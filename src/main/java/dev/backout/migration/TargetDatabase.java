package dev.backout.migration;

import liquibase.database.core.PostgresDatabase;
import liquibase.exception.DatabaseException;

/**
 * A target as Liquibase sees it. Liquibase takes back what preconditions may have done,
 * also where there are none, and sets its search path anew each time, though the default
 * schema is the first of the path that the session has.
 */
final class TargetDatabase extends PostgresDatabase {

	private boolean nothingDone;

	private boolean tookBack;

	/**
	 * A changeset begins.
	 * @param nothingToTakeBack whether the next rollback is the one behind preconditions
	 * that are not there
	 */
	void begins(boolean nothingToTakeBack) {
		this.nothingDone = nothingToTakeBack;
		this.tookBack = false;
	}

	/** Whether what was set since the changeset began was taken back. */
	boolean tookBack() {
		return this.tookBack;
	}

	@Override
	public void rollback() throws DatabaseException {
		if (this.nothingDone) {
			this.nothingDone = false;
			return;
		}
		this.tookBack = true;
		getConnection().rollback();
	}

	@Override
	public boolean equals(Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

}
