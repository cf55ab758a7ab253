package dev.backout.backup;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * What the signed manifest of a backup says is in it.
 *
 * @param server version of the server that it was taken on
 * @param database name of the database
 * @param lastChangeset id of the latest deployed changeset, if there is a changelog
 * @param tables with their rows
 * @param files with size and digest
 * @param notes a sentence each on what is in it, of some tables only, and what is
 * knowingly left out
 * @param drift a sentence each on how the schema stands against its changelog; empty
 * where there is none
 * @param flags feature flags by key as they were when it was taken
 */
public record BackupContents(String server, String database, @Nullable String lastChangeset, List<Table> tables,
		List<StoredFile> files, List<String> notes, List<String> drift, Map<String, String> flags) {

	public BackupContents {
		tables = List.copyOf(tables);
		files = List.copyOf(files);
		notes = List.copyOf(notes);
		drift = List.copyOf(drift);
		flags = Collections.unmodifiableMap(new TreeMap<>(flags));
	}

	/**
	 * A table.
	 *
	 * @param fingerprint of its rows in the snapshot
	 */
	public record Table(String name, long rows, String fingerprint) {
	}

	/** A file. */
	public record StoredFile(String name, long bytes, String sha256) {
	}

	static BackupContents of(Manifest manifest) {
		var changelog = manifest.changelog();
		var rows = manifest.data();
		return new BackupContents(manifest.source().server(), manifest.source().database(),
				(changelog != null) ? changelog.last() : null,
				manifest.tables()
					.stream()
					.map((table) -> new Table(table.name(), rows.table(table.name()).rows(), table.fingerprint()))
					.toList(),
				manifest.files()
					.entrySet()
					.stream()
					.map((file) -> new StoredFile(file.getKey(), file.getValue().size(), file.getValue().sha256()))
					.toList(),
				manifest.told(), manifest.drifted(), (manifest.flags() != null) ? manifest.flags() : Map.of());
	}

}
