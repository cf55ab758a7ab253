package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import dev.backout.backup.copy.Work;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;

/**
 * Reads the digests of all rows of a restored database, several tables or parts of them
 * at a time.
 */
final class Comparing {

	/** 128 MB of heap. */
	private static final long PAGES = 16_384;

	private final Source source;

	private final Scope scope;

	private final Map<String, TableFingerprint> found = new ConcurrentHashMap<>();

	private final AtomicLong pages = new AtomicLong();

	Comparing(Source source, Scope scope) {
		this.source = source;
		this.scope = scope;
	}

	DataFingerprint data(int workers, Progress progress) throws Exception {
		var parts = parts();
		var total = parts.stream().mapToLong(Part::pages).sum() >> 7;
		var work = new Work<>(parts);
		work.run(workers, () -> {
			try (var connection = work.watched(this.source.open())) {
				alone(connection);
				for (var part = work.next(); part != null; part = work.next()) {
					this.found.merge(part.table(), TableFingerprint.of(connection, part.table(), part.where()),
							TableFingerprint::plus);
					this.pages.addAndGet(part.pages());
				}
			}
		}, () -> {
			progress.checkpoint();
			progress.at(this.pages.get() >> 7, total, "MB");
		});
		var tables = new TreeMap<>(this.found);
		if (this.scope.tables().isEmpty()) {
			try (var connection = this.source.open()) {
				tables.putAll(DataFingerprint.of(connection, this.scope.only(DataFingerprint.LARGE_OBJECTS)).tables());
			}
		}
		return new DataFingerprint(tables);
	}

	/** Gives sessions that all see the same rows. */
	interface Source {

		Connection open() throws SQLException;

	}

	/** The workers are the parallelism: the server's own would only add to the work. */
	private static void alone(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("set max_parallel_workers_per_gather = 0");
		}
	}

	private List<Part> parts() throws SQLException {
		var parts = new ArrayList<Part>();
		try (var connection = this.source.open()) {
			for (var table : DataFingerprint.tablesOf(connection, this.scope)) {
				var heap = pages(connection, "pg_relation_size", table);
				var all = pages(connection, "pg_table_size", table);
				if (heap <= PAGES) {
					parts.add(new Part(table, all, ""));
					continue;
				}
				for (long from = 0; from < heap; from += PAGES) {
					var to = (from + PAGES >= heap) ? "" : " and t.ctid < '(%d,0)'::tid".formatted(from + PAGES);
					parts.add(new Part(table, all * Math.min(PAGES, heap - from) / heap,
							"t.ctid >= '(%d,0)'::tid%s".formatted(from, to)));
				}
			}
		}
		parts.sort(Comparator.comparingLong(Part::pages).reversed());
		return parts;
	}

	private static long pages(Connection connection, String size, String table) throws SQLException {
		try (var find = connection.prepareStatement(
				"select pg_catalog.%s(?::regclass) / current_setting('block_size')::int".formatted(size))) {
			find.setString(1, table);
			try (var rows = find.executeQuery()) {
				rows.next();
				return rows.getLong(1);
			}
		}
	}

	/**
	 * Some rows of a table.
	 *
	 * @param table of which table
	 * @param pages that it takes, with what is stored outside of it
	 * @param where condition, empty for all
	 */
	private record Part(String table, long pages, String where) {
	}

}
