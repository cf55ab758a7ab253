package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.backout.backup.copy.Work;
import dev.backout.database.Target;

/**
 * Checks that indexes are in order, with {@code amcheck} where the server has it. For
 * scratch databases: it adds the extension.
 */
final class IndexCheck {

	private IndexCheck() {
	}

	/**
	 * A sentence for each index that lies.
	 * @param thorough whether every row is looked up as well: takes as long again as
	 * building the indexes, and finds nothing in those that were just built from the rows
	 */
	static List<String> run(Target scratch, boolean thorough, int workers, Progress progress) throws Exception {
		var findings = new ConcurrentLinkedQueue<String>();
		var indexes = prepared(scratch);
		var work = new Work<>(indexes);
		work.run(workers, () -> {
			try (var connection = work.watched(scratch.open("verify")); var statement = connection.createStatement()) {
				for (var index = work.next(); index != null; index = work.next()) {
					try {
						statement.execute("select pg_catalog.bt_index_check(index => %s::oid, heapallindexed => %s)"
							.formatted(index.oid(), thorough));
					}
					catch (SQLException ex) {
						if (connection.isClosed()) {
							throw ex;
						}
						findings.add("Index %s: %s".formatted(index.name(), ex.getMessage()));
					}
				}
			}
		}, progress::checkpoint);
		return findings.stream().sorted().toList();
	}

	private static List<Index> prepared(Target scratch) throws SQLException {
		try (var connection = scratch.open("verify"); var statement = connection.createStatement()) {
			try (var rows = statement
				.executeQuery("select 1 from pg_catalog.pg_available_extensions where name = 'amcheck'")) {
				if (!rows.next()) {
					return List.of();
				}
			}
			statement.execute("create extension if not exists amcheck with schema pg_catalog");
			return indexes(connection);
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
								and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by pg_catalog.pg_relation_size(c.oid) desc, 2""")) {
			while (rows.next()) {
				indexes.add(new Index(rows.getString(1), rows.getString(2)));
			}
		}
		return indexes;
	}

	private record Index(String oid, String name) {
	}

}
