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
 * Runs statements so that they can be undone: what would be lost is hidden, moved or
 * copied first, and how the statement goes back is known once it ran. Rows are watched,
 * not guessed: whatever table a statement writes to, through triggers and functions too,
 * is found in the transaction's own counters.
 */
final class Protection {

	private static final int ROUNDS = 6;

	private final Connection connection;

	private final StatementRunner runner;

	/** Tables that came with this changeset; their rows go when they go. */
	private final Set<Long> freshTables = new LinkedHashSet<>();

	/** Columns that came with this changeset, qualified. */
	private final Set<String> freshColumns = new LinkedHashSet<>();

	/** Whether the author has begun to keep rows. */
	private boolean authored;

	Protection(Connection connection, StatementRunner runner) {
		this.connection = connection;
		this.runner = runner;
	}

	/** Sends one statement to the database. */
	@FunctionalInterface
	interface StatementRunner {

		void run(String sql) throws SQLException;

	}

	/** Something that writes rows. */
	@FunctionalInterface
	interface Writes {

		void run() throws SQLException;

	}

	/**
	 * A statement that ran.
	 *
	 * @param ran what was sent, in order
	 * @param undo how it goes back, in order; {@code null} if protection knows no way
	 * @param why it knows none
	 */
	record Kept(List<Ran> ran, @Nullable List<String> undo, @Nullable String why) {

		Kept {
			ran = List.copyOf(ran);
			undo = (undo != null) ? List.copyOf(undo) : null;
		}

		static Kept plainly(String sql, List<String> undo) {
			return new Kept(List.of(new Ran(sql, false)), undo, null);
		}

		static Kept unprotected(String sql, String why) {
			return new Kept(List.of(new Ran(sql, false)), null, why);
		}

	}

	/**
	 * A statement as it was sent.
	 *
	 * @param sql its text
	 * @param rows whether it only handles rows, so that a schema can be rebuilt without
	 */
	record Ran(String sql, boolean rows) {
	}

	void newChangeset() {
		this.freshTables.clear();
		this.freshColumns.clear();
		this.authored = false;
	}

	/** Runs a statement; {@code stash} names what is kept of it. */
	Kept run(StatementText sql, String stash) throws SQLException {
		var statement = StatementKind.of(sql);
		return switch (statement.kind()) {
			case ALTER_TABLE -> alterTable(sql, statement.object(), stash);
			case DROP_TABLE -> dropTables(sql, stash);
			case CREATE_TABLE -> createTable(sql, statement.object());
			case DEFINITION -> definition(sql, statement.detail(), statement.object(), stash);
			case ABOUT_TABLE -> aboutTable(sql, statement.object());
			case DROP_INDEX -> aboutTable(sql, tableOfIndex(statement.object()));
			case CREATED -> created(sql, statement);
			case RENAMED -> plainly(sql, List.of(statement.detail()));
			case TRUNCATE -> truncate(sql, stash);
			case ROWS -> rows(sql, statement.object(), stash);
			case HARMLESS -> plainly(sql, List.of());
			case OURS -> ours(sql);
			case UNKNOWN -> unprotected(sql, "no way back is known for '%s'".formatted(abbreviated(sql.text())));
		};
	}

