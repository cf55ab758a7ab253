package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;

/**
 * Writes plausible rows: typed, within limits, foreign keys met, numbers out of the way
 * of those that others use. Where a table's rules ask for more than that, it gets none.
 */
final class RowGenerator {

	private static final int DEPTH = 4;

	private static final long FIRST = 900_000_000L;

	/** Numbers for one place of the changelog; all places stay within an integer. */
	private static final long EACH = 50_000L;

	private static final int PLACES = 20_000;

	private final Connection connection;

	private final boolean quietTriggers;

	private final Map<String, List<TableColumn>> known = new HashMap<>();

	private long next = FIRST;

	/**
	 * @param connection in auto-commit, of nobody else
	 */
	RowGenerator(Connection connection) throws SQLException {
		this.connection = connection;
		connection.unwrap(PGConnection.class).setPrepareThreshold(1);
		// The server itself plans anew what a change of the schema touches.
		connection.unwrap(PgConnection.class).getQueryExecutor().setFlushCacheOnDdl(false);
		try (var statement = connection.createStatement()) {
			statement.execute("set plan_cache_mode = force_generic_plan");
		}
		this.quietTriggers = silence(connection);
	}

	/** Whether our rows reach the tables without waking triggers. */
	boolean quietTriggers() {
		return this.quietTriggers;
	}

	/** What was read of their columns is not to be relied upon any more. */
	void tablesMayDiffer() {
		this.known.clear();
	}

	/**
	 * Numbers from here on depend on the place in the changelog alone, not on what was
	 * written before.
	 */
	void goesOnAt(int place) {
		this.next = FIRST + (place % PLACES) * EACH;
	}

	/** Columns of a table that a row can be given. */
	List<TableColumn> columns(String table) throws SQLException {
		var columns = this.known.get(table);
		if (columns == null) {
			columns = TableColumn.of(this.connection, table);
			this.known.put(table, columns);
		}
		return columns;
	}

