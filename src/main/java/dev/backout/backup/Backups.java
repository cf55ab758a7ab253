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
	 * Takes one of the whole database.
	 * @param target name of the target
	 * @param key of the step or command that asks; a second call with the same key finds
	 * the first one's backup
	 * @param run what it belongs to, for the ledger
	 * @throws Rejected {@code backup.no-space}, {@code backup.cannot-rebuild}
	 */
	Backup take(String target, String key, String run, Progress progress);

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
	 * @throws Rejected {@code backup.not-restorable}
	 */
	Restoration restore(String id, String target, String run, Progress progress);

	/** Newest first. */
	List<Backup> list();

	Optional<Backup> find(String id);

}
