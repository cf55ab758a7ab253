package dev.backout.backup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import dev.backout.kernel.Rejected;

/**
 * Restoring in anger, in steps that a playbook puts in order: choose, restore beside,
 * exchange, check, and in the end release what was replaced. Each finds what an earlier
 * call for the same run has done.
 */
public interface Restores {

	/**
	 * Chooses a backup and says what restoring it will take.
	 * @param backup id, or empty for the newest of the target that was verified
	 * @throws Rejected {@code backup.not-restorable} when there is none, it is another
	 * target's, or its manifest is not genuine
	 */
	RestoreChoice choose(String backup, String target, String run);

	/** What a run has chosen. */
	Optional<RestoreChoice> chosen(String run);

	/** How long restoring this backup should take. */
	RestoreEstimate estimate(Backup backup);

	/**
	 * Restores beside the target and compares; the target is not touched. The result is
	 * kept as a verification, good or bad.
	 * @throws Rejected {@code backup.no-space}
	 */
	Verification beside(String backup, String target, String run, Progress progress);

	/**
	 * Lets the database that was restored beside take the target's place.
	 * @throws Rejected {@code backup.stale} when the backup is not the one that was
	 * chosen, {@code backup.busy} with the target as before,
	 * {@code backup.not-restorable} when nothing was restored beside
	 */
	Exchange swap(String target, String run, String sealed);

	/** Puts the former database back in its place. */
	Exchange swapBack(String target, String run);

	/** Looks at the target after an exchange: what a comparison cannot see. */
	RestoreCheck check(String target, String run);

	/**
	 * Lets people in again and drops what was restored beside, if no exchange took place.
	 * @return what was done, in a sentence
	 */
	String discard(String target, String run);

	/**
	 * Replaces the rows of some tables, in one transaction, or none of them.
	 * @param tables {@code schema.table}
	 * @throws Rejected {@code backup.not-restorable} when the tables are not as they were
	 * or others refer to them
	 */
	TableRestoration tables(String backup, String target, List<String> tables, String run, Progress progress);

	/** Databases that were replaced on a target's server and are still there. */
	List<Former> formers(String target);

	/**
	 * Drops a former database for good; that goes into the ledger.
	 * @param former its name, or empty for the one that this run replaced
	 * @param actor who released it
	 * @throws Rejected {@code backup.not-former}
	 */
	String release(String target, String former, String run, String actor);

	/** How long nobody could connect in earlier exchanges of a target, newest first. */
	List<Duration> downtimes(String target);

}