	private Kept plainly(StatementText sql, List<String> undo) throws SQLException {
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(), undo);
	}

	private Kept unprotected(StatementText sql, String why) throws SQLException {
		this.runner.run(sql.text());
		return Kept.unprotected(sql.text(), why);
	}

	private Kept instead(String sql, String undo) throws SQLException {
		this.runner.run(sql);
		return Kept.plainly(sql, List.of(undo));
	}

	/** Falls back to the plain statement where what would be lost cannot be kept. */
	private Kept orPlainly(StatementText sql, KeptCall call) throws SQLException {
		var savepoint = savepoint();
		try {
			var kept = call.call();
			release(savepoint);
			return kept;
		}
		catch (SQLException ex) {
			if (!"B0009".equals(ex.getSQLState())) {
				throw ex;
			}
			rollback(savepoint);
			return unprotected(sql, firstLine(ex));
		}
	}

	@FunctionalInterface
	private interface KeptCall {

		Kept call() throws SQLException;

	}

	private Kept alterTable(StatementText sql, String table, String stash) throws SQLException {
		var actions = AlterAction.of(sql);
		if (actions.stream().anyMatch((action) -> action.kind() == AlterAction.Kind.UNKNOWN)) {
			return unprotected(sql, "no way back is known for '%s'".formatted(abbreviated(sql.text())));
		}
		if (actions.size() == 1) {
			return action(sql, table, actions.get(0), stash);
		}
		if (actions.stream().allMatch((action) -> action.kind() == AlterAction.Kind.FACET)) {
			return aboutTable(sql, table);
		}
		return each(sql, table, actions, stash);
	}

	/**
	 * Several actions in one statement, one after the other; drops first, as PostgreSQL
	 * does.
	 */
	private Kept each(StatementText sql, String table, List<AlterAction> actions, String stash) throws SQLException {
		var head = sql.text().substring(0, actions.get(0).start());
		var ran = new ArrayList<Ran>();
		var undo = new ArrayList<String>();
		String why = null;
		var number = 0;
		for (var action : AlterAction.inOrderOfExecution(actions)) {
			var single = StatementText.split(head + action.text()).get(0);
			var kept = action(single, table, action, stash + "." + ++number);
			ran.addAll(kept.ran());
			if (kept.undo() == null) {
				why = kept.why();
			}
			else {
				undo.addAll(0, kept.undo());
			}
		}
		return new Kept(ran, (why != null) ? null : undo, why);
	}

	private Kept action(StatementText sql, String table, AlterAction action, String stash) throws SQLException {
		if (sql.startsWith("alter", "table", "if", "exists") && !exists(table)) {
			return plainly(sql, List.of());
		}
		return switch (action.kind()) {
			case DROP_COLUMN -> dropColumn(sql, table, action, stash);
			case RETYPE -> retype(sql, table, action, stash);
			case ADD_COLUMN -> addColumn(sql, table, action);
			case RENAME -> plainly(sql, List.of(action.undo()));
			case FACET -> aboutTable(sql, table);
			case UNKNOWN -> unprotected(sql, "no way back is known for '%s'".formatted(abbreviated(sql.text())));
		};
	}

	private Kept dropColumn(StatementText sql, String table, AlterAction action, String stash) throws SQLException {
		if (action.ifExists() && !column(table, action.column())) {
			return plainly(sql, List.of());
		}
		if (this.freshColumns.contains(qualified(table) + "." + action.column())) {
			return plainly(sql,
					List.of("alter table %s add column %s".formatted(table, columnDefinition(table, action.column()))));
		}
		return orPlainly(sql,
				() -> instead(
						"select backout.hide_column(%s::regclass, %s, %s, %s)".formatted(literal(table),
								literal(action.column()), literal(stash), literal(action.mode())),
						"select backout.unhide_or_restore(%s)".formatted(literal(stash))));
	}

	private String columnDefinition(String table, String column) throws SQLException {
		return one("""
				select pg_catalog.format('%%I %%s', attname, pg_catalog.format_type(atttypid, atttypmod))
				from pg_catalog.pg_attribute where attrelid = %s::regclass and attname = %s""".formatted(literal(table),
				literal(column)));
	}

	private Kept addColumn(StatementText sql, String table, AlterAction action) throws SQLException {
		if (action.ifExists() && column(table, action.column())) {
			return plainly(sql, List.of());
		}
		this.runner.run(sql.text());
		this.freshColumns.add(qualified(table) + "." + action.column());
		return Kept.plainly(sql.text(),
				List.of("alter table %s drop column %s".formatted(table, quoted(action.column()))));
	}

	private Kept retype(StatementText sql, String table, AlterAction action, String stash) throws SQLException {
		return orPlainly(sql, () -> {
			var begin = "select backout.retype_begin(%s::regclass, %s, %s)".formatted(literal(table),
					literal(action.column()), literal(stash));
			var end = "select backout.retype_end(%s)".formatted(literal(stash));
			this.runner.run(begin);
			this.runner.run(sql.text());
			this.runner.run(end);
			return new Kept(List.of(new Ran(begin, true), new Ran(sql.text(), false), new Ran(end, true)),
					List.of("select backout.restore_type(%s)".formatted(literal(stash))), null);
		});
	}

	private Kept createTable(StatementText sql, String table) throws SQLException {
		if (exists(table)) {
			return plainly(sql, List.of());
		}
		this.runner.run(sql.text());
		this.freshTables.add(Long.valueOf(one("select %s::regclass::oid".formatted(literal(table)))));
		return Kept.plainly(sql.text(), List.of("drop table " + table));
	}

	private Kept dropTables(StatementText sql, String stash) throws SQLException {
		var cursor = sql.cursor();
		cursor.accept("drop", "table");
		var lenient = cursor.accept("if", "exists");
		var tables = new ArrayList<String>();
		do {
			cursor.name().ifPresent(tables::add);
		}
		while (cursor.accept(","));
		return orPlainly(sql, () -> {
			var ran = new ArrayList<Ran>();
			var undo = new ArrayList<String>();
			for (var table : tables) {
				if (lenient && !exists(table)) {
					continue;
				}
				var name = tables.size() == 1 ? stash : stash + "." + (undo.size() + 1);
				var call = "select backout.archive_table(%s::regclass, %s, %s)".formatted(literal(table), literal(name),
						literal(tables.size() == 1 ? sql.dropMode() : "cascade"));
				this.runner.run(call);
				ran.add(new Ran(call, false));
				undo.add(0, "select backout.restore_table(%s)".formatted(literal(name)));
			}
			return new Kept(ran, undo, null);
		});
	}

	private Kept definition(StatementText sql, String kind, String object, String stash) throws SQLException {
		var keep = "select backout.stash_definition(%s, %s, %s)".formatted(literal(kind), literal(object),
				literal(stash));
		this.runner.run(keep);
		this.runner.run(sql.text());
		return new Kept(List.of(new Ran(keep, false), new Ran(sql.text(), false)),
				List.of("select backout.restore_definition(%s)".formatted(literal(stash))), null);
	}

	private Kept created(StatementText sql, StatementKind.Statement statement) throws SQLException {
		var there = one(statement.object());
		this.runner.run(sql.text());
		return Kept.plainly(sql.text(), "t".equals(there) ? List.of() : List.of(statement.detail()));
	}

	private Kept aboutTable(StatementText sql, String table) throws SQLException {
		if (table.isEmpty() || !exists(table)) {
			return plainly(sql, List.of());
		}
		var oid = one("select %s::regclass::oid".formatted(literal(table)));
		var before = one("select backout.facets(%s::oid::regclass)".formatted(oid));
		this.runner.run(sql.text());
		var undo = strings("select backout.way_back(%s::jsonb, backout.facets(%s::oid::regclass))"
			.formatted(literal(before), oid));
		return Kept.plainly(sql.text(), undo);
	}

	private Kept truncate(StatementText sql, String stash) throws SQLException {
		var cursor = sql.cursor();
		cursor.accept("truncate");
		cursor.accept("table");
		var tables = new ArrayList<String>();
		do {
			cursor.accept("only");
			cursor.name().ifPresent((name) -> tables.add(literal(name) + "::regclass"));
		}
		while (cursor.accept(","));
		var keep = "select backout.stash_truncate(array[%s], %s, %s)".formatted(String.join(", ", tables),
				literal(stash), literal(sql.dropMode()));
		this.runner.run(keep);
		this.runner.run(sql.text());
		return new Kept(List.of(new Ran(keep, true), new Ran(sql.text(), true)),
				List.of("select backout.undo_rows(%s)".formatted(literal(stash))), null);
	}

	/** A call of our own functions, written by an author: it is its own protection. */
	private Kept ours(StatementText sql) throws SQLException {
		this.authored = sql.contains("capture_begin") || (this.authored && !sql.contains("capture_end"));
		this.runner.run(sql.text());
		return Kept.unprotected(sql.text(), "the author calls a function of Backout's and says how it goes back");
	}

	private Kept rows(StatementText sql, @Nullable String table, String stash) throws SQLException {
		if (this.authored) {
			return unprotected(sql, "the author keeps its rows");
		}
		return rows(sql.text(), table, stash, () -> this.runner.run(sql.text()));
	}

	/**
	 * Watches whatever tables the work writes to. Those that only show up in the counters
	 * afterwards are watched in a second round, after the first was taken back.
	 */
	Kept rows(String text, @Nullable String table, String stash, Writes work) throws SQLException {
		var watched = new LinkedHashSet<Long>();
		if (table != null && exists(table)) {
			watched.addAll(base(table));
			watched.removeAll(this.freshTables);
		}
		for (var round = 0; round < ROUNDS; round++) {
			var savepoint = savepoint();
			var calls = new ArrayList<Ran>();
			if (!watched.isEmpty()) {
				var begin = "select backout.capture_begin(array[%s]::oid[]::regclass[], %s, %s)".formatted(
						String.join(", ", watched.stream().map(String::valueOf).toList()), literal(stash),
						literal(json(this.freshColumns)) + "::jsonb");
				this.runner.run(begin);
				calls.add(new Ran(begin, true));
			}
			var before = written();
			work.run();
			calls.add(new Ran(text, true));
			var unseen = unseen(before, watched);
			if (unseen.isEmpty()) {
				if (!watched.isEmpty()) {
					var end = "select backout.capture_end(%s)".formatted(literal(stash));
					this.runner.run(end);
					calls.add(new Ran(end, true));
				}
				release(savepoint);
				return new Kept(calls, watched.isEmpty() ? List.of()
						: List.of("select backout.undo_rows(%s)".formatted(literal(stash))), null);
			}
			rollback(savepoint);
			watched.addAll(unseen);
		}
		throw new IllegalStateException("'%s' writes to other tables each time".formatted(abbreviated(text)));
	}

	/** The table itself, or those that a view writes to. */
	private List<Long> base(String table) throws SQLException {
		return longs("""
				with recursive v (oid) as (select %s::regclass::oid
					union select d.refobjid from v join pg_catalog.pg_rewrite w on w.ev_class = v.oid
					join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
						and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
					join pg_catalog.pg_class c on c.oid = v.oid and c.relkind = 'v')
				select v.oid from v join pg_catalog.pg_class c using (oid) where c.relkind in ('r', 'p')"""
			.formatted(literal(table)));
	}

	private Map<Long, Long> written() throws SQLException {
		var counts = new TreeMap<Long, Long>();
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery("""
				select relid, n_tup_ins + n_tup_upd + n_tup_del from pg_catalog.pg_stat_xact_user_tables
				where n_tup_ins + n_tup_upd + n_tup_del > 0 and schemaname not in ('backout', 'backout_stash')
				and relname not in ('databasechangelog', 'databasechangeloglock')""")) {
			while (rows.next()) {
				counts.put(rows.getLong(1), rows.getLong(2));
			}
		}
		return counts;
	}

	private Set<Long> unseen(Map<Long, Long> before, Set<Long> watched) throws SQLException {
		var unseen = new LinkedHashSet<Long>();
		for (var entry : written().entrySet()) {
			if (entry.getValue() > before.getOrDefault(entry.getKey(), 0L)) {
				var family = longs("""
						with recursive up (oid) as (select %1$s::oid union
							select h.inhparent from up join pg_catalog.pg_inherits h on h.inhrelid = up.oid),
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

	private boolean exists(String relation) throws SQLException {
		return "t".equals(one("select to_regclass(%s) is not null".formatted(literal(relation))));
	}

	private boolean column(String table, String column) throws SQLException {
		return exists(table) && "t".equals(one("""
				select exists (select 1 from pg_catalog.pg_attribute where attrelid = %s::regclass and attname = %s
				and attnum > 0 and not attisdropped)""".formatted(literal(table), literal(column))));
	}

	private String qualified(String table) throws SQLException {
		return one("select backout.qualified(%s::regclass)".formatted(literal(table)));
	}

	private String tableOfIndex(String index) throws SQLException {
		return one(
				"select coalesce((select backout.qualified(indrelid::regclass) from pg_catalog.pg_index where indexrelid = to_regclass(%s)), '')"
					.formatted(literal(index)));
	}

	private String one(String query) throws SQLException {
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(query)) {
			rows.next();
			return String.valueOf(rows.getString(1));
		}
	}

	private List<Long> longs(String query) throws SQLException {
		var values = new ArrayList<Long>();
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(query)) {
			while (rows.next()) {
				values.add(rows.getLong(1));
			}
		}
		return values;
	}

	private List<String> strings(String query) throws SQLException {
		return Json.strings(one(query));
	}

	private static String json(Set<String> values) {
		return Json.write(values);
	}

	/** Outside of a transaction there is nothing to go back to, and no need. */
	private java.sql.@Nullable Savepoint savepoint() throws SQLException {
		return this.connection.getAutoCommit() ? null : this.connection.setSavepoint();
	}

	private void release(java.sql.@Nullable Savepoint savepoint) throws SQLException {
		if (savepoint != null) {
			this.connection.releaseSavepoint(savepoint);
		}
	}

	private void rollback(java.sql.@Nullable Savepoint savepoint) throws SQLException {
		if (savepoint != null) {
			this.connection.rollback(savepoint);
		}
	}

	static String literal(String text) {
		return (text.indexOf('\\') < 0) ? "'" + text.replace("'", "''") + "'"
				: " E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
	}

	static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	static String abbreviated(String text) {
		var line = text.replaceAll("\\s+", " ");
		return (line.length() > 80) ? line.substring(0, 77) + "..." : line;
	}

	static String firstLine(SQLException ex) {
		return String.valueOf(ex.getMessage()).lines().findFirst().orElse("").replaceFirst("^ERROR: (backout: )?", "");
	}

}
