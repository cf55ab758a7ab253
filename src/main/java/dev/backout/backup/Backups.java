package dev.backout.backup;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import dev.backout.kernel.Rejected;

/** The backups of all targets. */
public interface Backups {

	/** Any age will do. */
	Duration MAX_AGE = ChronoUnit.FOREVER.getDuration();

	/**
	 * As {@link #take(String, List, String, String, Progress)}, of the whole database.
	 */
	default Backup take(String target, String key, String run, Progress progress) {
		return take(target, List.of(), key, run, progress);
	}

	/**
	 * Takes one.
	 * @param target name of the target
	 * @param tables only these, {@code schema.table}, with those that their rows refer
	 * to; empty for all
	 * @param key of the step or command that asks; a second call with the same key finds
	 * the first one's backup
	 * @param run what it belongs to, for the ledger
	 * @throws Rejected {@code backup.no-space}, {@code backup.cannot-rebuild},
	 * {@code backup.no-table}
	 */
	Backup take(String target, List<String> tables, String key, String run, Progress progress);

	/**
	 * Takes one of the whole database that stands in nobody's way: it waits for no lock,
	 * and ends when somebody waits for one of its own.
	 * @param key as of {@link #take(String, List, String, String, Progress)}
	 * @throws Rejected {@code backup.locked} to be tried again later, and those of a
	 * usual one
	 */
	Backup takeAside(String target, String key, String run, Progress progress);

	/** Whether one is to be taken and verified after each migration. */
	boolean afterMigration();

	/**
	 * Restores into a scratch database, compares schema and rows with what was seen in
	 * the snapshot, and drops it. The result is kept, good or bad.
	 */
	default Verification verify(String id, String run, Progress progress) {
		return verify(id, run, Scrutiny.USUAL, progress);
	}

	/** As {@link #verify(String, String, Progress)}, and what else is asked. */
	Verification verify(String id, String run, Scrutiny scrutiny, Progress progress);

	/**
	 * Restores beside the target, compares, and swaps by name. The old database is kept
	 * under another name.
	 * @throws Rejected {@code backup.not-restorable}, {@code backup.partial}
	 */
	Restoration restore(String id, String target, String run, Progress progress);

	/** Newest first. */
	List<Backup> list();

	Optional<Backup> find(String id);

}
