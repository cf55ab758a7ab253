package dev.backout.migration;

import java.sql.SQLException;

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

	private int timesTakenBack;

	private Ending beforeCommit = () -> {
	};

	/** What has to be brought to an end first. */
	@FunctionalInterface
	interface Ending {

		void end() throws SQLException;

	}

	/**
	 * Called whenever Liquibase thinks that it commits: a savepoint may not outlive it.
	 */
	void beforeCommit(Ending ending) {
		this.beforeCommit = ending;
	}

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

	/** How often that happened so far, in all changesets. */
	int timesTakenBack() {
		return this.timesTakenBack;
	}

	@Override
	public void commit() throws DatabaseException {
		try {
			this.beforeCommit.end();
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex.getMessage(), ex);
		}
		super.commit();
	}

	@Override
	public void rollback() throws DatabaseException {
		if (this.nothingDone) {
			this.nothingDone = false;
			return;
		}
		this.tookBack = true;
		this.timesTakenBack++;
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
