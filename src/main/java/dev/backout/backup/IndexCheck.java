package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that every index holds an entry for every row, with {@code amcheck} where the
 * server has it. For scratch databases: it adds the extension.
 */
final class IndexCheck {

	private IndexCheck() {
	}

	/** Adds a sentence for each index that lies. */
	static void run(Connection scratch, List<String> findings) throws SQLException {
		try (var statement = scratch.createStatement()) {
			try (var rows = statement
				.executeQuery("select 1 from pg_catalog.pg_available_extensions where name = 'amcheck'")) {
				if (!rows.next()) {
					return;
				}
			}
			statement.execute("create extension if not exists amcheck with schema pg_catalog");
			for (var index : indexes(scratch)) {
				try {
					statement.execute(
							"select bt_index_check(index => %s::oid, heapallindexed => true)".formatted(index.oid()));
				}
				catch (SQLException ex) {
					findings.add("Index %s: %s".formatted(index.name(), ex.getMessage()));
				}
			}
		}
	}

	private static List<Index> indexes(Connection connection) throws SQLException {
		var indexes = new ArrayList<Index>();
		try (var statement = connection.createStatement();
				var rows = statement.executeQuery(
						"""
								select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
								join pg_catalog.pg_index i on i.indexrelid = c.oid join pg_catalog.pg_am a on a.oid = c.relam
								join pg_catalog.pg_namespace n on n.oid = c.relnamespace
								where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence <> 't' and i.indisready and i.indisvalid
								and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 2""")) {
			while (rows.next()) {
				indexes.add(new Index(rows.getString(1), rows.getString(2)));
			}
		}
		return indexes;
	}

	private record Index(String oid, String name) {
	}

}
