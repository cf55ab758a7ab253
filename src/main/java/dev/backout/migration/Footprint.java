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
import java.util.regex.Pattern;

import dev.backout.migration.ChangesetProof.Touched;
import org.jspecify.annotations.Nullable;

/**
 * What a changeset did, as the server saw it: read inside its transaction before it
 * commits. Whatever changes a table's rows or shape locks it until then, so the locks
 * tell which tables can have changed.
 */
final class Footprint implements MigrationListener {

	private static final Pattern FORGETS = Pattern.compile("\\b(?:deallocate|discard)\\b", Pattern.CASE_INSENSITIVE);

	private static final List<String> MODES = List.of("AccessShareLock", "RowShareLock", "RowExclusiveLock",
			"ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock");

	/** Which tables of the catalogue tell of its shape: always the same of one server. */
	private static final String CATALOGUES = """
			select string_agg(c.oid::text, ',' order by c.oid) from pg_catalog.pg_class c
			where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r'
				and c.relname not in ('pg_statistic', 'pg_statistic_ext_data')""";

	/** How often the catalogue was written to. */
	private static final String CATALOGUE = """
			select coalesce(sum(pg_stat_get_xact_tuples_inserted(o) + pg_stat_get_xact_tuples_updated(o)
				+ pg_stat_get_xact_tuples_deleted(o)), 0)::bigint from unnest('{%s}'::oid[]) o""";

	/** Tables of the product with their files and what has been counted. */
	private static final String BEFORE = """
			select c.oid::bigint, c.relfilenode::bigint, pg_stat_get_xact_tuples_inserted(c.oid),
				pg_stat_get_xact_tuples_updated(c.oid), pg_stat_get_xact_tuples_deleted(c.oid)
			from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
			union all select 0, (%s), 0, 0, 0""";

	private static final String UNMEASURED = "select 0, (%s)";

	/** What is locked; of what is gone by now there is nothing but the lock. */
	private static final String AFTER = """
			select l.relation::bigint, case when c.oid is not null then format('%%I.%%I', n.nspname, c.relname) end, c.relkind::text, c.relfilenode::bigint,
				l.modes, c.oid is null or n.nspname in ('pg_catalog', 'backout', 'backout_stash', 'pg_toast'),
				pg_stat_get_xact_tuples_inserted(c.oid), pg_stat_get_xact_tuples_updated(c.oid),
				pg_stat_get_xact_tuples_deleted(c.oid)
			from (select relation, array_to_string(array_agg(distinct mode), ',') as modes from pg_catalog.pg_locks
				where pid = pg_backend_pid() and locktype = 'relation' and granted
					and database = (select oid from pg_catalog.pg_database where datname = current_database())
				group by 1) l
			left join pg_catalog.pg_class c on c.oid = l.relation
			left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relname is null or c.relname not in ('databasechangelog', 'databasechangeloglock')
			union all select 0, '', '', (%s), '', false, 0, 0, 0""";

	private final Map<Long, long[]> before = new HashMap<>();

	private final Map<Long, Long> files = new HashMap<>();

	/** By number, which stays when the name does not. */
	private final Map<Long, String> tables = new TreeMap<>();

	private final Set<Long> gone = new TreeSet<>();

	private final Map<String, String> locks = new TreeMap<>();

	private final Set<String> rewritten = new TreeSet<>();

	private final Map<String, Touched> touched = new TreeMap<>();

	private long catalogue;

	private boolean shape;

	private boolean measures = true;

	/** Where the questions are prepared. */
	private @Nullable Connection prepared;

	private int generation;

	/** What counts the writes to the catalogue, once its tables are known. */
	private String writes = "";

	/**
	 * Forgets the last changeset.
	 * @param measured whether locks, rewrites and rows of the next one are asked for, and
	 * not only which tables and whether the schema can have changed
	 */
	void clear(boolean measured) {
		this.measures = measured;
		clear();
	}

	private void clear() {
		this.before.clear();
		this.files.clear();
		this.tables.clear();
		this.gone.clear();
		this.locks.clear();
		this.rewritten.clear();
		this.touched.clear();
		this.shape = false;
	}

