package dev.backout.migration;

import java.time.Duration;

import dev.backout.database.ServerRoom;
import org.jspecify.annotations.Nullable;

/**
 * How changesets are run.
 *
 * @param operation at most ten characters; Liquibase's deployment id
 * @param owner who works, as others read it in the lock: a node and a run
 * @param release written to the journal, so that a release can be reverted by name
 * @param protect keep what would be lost, without edits to the changelog
 * @param wholePlan all changesets in one transaction; not every changelog allows it
 * @param lockTimeout how long a statement may wait for a lock, and readers behind it
 * @param lockTries how often a changeset is tried again after that
 * @param statementTimeout limit of one statement; zero for none
 * @param patience how long to wait for somebody else's work on the same database
 * @param listener hears of everything
 * @param room tells what is free where the database keeps its files
 */
public record MigrationOptions(String operation, String owner, @Nullable String release, boolean protect,
		boolean wholePlan, Duration lockTimeout, int lockTries, Duration statementTimeout, Duration patience,
		MigrationListener listener, ServerRoom room) {

	public static MigrationOptions of(String operation) {
		return new MigrationOptions(operation, operation, null, true, false, Duration.ofMillis(500), 40, Duration.ZERO,
				Duration.ofSeconds(10), MigrationListener.NONE, ServerRoom.HERE);
	}

	public MigrationOptions ownedBy(String value) {
		return new MigrationOptions(this.operation, value, this.release, this.protect, this.wholePlan, this.lockTimeout,
				this.lockTries, this.statementTimeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions forRelease(@Nullable String value) {
		return new MigrationOptions(this.operation, this.owner, value, this.protect, this.wholePlan, this.lockTimeout,
				this.lockTries, this.statementTimeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions unprotected() {
		return new MigrationOptions(this.operation, this.owner, this.release, false, this.wholePlan, this.lockTimeout,
				this.lockTries, this.statementTimeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions asOnePlan() {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, true, this.lockTimeout,
				this.lockTries, this.statementTimeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions waitingForLocks(Duration timeout, int tries) {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, this.wholePlan, timeout,
				tries, this.statementTimeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions limitedTo(Duration timeout) {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, this.wholePlan,
				this.lockTimeout, this.lockTries, timeout, this.patience, this.listener, this.room);
	}

	public MigrationOptions patientFor(Duration value) {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, this.wholePlan,
				this.lockTimeout, this.lockTries, this.statementTimeout, value, this.listener, this.room);
	}

	public MigrationOptions heardBy(MigrationListener value) {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, this.wholePlan,
				this.lockTimeout, this.lockTries, this.statementTimeout, this.patience, value, this.room);
	}

	public MigrationOptions lookingForRoomWith(ServerRoom value) {
		return new MigrationOptions(this.operation, this.owner, this.release, this.protect, this.wholePlan,
				this.lockTimeout, this.lockTries, this.statementTimeout, this.patience, this.listener, value);
	}

}
