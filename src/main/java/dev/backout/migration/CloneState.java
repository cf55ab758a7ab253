package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.DatabaseWatch;
import dev.backout.fingerprint.Difference;
import dev.backout.fingerprint.Fingerprint;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.SchemaLine;
import dev.backout.fingerprint.TableFingerprint;
import org.jspecify.annotations.Nullable;

/**
 * What a clone is between two changesets. Read whole once; after that only what a
 * changeset can have changed is read again.
 */
final class CloneState {

	private static final String SEQUENCE = "~sequencevalue";

	private final DatabaseWatch watch;

	private SchemaFingerprint schema;

	private final Map<String, TableFingerprint> tables;

	/** Only what a changeset can have changed is looked at from now on. */
	CloneState(DatabaseWatch watch) {
		this.watch = watch;
		this.schema = watch.schema();
		this.tables = new TreeMap<>(watch.rows());
	}

	/** Of schema and rows. */
	String digest() {
		return new Fingerprint(this.schema, new DataFingerprint(new TreeMap<>(this.tables))).digest();
	}

	/** Likewise, of these columns of each table only. */
	String digest(Columns columns) throws SQLException {
		var rows = new TreeMap<String, TableFingerprint>();
		for (var table : this.tables.keySet()) {
			rows.put(table,
					this.watch.rows(table,
							columns.of(table)
								.stream()
								.map(CloneState::unquoted)
								.collect(Collectors.toCollection(TreeSet::new))));
		}
		return new Fingerprint(this.schema, new DataFingerprint(rows)).digest();
	}

	/** Columns by table, as SQL writes them. */
	@FunctionalInterface
	interface Columns {

		List<String> of(String table) throws SQLException;

	}

	boolean has(String table) {
		return this.tables.containsKey(table);
	}

	long rows(String table) {
		return this.tables.getOrDefault(table, TableFingerprint.EMPTY).rows();
	}

	/** The columns that a table has. */
	Set<String> columns(String table) {
		return columns(this.schema, table);
	}

	/** What the constraints and indexes of a table say. */
	String keys(String table) {
		var name = table.substring(table.indexOf('.') + 1);
		return this.schema.lines()
			.stream()
			.filter((line) -> line.kind().equals("constraint") || line.kind().equals("index"))
			.map(Object::toString)
			.filter((line) -> line.contains(name))
			.collect(Collectors.joining(" "));
	}

	Set<String> tables() {
		return new TreeSet<>(this.tables.keySet());
	}

	/** The database is now as it should stay: read what can have changed. */
	void accept(Change change) {
		if (change.everything || change.shape) {
			this.schema = this.watch.schema();
		}
		if (change.everything) {
			this.tables.clear();
			this.tables.putAll(this.watch.rows());
			return;
		}
		var existing = existing(change.tables);
		for (var table : change.tables) {
			if (existing.contains(table)) {
				this.tables.put(table, this.watch.rows(table));
			}
			else {
				this.tables.remove(table);
			}
		}
		if (change.shape) {
			this.tables.keySet().retainAll(this.watch.tables());
		}
	}

	/** How the database differs from what was accepted last. */
	Differences differences(Change change) {
		var schemaNow = (change.shape || change.everything) ? this.watch.schema() : this.schema;
		Map<String, TableFingerprint> now = new HashMap<>();
		var looked = new TreeSet<>(change.tables);
		if (change.everything) {
			now.putAll(this.watch.rows());
			looked.addAll(this.tables.keySet());
			looked.addAll(now.keySet());
		}
		else {
			if (change.shape) {
				looked.addAll(this.tables.keySet());
				looked.removeIf((table) -> !change.tables.contains(table) && this.watch.tables().contains(table));
			}
			for (var table : existing(looked)) {
				now.put(table, this.watch.rows(table));
			}
		}
		var differing = new ArrayList<Rows>();
		for (var table : looked) {
			if (!Objects.equals(this.tables.get(table), now.get(table))
					&& !explainedByShape(table, now.get(table), schemaNow)) {
				differing.add(new Rows(table, this.tables.get(table), now.get(table)));
			}
		}
		return new Differences(Difference.between(this.schema, schemaNow), differing);
	}

	/**
	 * A table that stayed, or a column that stayed, is told by the schema; the rows as
	 * they were before may be the same.
	 */
	private boolean explainedByShape(String table, @Nullable TableFingerprint now, SchemaFingerprint schemaNow) {
		var before = this.tables.get(table);
		if (before == null || now == null) {
			return before == null;
		}
		var columns = columns(this.schema, table);
		return !columns.equals(columns(schemaNow, table)) && before.equals(this.watch.rows(table, columns));
	}

	private static Set<String> columns(SchemaFingerprint schema, String table) {
		return schema.lines()
			.stream()
			.filter((line) -> line.kind().equals("column") && line.object().startsWith(table + "."))
			.map((line) -> unquoted(line.object().substring(table.length() + 1)))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String unquoted(String name) {
		return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
	}

	private Set<String> existing(Collection<String> names) {
		var found = new TreeSet<>(names);
		found.retainAll(this.watch.tables());
		return found;
	}

	/**
	 * What can have changed.
	 *
	 * @param everything if nobody knows
	 * @param shape whether the schema can have
	 * @param tables whose rows can have
	 */
	record Change(boolean everything, boolean shape, Set<String> tables) {

		static final Change ALL = new Change(true, true, Set.of());

		static Change of(Footprint footprint) {
			return new Change(false, footprint.shape(), footprint.tables());
		}

		static Change rows(Set<String> tables) {
			return new Change(false, false, tables);
		}

		Change and(Change other) {
			var both = new TreeSet<>(this.tables);
			both.addAll(other.tables);
			return new Change(this.everything || other.everything, this.shape || other.shape, both);
		}

	}

	/** A table whose rows differ; null where it does not exist. */
	record Rows(String table, @Nullable TableFingerprint before, @Nullable TableFingerprint after) {
	}

	/**
	 * What differs.
	 *
	 * @param schema lines
	 * @param rows tables
	 */
	record Differences(Difference schema, List<Rows> rows) {

		/** Lines that mean something; a sequence that went back means something. */
		List<String> schemaLines() {
			var lines = new ArrayList<String>();
			this.schema.missing()
				.stream()
				.filter((line) -> !line.cosmetic() || wentBack(line))
				.forEach((line) -> lines.add("- " + line));
			this.schema.added()
				.stream()
				.filter((line) -> !line.cosmetic() || comesAfterWentBack(line))
				.forEach((line) -> lines.add("+ " + line));
			return lines;
		}

		/** All lines, for when only cosmetic ones differ. */
		List<String> allLines() {
			return this.schema.describe();
		}

		/** Numbers would be given twice. */
		private boolean wentBack(SchemaLine before) {
			return before.kind().equals(SEQUENCE) && this.schema.added()
				.stream()
				.filter((line) -> line.kind().equals(SEQUENCE) && line.object().equals(before.object()))
				.anyMatch((after) -> position(after) < position(before));
		}

		private boolean comesAfterWentBack(SchemaLine after) {
			return this.schema.missing()
				.stream()
				.anyMatch((before) -> before.object().equals(after.object()) && wentBack(before));
		}

		private static long position(SchemaLine line) {
			return line.detail().matches("-?\\d+") ? Long.parseLong(line.detail()) : 0;
		}

	}

}
