package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads fingerprints of tables in the server.
 * <p>
 * A row's hash is a chain over its columns in byte order of their names, each hash the
 * seed of the next, and then over one bit per column for NULL. The hash of a value is
 * that of the text which its type's output function gives. Casting a whole row to text
 * would cost twice as much and depend on the names of its columns.
 */
final class TableScan {

	/** Stands for all large objects of the database. */
	static final String LARGE_OBJECTS = "pg_catalog.pg_largeobject";

	private static final int BITS = 31;

	private TableScan() {
	}

	static SortedMap<String, TableFingerprint> all(Connection connection, Scope scope) {
		try (var pinned = PinnedSession.on(connection)) {
			var found = new TreeMap<String, TableFingerprint>();
			for (var table : tables(connection, scope)) {
				found.put(table, scan(connection, table, ""));
			}
			if (scope.covers(LARGE_OBJECTS)) {
				var objects = largeObjects(connection);
				if (objects.rows() > 0) {
					found.put(LARGE_OBJECTS, objects);
				}
			}
			return found;
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The rows cannot be read: " + ex.getMessage(), ex);
		}
	}

	static TableFingerprint one(Connection connection, String table, String where) {
		try (var pinned = PinnedSession.on(connection)) {
			return scan(connection, table, where.isBlank() ? "" : " where " + where);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The rows of '%s' cannot be read: %s".formatted(table, ex.getMessage()),
					ex);
		}
	}

	static TableFingerprint columns(Connection connection, String table, Set<String> columns) {
		try (var pinned = PinnedSession.on(connection)) {
			return scan(connection, table, "",
					Column.of(connection, table).stream().filter((column) -> columns.contains(column.name())).toList());
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The rows of '%s' cannot be read: %s".formatted(table, ex.getMessage()),
					ex);
		}
	}

	static List<String> tables(Connection connection, Scope scope) throws SQLException {
		var tables = new ArrayList<String>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery("""
				select pg_catalog.format('%%I.%%I', n.nspname, c.relname)
				from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
				where c.relkind = 'r' and c.relpersistence <> 't' and %s
				and not exists (select from pg_catalog.pg_depend d
					where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
					and not exists (select from pg_catalog.pg_extension e
						where e.oid = d.refobjid and c.oid = any (e.extconfig)))
				order by 1""".formatted(scope.condition()))) {
			while (rows.next()) {
				if (scope.covers(rows.getString(1))) {
					tables.add(rows.getString(1));
				}
			}
		}
		return tables;
	}

	/** In pieces of a megabyte: an object may be larger than memory. */
	static TableFingerprint largeObjects(Connection connection) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery("""
				select count(distinct m.oid), coalesce(sum(pg_catalog.hashtextextended(
					pg_catalog.md5(pg_catalog.lo_get(m.oid, at, 1048576)), m.oid::bigint + at)), 0)
				from pg_catalog.pg_largeobject_metadata m
				cross join lateral (select pg_catalog.lo_lseek64(pg_catalog.lo_open(m.oid, 262144), 0, 2)) s(size)
				cross join lateral pg_catalog.generate_series(0, s.size, 1048576) at""")) {
			rows.next();
			return new TableFingerprint(rows.getLong(1), rows.getBigDecimal(2).toBigInteger());
		}
	}

	private static TableFingerprint scan(Connection connection, String table, String where) throws SQLException {
		return scan(connection, table, where, Column.of(connection, table));
	}

	private static TableFingerprint scan(Connection connection, String table, String where, List<Column> columns)
			throws SQLException {
		return read(connection, sql(table, where, columns));
	}

	static String sql(String table, String where, List<Column> columns) {
		return "select count(*), coalesce(sum(%s), 0) from only %s t%s".formatted(rowHash(columns), table, where);
	}

	static TableFingerprint read(Connection connection, String sql) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(sql)) {
			rows.next();
			return new TableFingerprint(rows.getLong(1), rows.getBigDecimal(2).toBigInteger());
		}
	}

	/** SQL for the hash of a row of alias {@code t}. */
	static String rowHash(List<Column> columns) {
		var hash = "0::bigint";
		for (var column : columns) {
			var text = column.required() ? column.asText() : "coalesce(%s, '')".formatted(column.asText());
			hash = "pg_catalog.hashtextextended(%s, %s)".formatted(text, hash);
		}
		for (int from = 0; from < columns.size(); from += BITS) {
			hash = "pg_catalog.hashint4extended(%s, %s)"
				.formatted(nulls(columns.subList(from, Math.min(from + BITS, columns.size()))), hash);
		}
		return hash;
	}

	/**
	 * A bit of every column, so that the value does not depend on a NOT NULL that may go;
	 * where there is one, the bit is known and costs nothing.
	 */
	private static String nulls(List<Column> columns) {
		var bits = new ArrayList<String>();
		for (int bit = 0; bit < columns.size(); bit++) {
			if (!columns.get(bit).required()) {
				bits.add("case when %s is null then %d else 0 end".formatted(columns.get(bit).reference(), 1 << bit));
			}
		}
		return bits.isEmpty() ? "0" : String.join(" | ", bits);
	}

}
