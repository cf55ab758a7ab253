package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Copies of tables whose rows are at stake, so that a difference can be told in rows and
 * values, with an example. Kept in a session's temporary tables.
 */
final class BeforeImages {

	/** A bigger table is only compared by its digest. */
	private static final long LIMIT = 200_000;

	private final Connection connection;

	private final Map<String, String> copies = new HashMap<>();

	private int number;

	BeforeImages(Connection connection) {
		this.connection = connection;
	}

	void take(String table, long rows) throws SQLException {
		if (rows == 0 || rows > LIMIT) {
			return;
		}
		var copy = "pg_temp.before_" + (++this.number);
		try (var statement = this.connection.createStatement()) {
			statement.execute("create temp table %s as select * from only %s".formatted(copy.substring(8), table));
			this.copies.put(table, copy);
		}
	}

	/** The copy of a table, or null. */
	@Nullable String of(String table) {
		return this.copies.get(table);
	}

	void drop() throws SQLException {
		try (var statement = this.connection.createStatement()) {
			for (var copy : this.copies.values()) {
				statement.execute("drop table if exists " + copy);
			}
		}
		this.copies.clear();
	}

	/** What of a table did not come back; null if there is no copy of it. */
	@Nullable Lost compare(String table) {
		var copy = this.copies.get(table);
		if (copy == null) {
			return null;
		}
		try {
			var before = TableColumn.of(this.connection, copy).stream().map(TableColumn::name).toList();
			var now = TableColumn.of(this.connection, table);
			var key = now.stream()
				.filter((column) -> column.key() > 0 && before.contains(column.name()))
				.map(TableColumn::name)
				.toList();
			return key.isEmpty() ? withoutKey(table, copy) : byKey(table, copy, key, before, now);
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			return null;
		}
	}

	private Lost byKey(String table, String copy, List<String> key, List<String> before, List<TableColumn> now)
			throws SQLException {
		var on = key.stream().map((name) -> "b.%1$s = n.%1$s".formatted(name)).collect(Collectors.joining(" and "));
		var texts = new ArrayList<String>();
		var rows = number("select count(*) from %s b where not exists (select from only %s n where %s)".formatted(copy,
				table, on));
		if (rows > 0) {
			texts.add("%d rows are missing".formatted(rows));
		}
		var added = number("select count(*) from only %s n where not exists (select from %s b where %s)"
			.formatted(table, copy, on));
		if (added > 0) {
			texts.add("%d rows are new".formatted(added));
		}
		var values = 0L;
		var names = now.stream().map(TableColumn::name).toList();
		for (var column : before) {
			if (names.contains(column)) {
				var differing = values(table, copy, on, key, column);
				values += differing.values;
				texts.addAll(differing.texts);
			}
		}
		return new Lost(rows, values, added, texts);
	}

	private Lost values(String table, String copy, String on, List<String> key, String column) throws SQLException {
		var sql = """
				select count(*), min(%1$s)
				from %2$s b join only %3$s n on %4$s
				where b.%5$s::text is distinct from n.%5$s::text""".formatted(
				"format('%%s: %%s, now %%s', b.%s, coalesce(left(b.%2$s::text, 40), 'NULL'), coalesce(left(n.%2$s::text, 40), 'NULL'))"
					.formatted(key.get(0), column),
				copy, table, on, column);
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(sql)) {
			rows.next();
			var count = rows.getLong(1);
			return new Lost(0, count, 0, (count == 0) ? List.of() : List
				.of("%d values of %s differ (%s %s)".formatted(count, column, key.get(0), rows.getString(2))));
		}
	}

	private Lost withoutKey(String table, String copy) throws SQLException {
		var rows = number("select count(*) from (select b::text from %s b except all select n::text from only %s n) x"
			.formatted(copy, table));
		var added = number("select count(*) from (select n::text from only %s n except all select b::text from %s b) x"
			.formatted(table, copy));
		return new Lost(rows, 0, added,
				List.of("%d rows are gone or differ, %d are new or differ".formatted(rows, added)));
	}

	private long number(String sql) throws SQLException {
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getLong(1);
		}
	}

	/**
	 * What did not come back.
	 *
	 * @param rows missing
	 * @param values that differ in rows that are there
	 * @param added rows that were not there before
	 * @param texts the same for people, with an example
	 */
	record Lost(long rows, long values, long added, List<String> texts) {
	}

}
