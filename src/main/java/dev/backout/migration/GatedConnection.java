package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import org.jspecify.annotations.Nullable;

/**
 * Holds back the commits that Liquibase makes before it writes its history, so that a
 * change, its history row and our journal row are one transaction.
 */
final class GatedConnection extends JdbcConnection {

	/** Which of Liquibase's commits count. */
	enum Gate {

		/** All. */
		OPEN,

		/** None: the changeset ends with {@link GatedConnection#reallyCommit}. */
		CHANGESET,

		/** None, and a failure takes back the changeset that failed, not those before. */
		PLAN

	}

	private Gate gate = Gate.OPEN;

	private @Nullable Savepoint savepoint;

	GatedConnection(Connection connection) {
		super(connection);
	}

	void gate(Gate value) throws DatabaseException {
		try {
			this.gate = value;
			this.savepoint = (value == Gate.PLAN) ? getUnderlyingConnection().setSavepoint() : null;
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex);
		}
	}

	@Override
	public void commit() throws DatabaseException {
		switch (this.gate) {
			case OPEN -> super.commit();
			case PLAN -> moveSavepoint();
			case CHANGESET -> {
				// The changeset commits when its history is written.
			}
		}
	}

	@Override
	public void rollback() throws DatabaseException {
		if (this.gate != Gate.PLAN || this.savepoint == null) {
			super.rollback();
			return;
		}
		try {
			getUnderlyingConnection().rollback(this.savepoint);
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex);
		}
	}

	/** Liquibase closes what it thinks is its own; this one is the caller's. */
	@Override
	public void close() {
	}

	void reallyCommit() throws DatabaseException {
		this.gate = Gate.OPEN;
		this.savepoint = null;
		super.commit();
	}

	void reallyRollback() throws DatabaseException {
		this.gate = Gate.OPEN;
		this.savepoint = null;
		super.rollback();
	}

	private void moveSavepoint() throws DatabaseException {
		try {
			var connection = getUnderlyingConnection();
			if (this.savepoint != null) {
				connection.releaseSavepoint(this.savepoint);
			}
			this.savepoint = connection.setSavepoint();
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex);
		}
	}

}
