package dev.backout.backup;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.backout.kernel.Rejected;

/**
 * Of a backup of some tables: which, and how they hang together with the others. Each
 * table is written {@code schema.table}, quoted where its name needs it.
 * <p>
 * The schema is whole in such a backup; rows are there of these tables alone.
 *
 * @param chosen as asked for
 * @param needed tables whose rows are in it as well, with the reason: a row needs the row
 * that it refers to, and what is partitioned has its rows in its partitions
 * @param outside tables that are not in it and refer to one that is, with its name
 */
public record Part(List<String> chosen, SortedMap<String, String> needed, SortedMap<String, String> outside) {

	public Part {
		chosen = chosen.stream().distinct().sorted().toList();
		needed = Collections.unmodifiableSortedMap(new TreeMap<>(needed));
		outside = Collections.unmodifiableSortedMap(new TreeMap<>(outside));
	}

	/** All tables that it has to do with: rows, and what they are partitions of. */
	public SortedSet<String> tables() {
		var tables = new TreeSet<>(this.chosen);
		tables.addAll(this.needed.keySet());
		return tables;
	}

	/** One sentence for each table beyond what was asked for, and each that is left. */
	public List<String> sentences() {
		var sentences = new java.util.ArrayList<String>();
		this.needed.forEach((table, why) -> sentences.add("%s is in it as well: %s".formatted(table, why)));
		this.outside.forEach((table, to) -> sentences.add("%s is not in it, and refers to %s".formatted(table, to)));
		return sentences;
	}

	/** The refusal of what takes a whole database. */
	Rejected refused(String id, String what) {
		return new Rejected("backup.partial",
				"Backup '%s' has the rows of %s only: %s. Put those tables back in place by naming them, or take a backup of the whole database"
					.formatted(id, String.join(", ", tables()), what));
	}

}
