package dev.backout.backup;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.RowDifferences;
import dev.backout.fingerprint.TableDifference;

/**
 * Which rows differ from those that were backed up. The manifest has only sums; the
 * target is asked, which still has those rows that nobody has changed since.
 */
final class WhichRows {

	private static final int TABLES = 3;

	private static final int LINES = 10;

	private final Target source;

	private final Target restored;

	WhichRows(Target source, Target restored) {
		this.source = source;
		this.restored = restored;
	}

	/** Sentences about the first tables and rows; none where the target cannot tell. */
	List<String> of(List<TableDifference> tables) {
		var sentences = new ArrayList<String>();
		tables.stream()
			.filter((table) -> table.before() != null && table.after() != null)
			.filter((table) -> !table.table().equals(DataFingerprint.LARGE_OBJECTS))
			.limit(TABLES)
			.forEach((table) -> sentences.addAll(of(table)));
		return sentences;
	}

	private List<String> of(TableDifference table) {
		try (var before = this.source.open("verify"); var after = this.restored.open("verify")) {
			var rows = RowDifferences.between(before, after, table.table(), LINES);
			var same = rows.before().equals(table.before());
			var sentences = new ArrayList<String>();
			sentences.add("Which rows of %s, %s"
				.formatted(rows.summary(), same ? "by the target, which has them as they were backed up"
						: "against the target as it is now: rows that were written since the backup are among them"));
			rows.lines().forEach((line) -> sentences.add("Row of %s, %s".formatted(table.table(), line)));
			return sentences;
		}
		catch (SQLException | RuntimeException ex) {
			// The finding stands; the target has another table by now, or none.
			return List.of();
		}
	}

}
