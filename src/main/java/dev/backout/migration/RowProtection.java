package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Watches the rows that statements write, so that they can be taken back. Whatever table
 * a statement writes to, through triggers and functions too, is found in the
 * transaction's own counters.
 */
final class RowProtection {

	private static final int ROUNDS = 6;

	private final Connection connection;

	private final Protection.StatementRunner runner;

	private final TargetCatalog catalog;

	/** Tables that came with this changeset; their rows go when they go. */
	private final Set<Long> freshTables;

	/** Columns that came with this changeset, qualified. */
	private final Set<String> freshColumns;

	RowProtection(Connection connection, Protection.StatementRunner runner, TargetCatalog catalog,
			Set<Long> freshTables, Set<String> freshColumns) {
		this.connection = connection;
		this.runner = runner;
		this.catalog = catalog;
		this.freshTables = freshTables;
		this.freshColumns = freshColumns;
	}

	/** Sequences know no transaction; where they stood is read before. */
	Protection.Kept positioned(StatementText sql, @Nullable String table, String stash) throws SQLException {
		var before = this.catalog.one("select backout.all_positions()");
		var kept = rows(sql.text(), table, stash, () -> this.runner.run(sql.text()));
		var undo = kept.undo();
		if (undo == null) {
			return kept;
		}
		var back = new ArrayList<>(undo);
		back.add("select backout.put_positions_back(%s, %s)".formatted(Protection.literal(before),
				Protection.literal(this.catalog.one("select backout.all_positions()"))));
		return new Protection.Kept(kept.ran(), back, null);
	}

	/**
	 * Watches whatever tables the work writes to. Those that only show up in the counters
	 * afterwards are watched in a second round, after the first was taken back. The same
	 * holds for definitions that it changes.
	 */
	Protection.Kept rows(String text, @Nullable String table, String stash, Protection.Writes work)
			throws SQLException {
		var watched = watched(table);
		Set<Long> known = null;
		ProceduralDefinitions definitions = null;
		for (var round = 0; round < ROUNDS; round++) {
			var savepoint = Savepoints.set(this.connection);
			var calls = new ArrayList<Protection.Ran>();
			if (definitions != null) {
				definitions.before();
			}
			if (!watched.isEmpty()) {
				calls.add(begin(watched, stash));
			}
			var before = written();
			work.run();
			calls.add(new Protection.Ran(text, definitions == null));
			var after = written();
			var unseen = unseen(before, after, watched);
			if (known != null) {
				unseen.retainAll(known);
			}
			var defines = definitions == null && ProceduralDefinitions.changed(before, after);
			if (unseen.isEmpty() && !defines) {
				if (!watched.isEmpty()) {
					calls.add(end(stash));
				}
				var undo = new ArrayList<String>();
				if (!watched.isEmpty()) {
					undo.add(undo(stash));
				}
				var why = (definitions != null) ? definitions.wayBack(undo) : null;
				Savepoints.release(this.connection, savepoint);
				return new Protection.Kept(calls, (why != null) ? null : undo, why);
			}
			if (defines) {
				definitions = new ProceduralDefinitions(this.connection, this.catalog);
			}
			Savepoints.rollback(this.connection, savepoint);
			known = new LinkedHashSet<>(
					this.catalog.longs("select oid from pg_catalog.pg_class where relkind in ('r', 'p')"));
			unseen.retainAll(known);
			watched.addAll(unseen);
		}
		throw new IllegalStateException(
				"'%s' writes to other tables each time".formatted(Protection.abbreviated(text)));
	}

	/** What is written to by naming this table, but for what is new. */
	Set<Long> watched(@Nullable String table) throws SQLException {
		var watched = new LinkedHashSet<Long>();
		if (table != null && this.catalog.exists(table)) {
			watched.addAll(base(table));
			watched.removeAll(this.freshTables);
		}
		return watched;
	}

	Protection.Ran begin(Set<Long> watched, String stash) throws SQLException {
		return sent("select backout.capture_begin(array[%s]::oid[]::regclass[], %s, %s::jsonb)".formatted(list(watched),
				Protection.literal(stash), Protection.literal(Json.write(this.freshColumns))));
	}

	Protection.Ran end(String stash) throws SQLException {
		return sent("select backout.capture_end(%s)".formatted(Protection.literal(stash)));
	}

	private Protection.Ran sent(String call) throws SQLException {
		this.runner.run(call);
		return new Protection.Ran(call, true);
	}

	static String undo(String stash) {
		return "select backout.undo_rows(%s)".formatted(Protection.literal(stash));
	}

	/** The table itself, or those that a view writes to. */
	private List<Long> base(String table) throws SQLException {
		return this.catalog.longs("""
				with recursive v (oid) as (select %s::regclass::oid
					union select d.refobjid from v join pg_catalog.pg_rewrite w on w.ev_class = v.oid
					join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
						and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
					join pg_catalog.pg_class c on c.oid = v.oid and c.relkind = 'v')
				select v.oid from v join pg_catalog.pg_class c using (oid) where c.relkind in ('r', 'p')"""
			.formatted(Protection.literal(table)));
	}

	/** Rows written so far in this transaction, by table. */
	Map<Long, Long> written() throws SQLException {
		var counts = new TreeMap<Long, Long>();
		try (var statement = this.connection.createStatement();
				var rows = statement.executeQuery(
						"""
								select relid, n_tup_ins + n_tup_upd + n_tup_del from pg_catalog.pg_stat_xact_all_tables
								where n_tup_ins + n_tup_upd + n_tup_del > 0 and schemaname not in ('backout', 'backout_stash', 'pg_toast')
								and schemaname !~ '^pg_temp' and relname not in ('databasechangelog', 'databasechangeloglock', 'pg_statistic')""")) {
			while (rows.next()) {
				counts.put(rows.getLong(1), rows.getLong(2));
			}
		}
		return counts;
	}

	/** Tables written to since that are not watched, and need to be. */
	Set<Long> unseen(Map<Long, Long> before, Map<Long, Long> after, Set<Long> watched) throws SQLException {
		var unseen = new LinkedHashSet<Long>();
		for (var entry : after.entrySet()) {
			if (entry.getKey() >= ProceduralDefinitions.FIRST_USER_OID
					&& entry.getValue() > before.getOrDefault(entry.getKey(), 0L)) {
				var family = this.catalog.longs("""
						with recursive up (oid) as (select %1$s::oid union
							select h.inhparent from up join pg_catalog.pg_inherits h on h.inhrelid = up.oid
							join pg_catalog.pg_class c on c.oid = up.oid and c.relispartition),
						reached (oid) as (select unnest(backout.reach(array[%2$s]::oid[]::regclass[]))::oid)
						select up.oid from up where not exists (select 1 from up u
							where u.oid in (select oid from reached) or u.oid = any (array[%3$s]::oid[]))"""
					.formatted(entry.getKey(), list(watched), list(this.freshTables)));
				unseen.addAll(family);
			}
		}
		return unseen;
	}

	private static String list(Set<Long> oids) {
		return String.join(", ", oids.stream().map(String::valueOf).toList());
	}

}
