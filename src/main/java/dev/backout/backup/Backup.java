package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A complete backup that is in the store.
 *
 * @param id its name for ever
 * @param target of which database
 * @param takenAt the instant of its snapshot
 * @param took how long taking it took
 * @param engine {@code copy} or {@code pg_dump}
 * @param rows rows in it
 * @param bytes bytes in the store, compressed
 * @param schemaDigest of the schema in the snapshot
 * @param dataDigest of the rows in the snapshot
 * @param manifestDigest SHA-256 of the signed manifest: whoever has noted it can tell
 * whether the backup was exchanged
 * @param retainUntil not to be deleted before
 * @param tables those whose rows it has, empty when it is of the whole database
 * @param verification the latest, {@code null} while it was never restored
 */
public record Backup(String id, String target, Instant takenAt, Duration took, String engine, long rows, long bytes,
		String schemaDigest, String dataDigest, String manifestDigest, Instant retainUntil, List<String> tables,
		@Nullable Verification verification) {

	public Backup {
		tables = List.copyOf(tables);
	}

	/** Whether it can take the place of the database; else it has some tables only. */
	public boolean whole() {
		return this.tables.isEmpty();
	}

	/** Whether its latest restore gave exactly what was backed up. */
	public boolean verified() {
		return this.verification != null && this.verification.held();
	}

}