	@Override
	public void begins(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		clear();
		prepare(connection);
		try (var statement = connection.createStatement();
				var rows = statement
					.executeQuery(this.measures ? asked("before", BEFORE) : asked("unmeasured", UNMEASURED))) {
			while (rows.next()) {
				if (rows.getLong(1) == 0) {
					this.catalogue = rows.getLong(2);
					continue;
				}
				this.files.put(rows.getLong(1), rows.getLong(2));
				var counts = new long[] { rows.getLong(3), rows.getLong(4), rows.getLong(5) };
				if (counts[0] + counts[1] + counts[2] > 0) {
					this.before.put(rows.getLong(1), counts);
				}
			}
		}
	}

	/**
	 * The server plans each question once. By SQL, because the driver forgets its own
	 * prepared statements whenever something is created, altered or dropped.
	 */
	private void prepare(Connection connection) throws SQLException {
		if (this.prepared == connection) {
			return;
		}
		this.generation++;
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery(CATALOGUES)) {
				rows.next();
				this.writes = CATALOGUE.formatted(rows.getString(1));
			}
			statement.execute("prepare %s as %s; prepare %s as %s; prepare %s as %s".formatted(named("before"),
					counting(BEFORE), named("unmeasured"), counting(UNMEASURED), named("after"), counting(AFTER)));
		}
		this.prepared = connection;
	}

	private String asked(String question, String text) {
		return (this.prepared != null) ? "execute " + named(question) : counting(text);
	}

	private String counting(String question) {
		return question.formatted(this.writes);
	}

	private String named(String question) {
		return "backout_footprint_%s_%d".formatted(question, this.generation);
	}

	/** A statement may take what is prepared along; it is asked in full then. */
	@Override
	public void runs(ChangesetId changeset, String sql) {
		if (FORGETS.matcher(sql).find()) {
			this.prepared = null;
		}
	}

	/** Of a changeset in one transaction; else nobody knows. */
	@Override
	public boolean changedNames() {
		return this.shape;
	}

	@Override
	public void ends(ChangesetId changeset, Direction direction, Connection connection) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(asked("after", AFTER))) {
			while (rows.next()) {
				if (rows.getLong(1) == 0) {
					this.shape |= rows.getLong(4) != this.catalogue;
					continue;
				}
				if (rows.getString(3) == null) {
					this.gone.add(rows.getLong(1));
				}
				if (rows.getBoolean(6)) {
					continue;
				}
				locked(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4), rows.getString(5));
				if (this.measures) {
					counted(rows.getLong(1), rows.getString(2),
							new long[] { rows.getLong(7), rows.getLong(8), rows.getLong(9) });
				}
			}
		}
	}

	private void counted(long oid, String name, long[] counts) {
		var former = sinceReported(counts, this.before.getOrDefault(oid, new long[3]));
		var rows = new Touched(counts[0] - former[0], counts[1] - former[1], counts[2] - former[2]);
		if (rows.rows() > 0) {
			this.touched.put(name, rows);
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
			this.tables.put(oid, name);
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

	/** Tables whose rows or shape can have changed, as they are called now. */
	Set<String> tables() {
		return new TreeSet<>(this.tables.values());
	}

	/** The same, to be compared with that of the way back. */
	Reach reach() {
		return new Reach(Map.copyOf(this.tables), Set.copyOf(this.gone), Set.copyOf(this.files.keySet()));
	}

	/**
	 * How far a changeset reached. Tables go by their numbers: a name may be another
	 * table's after it.
	 *
	 * @param tables whose rows or shape can have changed, as they are called after it
	 * @param gone what it removed, of any kind
	 * @param before tables that were there before it, where that was asked
	 */
	record Reach(Map<Long, String> tables, Set<Long> gone, Set<Long> before) {

		/**
		 * Of what was there in between, all that this changeset or its way back can have
		 * changed; null if that is not known.
		 */
		@Nullable List<String> andBack(Reach back) {
			var names = new TreeSet<>(this.tables.values());
			for (var table : back.tables().entrySet()) {
				if (!this.tables.containsKey(table.getKey()) && this.before.contains(table.getKey())) {
					names.add(table.getValue());
				}
			}
			var unnamed = back.gone()
				.stream()
				.anyMatch((table) -> this.before.contains(table) && !this.tables.containsKey(table));
			return unnamed ? null : List.copyOf(names);
		}

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
