package dev.backout.backup;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/** What becomes of backups after they were taken: holds, generations, drills, alarms. */
public interface Keeping {

	/** The legal hold on a backup, while there is one. */
	Optional<Hold> held(String backup);

	/** Places a legal hold: nobody deletes it until it is released. */
	void hold(String backup, String actor, String reason);

	/**
	 * Ends a legal hold.
	 * @throws Rejected {@code backup.not-held}
	 */
	void release(String backup, String actor, String reason);

	/** Holds of these backups, by id. */
	Map<String, Hold> holds(Collection<Backup> backups);

	/** How long a backup is kept, longer retention included. */
	Instant retainUntil(String backup);

	/** Why the schedule keeps each of a target's backups, by id. */
	Map<String, Set<String>> kept(String target);

	/**
	 * Makes what the schedule keeps stay as long as its generations last, and deletes
	 * what it lets go and whose time is over. What is held or not over stays.
	 * @param owner who answers for it, for the ledger
	 * @return what was deleted
	 */
	List<String> retireDue(String target, String owner, String run);

	/**
	 * Deletes one, whatever the schedule says.
	 * @throws Rejected {@code backup.held}, {@code backup.retained}, {@code backup.clock}
	 */
	void retire(String backup, String owner, String run);

	/**
	 * What is in a backup, as its manifest says.
	 * @throws Rejected {@code backup.not-restorable} when the manifest is not genuine
	 */
	BackupContents contents(String backup);

	/** Earlier restores of a backup, newest first. */
	List<Verification> history(String backup);

	Objectives objectives(String target);

	/** Of all targets. */
	List<Alarm> alarms();

	List<Alarm> alarms(String target);

	/**
	 * Copies a backup to the second store, or finds it copied.
	 * @return nothing where no second store is named
	 * @throws Rejected {@code backup.store}
	 */
	Optional<BackupCopy> copy(String backup, String run, Progress progress);

	/** Second copies of a backup. */
	List<BackupCopy> copies(String backup);

	/**
	 * The next target that this run has not looked after yet.
	 * @param key of the step that asks: the same one gets the same answer
	 * @param again also those that it has looked after without success
	 * @param only this one alone, and whenever its next turn is; {@code null} for all
	 */
	Optional<String> due(String run, String key, boolean again, @Nullable String only);

	/**
	 * A backup at random, of a target that this run has not drilled yet: any that is not
	 * older than the window, so that each has its turn.
	 */
	Optional<Backup> drill(String run, String key);

	/**
	 * This backup and no other, once in a run.
	 * @throws Rejected {@code backup.unknown}
	 */
	Optional<Backup> drill(String run, String key, String only);

}
