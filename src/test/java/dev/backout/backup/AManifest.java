package dev.backout.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;

import dev.backout.kernel.Digests;

/** Manifests of backups that were never taken, for tests of stores. */
final class AManifest {

	private AManifest() {
	}

	static Manifest of(String id, SortedMap<String, Manifest.FileEntry> files, List<Manifest.Table> tables) {
		var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
		return of(id, now, now.plus(Duration.ofDays(30)), files, tables);
	}

	static Manifest of(String id, Instant takenAt, Instant retainUntil, SortedMap<String, Manifest.FileEntry> files,
			List<Manifest.Table> tables) {
		return new Manifest(Manifest.FORMAT, id, "key-" + id,
				new Manifest.Source("shop", "shop", "17.7", null, null, "0/0", "UTF8"), takenAt, "copy",
				"backout copy/1", null, Digests.sha256Hex(id), tables, List.of(), files,
				new Manifest.DatabaseSettings("postgres", -1, null, List.of(), null), List.of(), List.of(), retainUntil,
				null, null, null, null, null);
	}

}
