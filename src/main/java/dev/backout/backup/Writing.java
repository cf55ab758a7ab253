package dev.backout.backup;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.backout.backup.copy.Snapshot;
import dev.backout.fingerprint.SchemaFingerprint;

/** One of the ways in which the rows and the schema of a snapshot become files. */
interface Writing {

	/**
	 * Writes into an empty directory.
	 * @param source schema in the snapshot
	 */
	Written write(Snapshot snapshot, SchemaFingerprint source, Path directory, Progress progress) throws Exception;

	/**
	 * What was written.
	 *
	 * @param engine {@code copy} or {@code pg_dump}
	 * @param tool version of what wrote it
	 * @param tables rows by table, as seen in the snapshot
	 * @param schema as a restore gives it
	 * @param entries digests of files that are known already, by path
	 * @param notes what is knowingly left out
	 */
	record Written(String engine, String tool, List<Manifest.Table> tables, SchemaFingerprint schema,
			Map<String, Manifest.FileEntry> entries, List<String> notes) {
	}

}
