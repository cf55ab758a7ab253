package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table differ between two databases. Both are read once in sums by group
 * of keys, and once more where the sums differ; no value is shown, only that it is NULL,
 * empty, or another.
 *
 * @param table {@code schema.table}
 * @param before all rows of the first
 * @param after all rows of the second
 * @param missing rows that only the first has
 * @param extra rows that only the second has
 * @param changed rows with the same key and other values
 * @param complete whether all groups that differ were looked at
 * @param lines one for each of the first rows that differ
 */
public record RowDifferences(String table, TableFingerprint before, TableFingerprint after, long missing, long extra,
		long changed, boolean complete, List<String> lines) {

	private static final int GROUPS = 4096;

	/** Rows of groups that differ and are looked at one by one, roughly. */
	private static final long MOST_ROWS = 200_000;

	private static final String MASK = "•••";

	public RowDifferences {
		lines = List.copyOf(lines);
	}

	/**
	 * Compares a table that both have, with the same columns.
	 * @param limit lines at most
	 */
	public static RowDifferences between(Connection before, Connection after, String table, int limit)
			throws SQLException {
		try (var one = PinnedSession.on(before); var other = PinnedSession.on(after)) {
			return new Comparison(table, Column.of(before, table), key(before, table)).of(before, after, limit);
		}
	}

	/** In a sentence, without the lines. */
	public String summary() {
		return "%s: %s%d changed, %d missing, %d too many".formatted(this.table, this.complete ? "" : "at least ",
				this.changed, this.missing, this.extra);
	}

	/** Names of the columns of the primary key, or else of a unique one; may be empty. */
	private static List<String> key(Connection connection, String table) throws SQLException {
		try (var find = connection.prepareStatement("""
				select array(select a.attname::text from pg_catalog.pg_attribute a
					where a.attrelid = i.indrelid and a.attnum = any (i.indkey) order by a.attname collate "C")
				from pg_catalog.pg_index i
				where i.indrelid = ?::regclass and i.indisunique and i.indisvalid and i.indpred is null
				and i.indexprs is null and i.indnkeyatts = i.indnatts and not exists (
					select from pg_catalog.pg_attribute a where a.attrelid = i.indrelid and a.attnum = any (i.indkey)
					and not a.attnotnull)
				order by i.indisprimary desc, i.indnatts, i.indexrelid limit 1""")) {
			find.setString(1, table);
			try (var rows = find.executeQuery()) {
				return rows.next() ? List.of((String[]) rows.getArray(1).getArray()) : List.of();
			}
		}
	}

	/** One table, read in two databases. */
	private record Comparison(String table, List<Column> columns, List<String> key) {

		RowDifferences of(Connection before, Connection after, int limit) throws SQLException {
			var left = groups(before);
			var right = groups(after);
			var differing = new TreeSet<Integer>();
			left.forEach((group, rows) -> {
				if (!rows.equals(right.get(group))) {
					differing.add(group);
				}
			});
			right.keySet().stream().filter((group) -> !left.containsKey(group)).forEach(differing::add);
			var looked = differing.stream().limit(mostGroups(left, right)).toList();
			var found = new Found(looked.size() == differing.size(), limit);
			if (this.key.isEmpty()) {
				withoutKey(rows(before, looked), rows(after, looked), found);
			}
			else {
				byKey(rows(before, looked), rows(after, looked), found);
			}
			return new RowDifferences(this.table, total(left), total(right), found.missing, found.extra, found.changed,
					found.complete, found.lines);
		}

		private static long mostGroups(Map<Integer, TableFingerprint> left, Map<Integer, TableFingerprint> right) {
			var rows = Math.max(1, Math.max(total(left).rows(), total(right).rows()));
			return Math.max(1, Math.min(GROUPS, MOST_ROWS * GROUPS / rows));
		}

		private static TableFingerprint total(Map<Integer, TableFingerprint> groups) {
			return groups.values().stream().reduce(TableFingerprint.EMPTY, TableFingerprint::plus);
		}

		private List<Column> keyColumns() {
			return this.key.isEmpty() ? this.columns
					: this.columns.stream().filter((column) -> this.key.contains(column.name())).toList();
		}

		private String group() {
			return "(%s & %d)::int".formatted(TableScan.rowHash(keyColumns()), GROUPS - 1);
		}

		private Map<Integer, TableFingerprint> groups(Connection connection) throws SQLException {
			var groups = new HashMap<Integer, TableFingerprint>();
			try (var statement = connection.createStatement();
					var rows = statement.executeQuery("select %s, count(*), sum(%s) from only %s t group by 1"
						.formatted(group(), TableScan.rowHash(this.columns), this.table))) {
				while (rows.next()) {
					groups.put(rows.getInt(1),
							new TableFingerprint(rows.getLong(2), rows.getBigDecimal(3).toBigInteger()));
				}
			}
			return groups;
		}

		/** How often there is each row, by its key as people read it. */
		private Map<String, List<Row>> rows(Connection connection, List<Integer> groups) throws SQLException {
			var found = new TreeMap<String, List<Row>>();
			var values = String.join(", ",
					this.columns.stream()
						.map((column) -> "pg_catalog.hashtextextended(%s, 0)".formatted(column.asText()))
						.toList());
			var sql = "select %s, array[%s]::bigint[], %s, pg_catalog.hashtextextended('', 0) from only %s t where %s = any (?)"
				.formatted(label(), values, TableScan.rowHash(this.columns), this.table, group());
			try (var find = connection.prepareStatement(sql)) {
				find.setArray(1, connection.createArrayOf("int4", groups.toArray()));
				try (var rows = find.executeQuery()) {
					while (rows.next()) {
						var hashes = (Long[]) rows.getArray(2).getArray();
						found.computeIfAbsent(rows.getString(1), (any) -> new ArrayList<>())
							.add(new Row(hashes, rows.getLong(3), rows.getLong(4)));
					}
				}
			}
			return found;
		}

		/** Numbers, times and the like as they are; of text only how it begins. */
		private String label() {
			if (this.key.isEmpty()) {
				return "'#' || pg_catalog.to_hex(%s)".formatted(TableScan.rowHash(this.columns));
			}
			return String.join(" || ', ' || ",
					keyColumns().stream()
						.map((column) -> column.text()
								? "'%s=' || pg_catalog.left(%s, 1) || '%s' || pg_catalog.left(pg_catalog.md5(%s), 8)"
									.formatted(column.name().replace("'", "''"), column.asText(), MASK, column.asText())
								: "'%s=' || %s".formatted(column.name().replace("'", "''"), column.asText()))
						.toList());
		}

		private void byKey(Map<String, List<Row>> before, Map<String, List<Row>> after, Found found) {
			var all = new TreeSet<>(before.keySet());
			all.addAll(after.keySet());
			for (var label : all) {
				var left = before.getOrDefault(label, List.of());
				var right = after.getOrDefault(label, List.of());
				if (left.isEmpty() || right.isEmpty()) {
					found.onOneSide(label, left.size(), right.size());
				}
				else if (left.get(0).hash() != right.get(0).hash()) {
					found.changed(label, cells(left.get(0), right.get(0)));
				}
			}
		}

		private static void withoutKey(Map<String, List<Row>> before, Map<String, List<Row>> after, Found found) {
			var all = new TreeSet<>(before.keySet());
			all.addAll(after.keySet());
			for (var label : all) {
				var more = before.getOrDefault(label, List.of()).size() - after.getOrDefault(label, List.of()).size();
				if (more != 0) {
					found.onOneSide("row " + label, Math.max(0, more), Math.max(0, -more));
				}
			}
		}

		private String cells(Row before, Row after) {
			var cells = new ArrayList<String>();
			for (int i = 0; i < this.columns.size(); i++) {
				if (!Objects.equals(before.values()[i], after.values()[i])) {
					cells.add("%s %s instead of %s".formatted(this.columns.get(i).name(), after.shown(i),
							before.shown(i)));
				}
			}
			return String.join(", ", cells);
		}

	}

	/** A row as hashes of its values. */
	private record Row(@Nullable Long[] values, long hash, long empty) {

		String shown(int column) {
			var value = this.values[column];
			return (value == null) ? "NULL" : (value == this.empty) ? "''" : MASK;
		}

	}

	/** What was found so far. */
	private static final class Found {

		private final boolean complete;

		private final int limit;

		private final List<String> lines = new ArrayList<>();

		private long missing;

		private long extra;

		private long changed;

		Found(boolean complete, int limit) {
			this.complete = complete;
			this.limit = limit;
		}

		void onOneSide(String label, int before, int after) {
			this.missing += before;
			this.extra += after;
			var times = Math.max(before, after);
			line("%s: %s%s".formatted(label, (before > 0) ? "missing" : "too many",
					(times > 1) ? " " + times + " times" : ""));
		}

		void changed(String label, String cells) {
			this.changed++;
			line("%s: %s".formatted(label, cells));
		}

		private void line(String line) {
			if (this.lines.size() < this.limit) {
				this.lines.add(line);
			}
		}

	}

}
