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
 * copied first, and how the statement goes back is known once it ran.
 */
final class Protection {

	private final Connection connection;

	private final StatementRunner runner;

	private final TargetCatalog catalog;

	private final ObjectProtection objects;

	private final RowProtection rows;

	/** Tables that came with this changeset; their rows go when they go. */
	private final Set<Long> freshTables = new LinkedHashSet<>();

	/** Columns that came with this changeset, qualified. */
	private final Set<String> freshColumns = new LinkedHashSet<>();

	/** Whether the author has begun to keep rows. */
	private boolean authored;

	/** Whether the session may have tables of its own. */
	private boolean temporaries;

	Protection(Connection connection, StatementRunner runner) {
		this.connection = connection;
		this.runner = runner;
		this.catalog = new TargetCatalog(connection);
		this.objects = new ObjectProtection(this.catalog, runner);
		this.rows = new RowProtection(connection, runner, this.catalog, this.freshTables, this.freshColumns);
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

	/**
	 * A statement of this changeset that was done before an interruption: what it made is
	 * still fresh.
	 */
	void remember(@Nullable List<String> undo) throws SQLException {
		for (var text : (undo != null) ? undo : List.<String>of()) {
			var sql = StatementText.split(text).get(0);
			var table = StatementKind.of(sql).object();
			if (sql.startsWith("drop", "table")) {
				this.freshTables
					.addAll(this.catalog.longs("select to_regclass(%s)::oid".formatted(literal(text.substring(11)))));
			}
			else if (sql.startsWith("alter", "table")) {
				for (var action : AlterAction.of(sql)) {
					if (action.kind() == AlterAction.Kind.DROP_COLUMN && this.catalog.exists(table)) {
						this.freshColumns.add(this.catalog.qualified(table) + "." + action.column());
					}
				}
			}
		}
	}

	/** Runs a statement; {@code stash} names what is kept of it. */
	Kept run(StatementText sql, String stash) throws SQLException {
		var statement = StatementKind.of(sql);
		this.temporaries |= sql.contains("temp") || sql.contains("temporary") || sql.startsWith("do")
				|| sql.startsWith("call") || sql.startsWith("select");
		if (Set.of(StatementKind.ALTER_TABLE, StatementKind.ROWS, StatementKind.INDEX_CONCURRENTLY)
			.contains(statement.kind()) && temporary(statement.object())) {
			return plainly(sql, List.of());
		}
		return switch (statement.kind()) {
			case ALTER_TABLE -> alterTable(sql, statement.object(), stash);
			case DROP_TABLE -> dropTables(sql, stash);
			case CREATE_TABLE -> createTable(sql, statement.object());
			case DEFINITION -> definition(sql, statement.detail(), statement.object(), stash);
			case ABOUT_TABLE -> aboutTable(sql, statement.object());
			case ABOUT_INDEX -> aboutTable(sql, this.catalog.tableOfIndex(statement.object()));
			case DROP_INDEXES -> dropIndexes(sql);
			case INDEX_CONCURRENTLY -> this.objects.indexConcurrently(sql, statement.object(), statement.detail());
			case CREATED -> this.objects.created(sql, statement.object());
			case ABOUT_OBJECT -> this.objects.altered(sql, statement.object(), statement.detail());
			case DROP_OBJECT -> orPlainly(sql, () -> this.objects.dropped(sql, statement.object(), stash));
			case ADD_LABEL -> this.objects.labelled(sql, statement.object());
			case COMMENT -> this.objects.commented(sql, statement.object());
			case PRIVILEGES -> this.objects.granted(sql);
			case TRUNCATE -> truncate(sql, stash);
			case ROWS -> rows(sql, statement.object(), stash);
			case HARMLESS, SESSION, TRANSACTION -> plainly(sql, List.of());
			case OURS -> ours(sql);
			case UNKNOWN -> unprotected(sql, "no way back is known for '%s'".formatted(abbreviated(sql.text())));
		};
	}

	/** Asks only if something may have made one. */
	private boolean temporary(String relation) throws SQLException {
		return this.temporaries && !relation.isEmpty() && this.catalog.temporary(relation);
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
		var savepoint = Savepoints.set(this.connection);
		try {
			var kept = call.call();
			Savepoints.release(this.connection, savepoint);
			return kept;
		}
		catch (SQLException ex) {
			if (!"B0009".equals(ex.getSQLState())) {
				throw ex;
			}
			Savepoints.rollback(this.connection, savepoint);
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
		if (sql.startsWith("alter", "table", "if", "exists") && !this.catalog.exists(table)) {
			return plainly(sql, List.of());
		}
		return switch (action.kind()) {
			case DROP_COLUMN -> dropColumn(sql, table, action, stash);
			case RETYPE -> retype(sql, table, action, stash);
			case ADD_COLUMN -> addColumn(sql, table, action);
			case RENAME -> renamed(sql, table, action);
			case MOVED -> this.objects.moved(sql, table);
			case FACET -> aboutTable(sql, table);
			case UNKNOWN -> unprotected(sql, "no way back is known for '%s'".formatted(abbreviated(sql.text())));
		};
	}

	private Kept renamed(StatementText sql, String table, AlterAction action) throws SQLException {
		if (action.undo().isEmpty()) {
			return this.objects.moved(sql, table);
		}
		var undo = "alter table %s %s".formatted(this.catalog.qualified(table), action.undo());
		return plainly(sql, List.of(undo));
	}

	private Kept dropColumn(StatementText sql, String table, AlterAction action, String stash) throws SQLException {
		if (action.ifExists() && !this.catalog.column(table, action.column())) {
			return plainly(sql, List.of());
		}
		if (this.freshColumns.contains(this.catalog.qualified(table) + "." + action.column())) {
			return plainly(sql, List.of("alter table %s add column %s".formatted(this.catalog.qualified(table),
					columnDefinition(table, action.column()))));
		}
		return orPlainly(sql,
				() -> instead(
						"select backout.hide_column(%s::regclass, %s, %s, %s)".formatted(literal(table),
								literal(action.column()), literal(stash), literal(action.mode())),
						"select backout.unhide_or_restore(%s)".formatted(literal(stash))));
	}

	private String columnDefinition(String table, String column) throws SQLException {
		return this.catalog.one("""
				select pg_catalog.format('%%I %%s', attname, pg_catalog.format_type(atttypid, atttypmod))
				from pg_catalog.pg_attribute where attrelid = %s::regclass and attname = %s""".formatted(literal(table),
				literal(column)));
	}

	private Kept addColumn(StatementText sql, String table, AlterAction action) throws SQLException {
		if (action.ifExists() && this.catalog.column(table, action.column())) {
			return plainly(sql, List.of());
		}
		this.runner.run(sql.text());
		this.freshColumns.add(this.catalog.qualified(table) + "." + action.column());
		return Kept.plainly(sql.text(), List
			.of("alter table %s drop column %s".formatted(this.catalog.qualified(table), quoted(action.column()))));
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
		if (this.catalog.exists(table)) {
			return plainly(sql, List.of());
		}
		this.runner.run(sql.text());
		this.freshTables.add(Long.valueOf(this.catalog.one("select %s::regclass::oid".formatted(literal(table)))));
		return Kept.plainly(sql.text(), List.of("drop table " + this.catalog.qualified(table)));
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
				if (lenient && !this.catalog.exists(table)) {
					continue;
				}
				if (temporary(table)) {
					var drop = "drop table %s %s".formatted(table, sql.dropMode());
					this.runner.run(drop);
					ran.add(new Ran(drop, false));
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

	/** One after the other: each belongs to a table of its own. */
	private Kept dropIndexes(StatementText sql) throws SQLException {
		var cursor = sql.cursor();
		cursor.accept("drop", "index");
		var lenient = cursor.accept("if", "exists") ? "if exists " : "";
		var ran = new ArrayList<Ran>();
		var undo = new ArrayList<String>();
		do {
			var index = cursor.name().orElseThrow();
			var single = "drop index %s%s %s".formatted(lenient, index, sql.dropMode());
			var kept = aboutTable(StatementText.split(single).get(0), this.catalog.tableOfIndex(index));
			ran.addAll(kept.ran());
			undo.addAll(0, kept.undo());
		}
		while (cursor.accept(","));
		return new Kept(ran, undo, null);
	}

	private Kept definition(StatementText sql, String kind, String object, String stash) throws SQLException {
		var keep = "select backout.stash_definition(%s, %s, %s)".formatted(literal(kind), literal(object),
				literal(stash));
		this.runner.run(keep);
		this.runner.run(sql.text());
		return new Kept(List.of(new Ran(keep, false), new Ran(sql.text(), false)),
				List.of("select backout.restore_definition(%s)".formatted(literal(stash))), null);
	}

	private Kept aboutTable(StatementText sql, String table) throws SQLException {
		if (table.isEmpty() || !this.catalog.exists(table) || temporary(table)) {
			return plainly(sql, List.of());
		}
		var family = this.catalog
			.one("select backout.family(%s::regclass, %s::jsonb)".formatted(literal(table), literal(partner(sql))));
		var before = this.catalog.one("select backout.facets_of(%s::jsonb)".formatted(literal(family)));
		this.runner.run(sql.text());
		var undo = this.catalog.strings("select backout.way_back(%s::jsonb, backout.facets_of(%s::jsonb))"
			.formatted(literal(before), literal(family)));
		return Kept.plainly(sql.text(), undo);
	}

	/**
	 * The way back of a statement that runs outside of a transaction, read before it
	 * runs: after an interruption nobody could tell any more. {@code null} if there is
	 * none.
	 */
	@Nullable List<String> ahead(StatementText sql) throws SQLException {
		var statement = StatementKind.of(sql);
		return switch (statement.kind()) {
			case INDEX_CONCURRENTLY -> this.objects.beforeIndex(statement.object(), statement.detail());
			case ABOUT_INDEX -> this.catalog
				.strings("select backout.index_statements(to_regclass(%s))".formatted(literal(statement.object())));
			case HARMLESS -> List.of();
			default -> null;
		};
	}

	/** The other table that an action names, if it names one. */
	private static String partner(StatementText sql) {
		var cursor = sql.cursor();
		var names = new LinkedHashSet<String>();
		for (var word : List.of("partition", "inherit", "references")) {
			if (sql.startsWith("alter", "table") && !cursor.upTo(word).isEmpty() && cursor.accept(word)) {
				cursor.name().ifPresent(names::add);
			}
			cursor = sql.cursor();
		}
		return Json.write(names);
	}

	private Kept truncate(StatementText sql, String stash) throws SQLException {
		var cursor = sql.cursor();
		cursor.accept("truncate");
		cursor.accept("table");
		var tables = new ArrayList<String>();
		do {
			var named = cursor.accept("only") ? "array[%s::regclass]" : "backout.heirs(array[%s::regclass])";
			var name = cursor.name().orElse("");
			if (!name.isEmpty() && !temporary(name)) {
				tables.add(named.formatted(literal(name)));
			}
			cursor.accept("*");
		}
		while (cursor.accept(","));
		if (tables.isEmpty()) {
			return plainly(sql, List.of());
		}
		var keep = "select backout.stash_truncate(%s, %s, %s)".formatted(String.join(" || ", tables), literal(stash),
				literal(sql.dropMode()));
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

	/** Whatever it is that writes; it is not known to which tables. */
	Kept rows(String text, String stash, Writes work) throws SQLException {
		return this.rows.rows(text, null, stash, work);
	}

	/** The table of an INSERT that can be watched together with others; null for none. */
	@Nullable String inserts(StatementText sql) throws SQLException {
		var table = this.authored ? null : InsertRun.table(sql);
		return (table != null && temporary(table)) ? null : table;
	}

	InsertRun insertsInto(String table, String stash) throws SQLException {
		return InsertRun.into(table, stash, this.rows, this.connection, this.runner);
	}

	private Kept rows(StatementText sql, @Nullable String table, String stash) throws SQLException {
		if (this.authored) {
			return unprotected(sql, "the author keeps its rows");
		}
		if (sql.contains("setval")) {
			return this.rows.positioned(sql, table, stash);
		}
		return this.rows.rows(sql.text(), table, stash, () -> this.runner.run(sql.text()));
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
