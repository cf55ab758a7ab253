package dev.backout.backup;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.backup.copy.SchemaScript;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.Scope;
import dev.backout.kernel.Rejected;

/**
 * Builds a schema that was written down in a scratch database, and says what is missing.
 */
final class Rebuild {

	private final Target target;

	private final ScratchDatabases scratches;

	Rebuild(Target target, ScratchDatabases scratches) {
		this.target = target;
		this.scratches = scratches;
	}

	/** Refused with what would not come back. */
	Rebuilt of(SchemaScript.Draft script, SchemaFingerprint source) throws SQLException {
		try (var scratch = this.scratches.create(this.target, "schema"); var empty = scratch.target().open("schema")) {
			var built = SchemaScript.build(script, empty);
			var schema = SchemaFingerprint.of(empty, Scope.EVERYTHING);
			var notes = new ArrayList<String>();
			var lost = lost(source, schema, notes);
			built.failed().values().forEach((why) -> lost.add("the server says: " + why));
			if (!lost.isEmpty()) {
				throw refused(this.target, lost);
			}
			return new Rebuilt(built.script(), schema, notes);
		}
	}

	/** Refused with what a schema that was built lacks, or has too much. */
	static void check(Target target, SchemaFingerprint source, SchemaFingerprint built) {
		var lost = lost(source, built, new ArrayList<>());
		if (!lost.isEmpty()) {
			throw refused(target, lost);
		}
	}

	static Rejected refused(Target target, List<String> lost) {
		return new Rejected("backup.cannot-rebuild",
				"A restore of '%s' would not bring back: %s. Use the other engine (backout.backup.engine), or drop what is not needed"
					.formatted(target.name(), String.join("; ", lost.subList(0, Math.min(10, lost.size())))));
	}

	private static List<String> lost(SchemaFingerprint source, SchemaFingerprint built, List<String> notes) {
		var difference = Difference.between(source, built);
		var lost = new ArrayList<String>();
		for (var line : difference.missing()) {
			if (invalidIndex(line)) {
				notes.add("Index %s is invalid and not in the backup".formatted(line.object()));
			}
			else if (!line.cosmetic()) {
				lost.add(line.toString());
			}
		}
		difference.added().stream().filter((line) -> !line.cosmetic()).forEach((line) -> lost.add("instead: " + line));
		return lost;
	}

	/** It was never finished; a restore has nothing to gain from it. */
	static boolean invalidIndex(SchemaLine line) {
		return line.kind().equals("index") && line.detail().contains("|valid=false");
	}

	/**
	 * A schema that was written down and built once.
	 *
	 * @param script in an order that works
	 * @param schema as it was built
	 * @param notes what is knowingly left out
	 */
	record Rebuilt(SchemaScript script, SchemaFingerprint schema, List<String> notes) {
	}

}
