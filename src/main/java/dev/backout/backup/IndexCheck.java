package dev.backout.backup;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.backout.backup.copy.Work;
import dev.backout.database.Target;

/**
 * Checks that indexes are in order, with {@code amcheck} where the server has it. For
 * scratch databases: it adds the extension.
 */
final class IndexCheck {

	private static final String INDEXES = """
			select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), false from pg_catalog.pg_class c
			join pg_catalog.pg_index i on i.indexrelid = c.oid join pg_catalog.pg_am a on a.oid = c.relam
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence <> 't' and i.indisready and i.indisvalid
			and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by pg_catalog.pg_relation_size(c.oid) desc, 2""";

	private static final String HEAPS = """
			select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), true from pg_catalog.pg_class c
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relam = (select oid from pg_catalog.pg_am where amname = 'heap')
			and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by pg_catalog.pg_relation_size(c.oid) desc, 2""";

	private IndexCheck() {
	}

	/**
	 * A sentence for each index that lies, and for each page that is broken.
	 * @param thorough whether every row is looked up as well, and every page looked at:
	 * takes as long again as building the indexes
	 */
	static List<String> run(Target scratch, boolean thorough, int workers, Progress progress) throws Exception {
		var findings = new ConcurrentLinkedQueue<String>();
		if (!prepared(scratch)) {
			return thorough
					? List.of("Indexes were not looked at: the server has no amcheck, install its contrib package")
					: List.of();
		}
		var work = new Work<>(thorough ? all(scratch) : found(scratch, INDEXES));
		work.run(workers, () -> {
			try (var connection = work.watched(scratch.open("verify")); var statement = connection.createStatement()) {
				for (var one = work.next(); one != null; one = work.next()) {
					try {
						look(one, thorough, statement, findings);
					}
					catch (SQLException ex) {
						if (connection.isClosed()) {
							throw ex;
						}
						findings
							.add("%s %s: %s".formatted(one.heap() ? "Table" : "Index", one.name(), ex.getMessage()));
					}
				}
			}
		}, progress::checkpoint);
		return findings.stream().sorted().toList();
	}

	private static void look(Relation one, boolean thorough, Statement statement, Collection<String> findings)
			throws SQLException {
		if (!one.heap()) {
			statement.execute("select pg_catalog.bt_index_check(index => %s::oid, heapallindexed => %s)"
				.formatted(one.oid(), thorough));
			return;
		}
		try (var rows = statement
			.executeQuery("select blkno, msg from pg_catalog.verify_heapam(relation => %s::oid::regclass) limit 5"
				.formatted(one.oid()))) {
			while (rows.next()) {
				findings.add("Table %s, page %d: %s".formatted(one.name(), rows.getLong(1), rows.getString(2)));
			}
		}
	}

	private static boolean prepared(Target scratch) throws SQLException {
		try (var connection = scratch.open("verify"); var statement = connection.createStatement()) {
			try (var rows = statement
				.executeQuery("select 1 from pg_catalog.pg_available_extensions where name = 'amcheck'")) {
				if (!rows.next()) {
					return false;
				}
			}
			statement.execute("create extension if not exists amcheck with schema pg_catalog");
			return true;
		}
	}

	private static List<Relation> all(Target scratch) throws SQLException {
		var all = new ArrayList<>(found(scratch, INDEXES));
		all.addAll(found(scratch, HEAPS));
		return all;
	}

	private static List<Relation> found(Target scratch, String sql) throws SQLException {
		var found = new ArrayList<Relation>();
		try (var connection = scratch.open("verify");
				var statement = connection.createStatement();
				var rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				found.add(new Relation(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
			}
		}
		return found;
	}

	/**
	 * What is looked at.
	 *
	 * @param heap a table, not an index
	 */
	private record Relation(String oid, String name, boolean heap) {
	}

}
