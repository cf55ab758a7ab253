package dev.backout.backup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

import dev.backout.kernel.Rejected;

/**
 * A place for second copies. Files are written once; a backup is there when its manifest
 * is, which comes last.
 */
interface CopyStore {

	/** Where it is, for people. */
	String name();

	/** What it promises, and no more. */
	String protection();

	/** Backups that are complete. */
	Set<String> ids();

	/**
	 * Copies what is not there yet.
	 * @throws Rejected {@code backup.store} when the place does not do what it must
	 */
	void put(FileStore.Stored stored, Instant retainUntil, Progress progress);

	/** Brings a backup back, into a directory that is empty. */
	void fetch(String id, Path directory, Progress progress);

	/** Sets or ends a legal hold on every file. */
	void hold(String id, boolean held);

	/** Keeps every file longer. */
	void retain(String id, Instant until);

	/**
	 * Deletes it, if the place lets us.
	 * @throws Rejected {@code backup.retained} when it does not
	 */
	void delete(String id);

}
