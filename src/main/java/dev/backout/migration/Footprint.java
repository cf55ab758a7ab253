package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.backout.migration.ChangesetProof.Touched;

/**
 * What a changeset did, as the server saw it: read inside its transaction before it
 * commits. Whatever changes a table's rows or shape locks it until then, so the locks
 * tell which tables can have changed.
 */
final class Footprint implements MigrationListener {

	private static final List<String> MODES = List.of("AccessShareLock", "RowShareLock", "RowExclusiveLock",
			"ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock");

	private static final String COUNTERS = """
			select relid::bigint, n_tup_ins, n_tup_upd, n_tup_del from pg_catalog.pg_stat_xact_all_tables
			where n_tup_ins + n_tup_upd + n_tup_del > 0 and schemaname not in ('pg_toast', 'backout')
				and relname not in ('databasechangelog', 'databasechangeloglock', 'pg_statistic')""";

	private static final String LOCKED = """
			select c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind, c.relfilenode::bigint,
				array_to_string(array_agg(distinct l.mode), ','),
				n.nspname in ('pg_catalog', 'backout', 'backout_stash', 'pg_toast')
			from pg_catalog.pg_locks l
			join pg_catalog.pg_class c on c.oid = l.relation
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted
				and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
				and c.relname not in ('databasechangelog', 'databasechangeloglock')
			group by 1, 2, 3, 4, 6""";

	private static final String FILES = """
			select c.oid::bigint, c.relfilenode::bigint from pg_catalog.pg_class c
			join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'""";

	private final Map<Long, long[]> before = new HashMap<>();

	private final Map<Long, Long> files = new HashMap<>();

	private final Set<String> tables = new TreeSet<>();

	private final Map<String, String> locks = new TreeMap<>();

	private final Set<String> rewritten = new TreeSet<>();

	private final Map<String, Touched> touched = new TreeMap<>();

	private boolean shape;

	/** Forgets the last changeset. */
	void clear() {
		this.before.clear();
		this.files.clear();
		this.tables.clear();
		this.locks.clear();
		this.rewritten.clear();
		this.touched.clear();
		this.shape = false;
	}

	@Override
	public void begins(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		clear();
		this.before.putAll(counters(connection));
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(FILES)) {
			while (rows.next()) {
				this.files.put(rows.getLong(1), rows.getLong(2));
			}
		}
	}

	@Override
	public void ends(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		var names = new HashMap<Long, String>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(LOCKED)) {
			while (rows.next()) {
				if (!rows.getBoolean(6)) {
					names.put(rows.getLong(1), rows.getString(2));
					locked(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4), rows.getString(5));
				}
			}
		}
		for (var counter : counters(connection).entrySet()) {
			var name = names.get(counter.getKey());
			var counts = counter.getValue();
			var former = sinceReported(counts, this.before.getOrDefault(counter.getKey(), new long[3]));
			var rows = new Touched(counts[0] - former[0], counts[1] - former[1], counts[2] - former[2]);
			if (rows.rows() > 0) {
				this.shape |= counter.getKey() < 16384;
				if (name != null) {
					this.touched.put(name, rows);
				}
			}
		}
	}

	/** The server reports counts now and then, and starts again at zero. */
	private static long[] sinceReported(long[] now, long[] former) {
		var reported = now[0] < former[0] || now[1] < former[1] || now[2] < former[2];
		return reported ? new long[3] : former;
	}

	private void locked(long oid, String name, String kind, long file, String modes) {
		var strongest = List.of(modes.split(",")).stream().mapToInt(MODES::indexOf).max().orElse(0);
		if (strongest <= 1) {
			return;
		}
		if (kind.equals("S")) {
			this.shape = true;
		}
		if (Set.of("r", "p", "m").contains(kind)) {
			this.tables.add(name);
			var former = this.files.get(oid);
			if (former != null) {
				this.locks.put(name, words(MODES.get(strongest)));
				if (former != file) {
					this.rewritten.add(name);
				}
			}
		}
	}

	private static String words(String mode) {
		return mode.replaceFirst("Lock$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(java.util.Locale.ROOT);
	}

	private static Map<Long, long[]> counters(Connection connection) throws SQLException {
		var counters = new HashMap<Long, long[]>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(COUNTERS)) {
			while (rows.next()) {
				counters.put(rows.getLong(1), new long[] { rows.getLong(2), rows.getLong(3), rows.getLong(4) });
			}
		}
		return counters;
	}

	/** Tables whose rows or shape can have changed, as they are called now. */
	Set<String> tables() {
		return new TreeSet<>(this.tables);
	}

	/** Whether the catalogue, or a sequence, can have changed. */
	boolean shape() {
		return this.shape;
	}

	Map<String, String> locks() {
		return new TreeMap<>(this.locks);
	}

	List<String> rewritten() {
		return new ArrayList<>(this.rewritten);
	}

	Map<String, Touched> touched() {
		return new TreeMap<>(this.touched);
	}

}
