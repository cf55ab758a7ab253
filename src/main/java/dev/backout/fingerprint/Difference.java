package dev.backout.fingerprint;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * In what two fingerprints differ.
 *
 * @param missing schema lines that only the first has
 * @param added schema lines that only the second has
 * @param tables tables whose rows differ
 */
public record Difference(List<SchemaLine> missing, List<SchemaLine> added, List<TableDifference> tables) {

	public Difference {
		missing = List.copyOf(missing);
		added = List.copyOf(added);
		tables = List.copyOf(tables);
	}

	public static Difference between(Fingerprint before, Fingerprint after) {
		return new Difference(without(before.schema(), after.schema()), without(after.schema(), before.schema()),
				tables(before.data(), after.data()));
	}

	public static Difference between(SchemaFingerprint before, SchemaFingerprint after) {
		return new Difference(without(before, after), without(after, before), List.of());
	}

	public static Difference between(DataFingerprint before, DataFingerprint after) {
		return new Difference(List.of(), List.of(), tables(before, after));
	}

	private static List<SchemaLine> without(SchemaFingerprint some, SchemaFingerprint others) {
		return some.lines().stream().filter((line) -> !others.lines().contains(line)).toList();
	}

	private static List<TableDifference> tables(DataFingerprint before, DataFingerprint after) {
		var names = new TreeSet<>(before.tables().keySet());
		names.addAll(after.tables().keySet());
		var differing = new ArrayList<TableDifference>();
		for (var name : names) {
			var left = before.tables().get(name);
			var right = after.tables().get(name);
			if (left == null || !left.equals(right)) {
				differing.add(new TableDifference(name, left, right));
			}
		}
		return differing;
	}

	/** Nothing differs, not even cosmetically. */
	public boolean none() {
		return onlyCosmetic() && this.missing.isEmpty() && this.added.isEmpty();
	}

	/** No rows differ, and no line that means anything. */
	public boolean onlyCosmetic() {
		return this.tables.isEmpty() && sameSchema();
	}

	/** No line differs that means anything. */
	public boolean sameSchema() {
		return this.missing.stream().allMatch(SchemaLine::cosmetic)
				&& this.added.stream().allMatch(SchemaLine::cosmetic);
	}

	/** One line per difference: {@code -} only before, {@code +} only after. */
	public List<String> describe() {
		var text = new ArrayList<String>();
		this.missing.forEach((line) -> text.add("- " + line));
		this.added.forEach((line) -> text.add("+ " + line));
		this.tables.forEach((table) -> text.add("* " + table));
		return text;
	}

}
