package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** Hears what a session does, on the session's own thread. */
public interface MigrationListener {

	/** Hears nothing. */
	MigrationListener NONE = new MigrationListener() {
	};

	/** Which way a changeset goes. */
	enum Direction {

		APPLY, REVERT

	}

	/** A changeset begins; its transaction is open and has done nothing yet. */
	default void begins(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
	}

	/** A statement is about to run, as it is sent. */
	default void runs(ChangesetId changeset, String sql) {
	}

	/**
	 * A changeset did its work and is about to commit, in the same transaction: what is
	 * read here is what it did.
	 */
	default void ends(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
	}

	/** Whether what was seen at the end can have changed the name of anything. */
	default boolean changedNames() {
		return true;
	}

	/** So many of all changesets are committed. */
	default void progress(int done, int total) {
	}

	/**
	 * Asked between changesets and statements.
	 * @throws java.util.concurrent.CancellationException to stop
	 */
	default void checkpoint() {
	}

}
