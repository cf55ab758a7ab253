package dev.backout.backup;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.backup.copy.CopyImport;
import dev.backout.backup.pgdump.PgProcess;
import dev.backout.database.Target;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Restores a backup into an empty database and says in what that differs from what was
 * backed up.
 */
final class Restoring {

	private static final int LINES = 20;

	private final FileStore.Stored stored;

	private final StoredContents contents;

	private final CopySettings settings;

	Restoring(FileStore.Stored stored, CopySettings settings) {
		this.stored = stored;
		this.contents = new StoredContents(stored, settings.keys().of(stored.manifest()));
		this.settings = settings;
	}

	/** What is wrong with the files, as far as {@link #into} has not read them itself. */
	List<String> unread() {
		return this.stored.changed(this.contents.sound());
	}

	/** Refused with the roles that the server lacks. */
	void checkRoles(Target server) throws SQLException {
		try (var connection = server.open("restore");
				var find = connection.prepareStatement(
						"select string_agg(r, ', ') from unnest(?) r where r not in (select rolname from pg_catalog.pg_roles)")) {
			find.setArray(1, connection.createArrayOf("text", this.stored.manifest().roles().toArray()));
			try (var rows = find.executeQuery()) {
				rows.next();
				var missing = rows.getString(1);
				if (missing != null) {
					throw new Rejected("backup.not-restorable",
							"Backup '%s' names roles that the server does not have: %s. Create them first"
								.formatted(this.stored.manifest().id(), missing));
				}
			}
		}
	}

	void into(Target empty, Progress progress) throws Exception {
		var copy = new CopyImport(this.contents, this.stored.manifest());
		if (!this.stored.manifest().engine().equals("pg_dump")) {
			copy.into(empty, this.settings.workers(), progress);
			return;
		}
		refuse(unread());
		var tools = this.settings.tools(this.stored.manifest().dumpMajor());
		try (var process = PgProcess.restore(tools, empty, this.stored.directory().resolve(PgDumpWriting.DUMP),
				"--jobs=" + this.settings.workers())) {
			process.await(progress::checkpoint);
		}
		copy.sequencesInto(empty);
	}

	/**
	 * The tool checks nothing itself: it would restore an emptied file without a word.
	 */
	private static void refuse(List<String> damage) throws IOException {
		if (!damage.isEmpty()) {
			throw new IOException(String.join("; ", damage));
		}
	}

	/**
	 * One sentence for each thing that differs.
	 * @param source where the rows came from, if it can be asked which of them differ
	 * @param thorough as {@link Scrutiny#thorough}
	 */
	List<String> compare(Target restored, @Nullable Target source, boolean thorough, Progress progress)
			throws Exception {
		var manifest = this.stored.manifest();
		var findings = new ArrayList<String>();
		try (var connection = restored.open("verify")) {
			var schema = SchemaFingerprint.of(connection, Scope.EVERYTHING);
			if (!schema.digest().equals(manifest.schemaDigest())) {
				var expected = SchemaText.parse(this.contents.text(Taking.LINES).lines().toList());
				Difference.between(expected, schema)
					.describe()
					.stream()
					.filter((line) -> !line.startsWith("~", 2))
					.limit(LINES)
					.forEach((line) -> findings.add("Schema: " + line));
			}
			sequences(connection, findings);
		}
		var data = Difference.between(manifest.data(),
				new Comparing(() -> restored.open("verify"), scope()).data(this.settings.workers(), progress));
		data.tables().forEach((table) -> findings.add("Rows: " + table));
		if (source != null && source.database().equals(manifest.source().database())) {
			findings.addAll(new WhichRows(source, restored).of(data.tables()));
		}
		findings.addAll(IndexCheck.run(restored, thorough, this.settings.workers(), progress));
		return findings;
	}

	/** What else there is in a restored part, extensions have put there. */
	private Scope scope() {
		return Scope.EVERYTHING.only(this.stored.manifest().tablesOfPart().toArray(String[]::new));
	}

	private void sequences(Connection connection, List<String> findings) throws SQLException {
		try (var statement = connection.createStatement()) {
			for (var sequence : this.stored.manifest().sequences()) {
				try (var rows = statement.executeQuery("select last_value, is_called from " + sequence.name())) {
					rows.next();
					if (rows.getLong(1) != sequence.last() || rows.getBoolean(2) != sequence.called()) {
						findings.add("Sequence %s is at %d instead of %d".formatted(sequence.name(), rows.getLong(1),
								sequence.last()));
					}
				}
			}
		}
	}

}
