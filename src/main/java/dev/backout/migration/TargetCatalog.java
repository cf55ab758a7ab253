package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What is there in a target, asked in the transaction that works on it. */
final class TargetCatalog {

	private final Connection connection;

	TargetCatalog(Connection connection) {
		this.connection = connection;
	}

	boolean exists(String relation) throws SQLException {
		return "t".equals(one("select to_regclass(%s) is not null".formatted(Protection.literal(relation))));
	}

	/** Whether it goes with the session, and not with a way back. */
	boolean temporary(String relation) throws SQLException {
		return "t".equals(one(
				"select exists (select from pg_catalog.pg_class where oid = to_regclass(%s) and relpersistence = 't')"
					.formatted(Protection.literal(relation))));
	}

	boolean column(String table, String column) throws SQLException {
		return exists(table) && "t".equals(one("""
				select exists (select 1 from pg_catalog.pg_attribute where attrelid = %s::regclass and attname = %s
				and attnum > 0 and not attisdropped)""".formatted(Protection.literal(table),
				Protection.literal(column))));
	}

	String qualified(String table) throws SQLException {
		return one("select backout.qualified(%s::regclass)".formatted(Protection.literal(table)));
	}

	String tableOfIndex(String index) throws SQLException {
		return one(
				"select coalesce((select backout.qualified(indrelid::regclass) from pg_catalog.pg_index where indexrelid = to_regclass(%s)), '')"
					.formatted(Protection.literal(index)));
	}

	String one(String query) throws SQLException {
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(query)) {
			rows.next();
			return String.valueOf(rows.getString(1));
		}
	}

	List<Long> longs(String query) throws SQLException {
		var values = new ArrayList<Long>();
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(query)) {
			while (rows.next()) {
				values.add(rows.getLong(1));
			}
		}
		return values;
	}

	List<String> strings(String query) throws SQLException {
		return Json.strings(one(query));
	}

}