	private static boolean silence(Connection connection) {
		try (var statement = connection.createStatement()) {
			statement.execute("set session_replication_role = replica");
			return true;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Some rows, and those of tables that they refer to; empty if the rules forbid ours.
	 */
	List<Row> insert(String table, int count) {
		return insert(table, count, (column) -> false);
	}

	/**
	 * Likewise.
	 * @param changing columns by which a row without a key is not to be known again
	 */
	List<Row> insert(String table, int count, Predicate<String> changing) {
		return insert(table, count, changing, 0);
	}

	private List<Row> insert(String table, int count, Predicate<String> changing, int depth) {
		try {
			var columns = columns(table);
			var rows = new ArrayList<Row>();
			for (var column : columns) {
				var reference = column.reference();
				if (reference != null) {
					var other = reference.substring(0, reference.indexOf('|'));
					if (!other.equals(table) && depth < DEPTH && isEmpty(other)) {
						rows.addAll(insert(other, count, changing, depth + 1));
					}
				}
			}
			var own = insert(table, columns, count, this.next, changing)
				.or(() -> insert(table, columns, count, 1000, changing));
			this.next += 1000;
			own.ifPresent(rows::addAll);
			return rows;
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			return List.of();
		}
	}

	private Optional<List<Row>> insert(String table, List<TableColumn> columns, int count, long base,
			Predicate<String> changing) {
		var values = new LinkedHashMap<TableColumn, String>();
		for (var column : columns) {
			var value = column.value(base);
			if (value == null && column.required() && !column.hasDefault()) {
				return Optional.empty();
			}
			if (value != null) {
				values.put(column, value);
			}
		}
		if (values.isEmpty()) {
			return Optional.empty();
		}
		var key = values.keySet().stream().filter((column) -> column.key() > 0).toList();
		var known = identifying(values, key, changing);
		var sql = "insert into %s (%s) overriding system value select %s from generate_series(1, %d) i returning %s"
			.formatted(table, names(values.keySet().stream().toList(), ""), String.join(", ", values.values()), count,
					known.isEmpty() ? "1" : names(known, "::text"));
		try (var statement = this.connection.createStatement(); var written = statement.executeQuery(sql)) {
			var rows = new ArrayList<Row>();
			while (written.next()) {
				var identity = new LinkedHashMap<String, String>();
				for (int i = 0; i < known.size(); i++) {
					var text = written.getString(i + 1);
					if (text != null) {
						identity.put(known.get(i).name(), text);
					}
				}
				rows.add(new Row(table, key.stream().map(TableColumn::name).toList(), identity,
						known.stream().collect(Collectors.toMap(TableColumn::number, TableColumn::name))));
			}
			return Optional.of(rows);
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			return Optional.empty();
		}
	}

	/**
	 * Its key, and all that we wrote: a changeset may take the key away. Columns that
	 * change only where there are no others.
	 */
	private static List<TableColumn> identifying(Map<TableColumn, String> values, List<TableColumn> key,
			Predicate<String> changing) {
		var comparable = values.keySet()
			.stream()
			.filter((column) -> key.contains(column) || !column.base().equals("json"))
			.toList();
		var lasting = comparable.stream()
			.filter((column) -> key.contains(column) || !changing.test(column.name()))
			.toList();
		return lasting.isEmpty() ? comparable : lasting;
	}

	private static String names(List<TableColumn> columns, String suffix) {
		return columns.stream().map((column) -> column.name() + suffix).collect(Collectors.joining(", "));
	}

	private boolean isEmpty(String table) throws SQLException {
		try (var statement = this.connection.createStatement();
				var rows = statement.executeQuery("select not exists (select from %s)".formatted(table))) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

	/** How many of these rows are there, in columns that are still there. */
	int count(List<Row> rows) {
		var found = 0;
		for (var alike : alike(rows)) {
			found += each(alike,
					"select count(*) from (values %2$s) v(%3$s) where exists (select from %1$s t where %4$s)", true);
		}
		return found;
	}

	/** Takes these rows out again, last written first. */
	void delete(List<Row> rows) {
		var groups = alike(rows);
		for (int i = groups.size() - 1; i >= 0; i--) {
			each(groups.get(i), "delete from %1$s t using (values %2$s) v(%3$s) where %4$s", false);
		}
	}

	/** In runs of the same table and columns, in the order in which they were written. */
	private static List<List<Row>> alike(List<Row> rows) {
		var groups = new ArrayList<List<Row>>();
		@Nullable Row former = null;
		for (var row : rows) {
			if (former == null || !former.table.equals(row.table) || !former.key.equals(row.key)
					|| !former.identity.keySet().equals(row.identity.keySet())) {
				groups.add(new ArrayList<>());
			}
			groups.get(groups.size() - 1).add(row);
			former = row;
		}
		return groups;
	}

	private int each(List<Row> rows, String sql, boolean query) {
		var table = rows.get(0).table;
		try {
			var columns = rows.get(0).known(columns(table));
			if (columns.isEmpty()) {
				return 0;
			}
			var names = IntStream.range(0, columns.size()).mapToObj((i) -> "c" + i).toList();
			var condition = IntStream.range(0, columns.size())
				.mapToObj((i) -> columns.get(i).comparison("t", "v." + names.get(i)))
				.collect(Collectors.joining(" and "));
			var values = String.join(", ", Collections.nCopies(rows.size(),
					"(" + String.join(", ", Collections.nCopies(columns.size(), "?::text")) + ")"));
			try (var statement = this.connection
				.prepareStatement(sql.formatted(table, values, String.join(", ", names), condition))) {
				var at = 0;
				for (var row : rows) {
					for (var column : columns) {
						statement.setString(++at, row.value(column));
					}
				}
				if (!query) {
					return statement.executeUpdate();
				}
				try (var result = statement.executeQuery()) {
					result.next();
					return result.getInt(1);
				}
			}
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			return 0;
		}
	}

	/**
	 * A row of ours.
	 *
	 * @param table where
	 * @param key columns of its key, when it was written
	 * @param identity values by column, as text
	 * @param names of these columns by their number, which stays when the name does not
	 */
	record Row(String table, List<String> key, Map<String, String> identity, Map<Integer, String> names) {

		/** The columns by which it is found: its key, or what is left of it all. */
		List<TableColumn> known(List<TableColumn> now) {
			var byKey = now.stream().filter((column) -> this.key.contains(column.name())).toList();
			if (!this.key.isEmpty() && byKey.size() == this.key.size()
					&& this.identity.keySet().containsAll(this.key)) {
				return byKey;
			}
			var byName = now.stream().filter((column) -> this.identity.containsKey(column.name())).toList();
			return byName.isEmpty() ? now.stream().filter((column) -> value(column) != null).toList() : byName;
		}

		/** What we wrote into this column, whatever it was called then. */
		@Nullable String value(TableColumn column) {
			var name = this.identity.containsKey(column.name()) ? column.name() : this.names.get(column.number());
			return (name != null) ? this.identity.get(name) : null;
		}

	}

}
