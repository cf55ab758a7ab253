package dev.backout.backup;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.TableFingerprint;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * What a backup holds and how to tell that it is all there. Written last, signed; one
 * manifest has one spelling.
 *
 * @param format {@code backout-backup/1}, and {@code backout-backup/2} of some tables
 * only: a version that knows no such thing must not take it for a whole one
 * @param id the backup's name
 * @param key who asked, so that a repeated question finds it
 * @param source where it was taken
 * @param takenAt the snapshot's instant
 * @param engine {@code copy} or {@code pg_dump}
 * @param tool version of what wrote it
 * @param changelog state of the changelog in the snapshot, if there is one
 * @param schemaDigest of what a restore gives
 * @param tables rows by table
 * @param sequences positions, at least as far as the rows need
 * @param files everything else in the backup's directory
 * @param database settings that belong to the database and not to its contents
 * @param roles roles that its owners and grants name
 * @param notes what is knowingly left out
 * @param retainUntil not to be deleted before
 * @param previous digest of the manifest of the target's backup before this one
 * @param encryption of the files, {@code null} when they can be read by anybody
 * @param flags feature flags by key as they were, {@code null} when nobody could be asked
 * @param part of which tables it has the rows, {@code null} when it is of the whole
 * database
 * @param drift what the schema has that its changelog did not make, and what it lacks;
 * {@code null} where there is no changelog
 */
public record Manifest(String format, String id, String key, Source source, Instant takenAt, String engine, String tool,
		@Nullable ChangelogState changelog, String schemaDigest, List<Table> tables, List<Sequence> sequences,
		SortedMap<String, FileEntry> files, DatabaseSettings database, List<String> roles, List<String> notes,
		Instant retainUntil, @Nullable String previous, @Nullable Encryption encryption,
		@Nullable SortedMap<String, String> flags, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Part part,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Drift drift) {

	static final String FORMAT = "backout-backup/1";

	static final String FORMAT_OF_PART = "backout-backup/2";

	private static final JsonMapper JSON = JsonMapper.builder()
		.addModule(new JavaTimeModule())
		.enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
		.enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
		.disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	/** The bytes that are signed. */
	byte[] toBytes() {
		try {
			return JSON.writeValueAsBytes(this);
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Reads what was signed. What a later version says beyond this one's fields is passed
	 * over: the format is another one where it must be known.
	 * @throws Rejected {@code backup.format} when a later version wrote it
	 */
	static Manifest parse(String id, byte[] bytes) throws IOException {
		var tree = JSON.readTree(bytes);
		var format = tree.path("format").asText();
		if (!format.equals(FORMAT) && !format.equals(FORMAT_OF_PART)) {
			throw new Rejected("backup.format",
					"Backup '%s' has the format '%s', and this version knows only '%s' and '%s': use the version that wrote it, or a later one"
						.formatted(id, format, FORMAT, FORMAT_OF_PART));
		}
		return JSON.treeToValue(tree, Manifest.class);
	}

	/** The rows as they were in the snapshot. */
	DataFingerprint data() {
		var data = new java.util.TreeMap<String, TableFingerprint>();
		this.tables.forEach((table) -> data.put(table.name(), TableFingerprint.parse(table.fingerprint())));
		return new DataFingerprint(data);
	}

	/** Names of the tables of which it has only the rows; empty when it is whole. */
	List<String> tablesOfPart() {
		return (this.part != null) ? this.tables.stream().map(Table::name).toList() : List.of();
	}

	/** One sentence each on what is in it, what is not, and what no changelog made. */
	List<String> remarks() {
		var remarks = new java.util.ArrayList<>(told());
		remarks.addAll(drifted());
		return remarks;
	}

	/** One sentence each on what is in it and what is not. */
	List<String> told() {
		var remarks = new java.util.ArrayList<String>();
		if (this.part != null) {
			remarks.add("Only rows of %s".formatted(String.join(", ", tablesOfPart())));
			remarks.addAll(this.part.sentences());
		}
		remarks.addAll(this.notes);
		return remarks;
	}

	/** One sentence for each object that the changelog did not make as it is. */
	List<String> drifted() {
		return (this.drift != null) ? this.drift.sentences() : List.of();
	}

	/**
	 * For what takes the place of a whole database.
	 * @throws Rejected {@code backup.partial}
	 */
	void demandWhole(String what) {
		if (this.part != null) {
			throw this.part.refused(this.id, what);
		}
	}

	/** Size of a file, 0 if it is not one of this backup. */
	public long size(String file) {
		var entry = this.files.get(file);
		return (entry != null) ? entry.size() : 0;
	}

	/** Major version of the pg_dump that wrote it; its pg_restore must not be older. */
	int dumpMajor() {
		return Integer.parseInt(this.tool.replaceFirst("^pg_dump ", "").split("\\D", 2)[0]);
	}

	long bytes() {
		return this.files.values().stream().mapToLong(FileEntry::size).sum();
	}

	/**
	 * Where a backup was taken.
	 *
	 * @param target name of the target
	 * @param database name of the database
	 * @param server version of the server
	 * @param system identifier of the server's data directory, if it may be read
	 * @param timeline its timeline, if it may be read
	 * @param lsn position in its log
	 * @param encoding the database's encoding
	 */
	public record Source(String target, String database, String server, @Nullable String system,
			@Nullable Integer timeline, String lsn, String encoding) {
	}

	/**
	 * How far Liquibase was.
	 *
	 * @param changesets how many are deployed
	 * @param last id of the latest
	 * @param digest over ids, authors, files, checksums in order of execution
	 */
	public record ChangelogState(long changesets, @Nullable String last, String digest) {
	}

	/**
	 * The rows of a table.
	 *
	 * @param name {@code schema.table}
	 * @param columns in the order of the files
	 * @param fingerprint as {@link TableFingerprint} writes it
	 * @param files paths, each with a part of the rows
	 */
	public record Table(String name, List<String> columns, String fingerprint, List<String> files) {
	}

	/**
	 * Position of a sequence.
	 *
	 * @param name {@code schema.sequence}
	 * @param last its value
	 * @param called whether that value was given out
	 */
	public record Sequence(String name, long last, boolean called) {
	}

	/**
	 * What the files were encrypted with. Their digests are of what is on disk: that a
	 * backup is whole can be told without the key.
	 *
	 * @param algorithm name of it
	 * @param key name of the key, which tells nothing of the key
	 */
	public record Encryption(String algorithm, String key) {
	}

	/**
	 * A file.
	 *
	 * @param sha256 of its bytes as they are on disk
	 * @param size in bytes
	 */
	public record FileEntry(String sha256, long size) {
	}

	/**
	 * What {@code create database} forgets.
	 *
	 * @param owner role
	 * @param connectionLimit -1 for none
	 * @param grants access list, {@code null} for the default
	 * @param settings by role, the empty name for all
	 * @param comment on the database
	 */
	public record DatabaseSettings(String owner, int connectionLimit, @Nullable List<String> grants,
			List<Setting> settings, @Nullable String comment) {

		/**
		 * A default of the database.
		 *
		 * @param role for whom, empty for all
		 * @param name of the parameter
		 * @param value as written
		 */
		public record Setting(String role, String name, String value) {
		}

	}

}
