package dev.backout.migration;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/** What a statement does, as far as its way back is concerned. */
enum StatementKind {

	ALTER_TABLE, DROP_TABLE, CREATE_TABLE, DEFINITION, ABOUT_TABLE, DROP_INDEX, CREATED, RENAMED, TRUNCATE, ROWS,
	HARMLESS, OURS, UNKNOWN;

	private static final Set<String> HARMLESS_WORDS = Set.of("set", "reset", "show", "analyze", "vacuum", "lock",
			"reindex", "notify", "checkpoint", "discard", "listen", "explain", "cluster", "refresh", "savepoint",
			"release");

	private static final Set<String> ROW_WORDS = Set.of("insert", "update", "delete", "merge", "with", "select", "do",
			"call", "values", "copy", "execute", "(");

	private static final Set<String> NAMED = Set.of("sequence", "type", "domain", "schema", "extension", "aggregate",
			"collation", "cast", "operator", "server", "publication");

	/**
	 * A statement and what it is about.
	 *
	 * @param kind its kind
	 * @param object name of the table or object as written; for {@link #CREATED} a query
	 * that tells whether it is there already
	 * @param detail what else its kind needs: the way back, or the kind of definition
	 */
	record Statement(StatementKind kind, @Nullable String name, String detail) {

		String object() {
			return (this.name != null) ? this.name : "";
		}

	}

	static Statement of(StatementText sql) {
		var cursor = sql.cursor();
		if (sql.contains("backout", ".") && (sql.startsWith("select") || sql.startsWith("call"))) {
			return new Statement(OURS, null, "");
		}
		if (HARMLESS_WORDS.stream().anyMatch(cursor::sees)) {
			return new Statement(HARMLESS, null, "");
		}
		if (ROW_WORDS.stream().anyMatch(cursor::sees)) {
			return new Statement(ROWS, written(sql), "");
		}
		if (cursor.accept("truncate")) {
			return new Statement(TRUNCATE, null, "");
		}
		if (cursor.accept("create")) {
			return create(sql, cursor);
		}
		if (cursor.accept("drop")) {
			return drop(sql, cursor);
		}
		if (cursor.accept("alter")) {
			return alter(cursor);
		}
		if (cursor.accept("comment", "on")) {
			return comment(sql, cursor);
		}
		if (cursor.accept("grant") || cursor.accept("revoke")) {
			return grant(cursor);
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static @Nullable String written(StatementText sql) {
		var cursor = sql.cursor();
		if (cursor.accept("insert", "into") || cursor.accept("update") || cursor.accept("delete", "from")
				|| cursor.accept("merge", "into")) {
			cursor.accept("only");
			return cursor.name().orElse(null);
		}
		return null;
	}

	private static Statement create(StatementText sql, StatementText.Cursor cursor) {
		cursor.accept("or", "replace");
		for (var word : new String[] { "unlogged", "temporary", "temp", "recursive" }) {
			if (cursor.accept(word) && word.startsWith("temp")) {
				return new Statement(HARMLESS, null, "");
			}
		}
		if (cursor.accept("table")) {
			cursor.accept("if", "not", "exists");
			return new Statement(CREATE_TABLE, cursor.name().orElse(null), "");
		}
		if (cursor.accept("view") || cursor.accept("materialized", "view")) {
			cursor.accept("if", "not", "exists");
			return new Statement(DEFINITION, cursor.name().orElse(null), "view");
		}
		if (cursor.accept("function") || cursor.accept("procedure")) {
			return new Statement(DEFINITION, cursor.name().orElse(null), "routine");
		}
		if (cursor.accept("index") || cursor.accept("unique", "index")) {
			return index(cursor);
		}
		for (var word : new String[] { "trigger", "constraint", "policy", "rule", "statistics" }) {
			if (cursor.sees(word)) {
				cursor.upTo(word.equals("statistics") ? "from" : word.equals("rule") ? "to" : "on");
				cursor.plainName();
				return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
			}
		}
		return named(cursor);
	}

	private static Statement index(StatementText.Cursor cursor) {
		var concurrently = cursor.accept("concurrently");
		cursor.accept("if", "not", "exists");
		var name = cursor.sees("on") ? null : cursor.name().orElse(null);
		cursor.accept("on");
		cursor.accept("only");
		var table = cursor.name().orElse(null);
		if (concurrently && name != null) {
			var schema = (table != null && table.contains(".")) ? table.substring(0, table.lastIndexOf('.') + 1) : "";
			return new Statement(CREATED,
					"select to_regclass(%s) is not null".formatted(Protection.literal(schema + name)),
					"drop index concurrently " + schema + name);
		}
		return new Statement(ABOUT_TABLE, table, "");
	}

	private static Statement named(StatementText.Cursor cursor) {
		for (var word : NAMED) {
			if (cursor.accept(word)) {
				cursor.accept("if", "not", "exists");
				var name = cursor.name().orElse("");
				var present = switch (word) {
					case "sequence" -> "select to_regclass(%s) is not null".formatted(Protection.literal(name));
					case "type", "domain" -> "select to_regtype(%s) is not null".formatted(Protection.literal(name));
					case "schema" -> "select to_regnamespace(%s) is not null".formatted(Protection.literal(name));
					case "extension" -> "select exists (select 1 from pg_catalog.pg_extension where extname = %s)"
						.formatted(Protection.literal(name.replace("\"", "")));
					default -> "";
				};
				return present.isEmpty() ? new Statement(UNKNOWN, null, "")
						: new Statement(CREATED, present, "drop %s %s".formatted(word, name));
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement drop(StatementText sql, StatementText.Cursor cursor) {
		if (cursor.sees("table")) {
			return new Statement(DROP_TABLE, null, "");
		}
		if (cursor.accept("index")) {
			cursor.accept("concurrently");
			cursor.accept("if", "exists");
			return new Statement(DROP_INDEX, cursor.name().orElse(null), "");
		}
		var view = cursor.accept("view") || cursor.accept("materialized", "view");
		if (view || cursor.accept("function") || cursor.accept("procedure") || cursor.accept("routine")) {
			if (sql.dropMode().equals("cascade") || sql.contains(",") && view) {
				return new Statement(UNKNOWN, null, "");
			}
			cursor.accept("if", "exists");
			return new Statement(DEFINITION, cursor.name().orElse(null), view ? "view" : "routine");
		}
		for (var word : new String[] { "trigger", "policy", "rule" }) {
			if (cursor.sees(word)) {
				cursor.upTo("on");
				cursor.accept("on");
				return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement alter(StatementText.Cursor cursor) {
		if (cursor.accept("table")) {
			cursor.accept("if", "exists");
			cursor.accept("only");
			return new Statement(ALTER_TABLE, cursor.name().orElse(null), "");
		}
		if (cursor.accept("policy")) {
			cursor.upTo("on");
			cursor.accept("on");
			return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
		}
		for (var word : new String[] { "index", "sequence", "view", "type", "schema", "domain" }) {
			if (cursor.accept(word)) {
				return renamed(word, cursor);
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement renamed(String word, StatementText.Cursor cursor) {
		cursor.accept("if", "exists");
		var from = cursor.name().orElse("");
		if (!cursor.accept("rename", "to")) {
			return new Statement(UNKNOWN, null, "");
		}
		var schema = from.contains(".") ? from.substring(0, from.lastIndexOf('.') + 1) : "";
		return new Statement(RENAMED, from, "alter %s %s%s rename to %s".formatted(word, schema,
				cursor.name().orElse(""), from.substring(schema.length())));
	}

	private static Statement comment(StatementText sql, StatementText.Cursor cursor) {
		if (cursor.accept("table")) {
			return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
		}
		if (cursor.accept("column")) {
			var column = cursor.name().orElse("");
			return column.contains(".") ? new Statement(ABOUT_TABLE, column.substring(0, column.lastIndexOf('.')), "")
					: new Statement(UNKNOWN, null, "");
		}
		if (cursor.accept("index")) {
			return new Statement(DROP_INDEX, cursor.name().orElse(null), "");
		}
		if (cursor.accept("view")) {
			return new Statement(UNKNOWN, null, "");
		}
		if (sql.contains("on", "constraint") || sql.contains("on", "trigger") || sql.contains("on", "policy")) {
			cursor.upTo("on");
			cursor.accept("on");
			return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement grant(StatementText.Cursor cursor) {
		cursor.upTo("on");
		cursor.accept("on");
		cursor.accept("table");
		for (var word : new String[] { "sequence", "function", "schema", "database", "all", "type", "procedure",
				"routine", "language", "domain", "foreign", "large", "tablespace", "parameter" }) {
			if (cursor.sees(word)) {
				return new Statement(UNKNOWN, null, "");
			}
		}
		var table = cursor.name().orElse(null);
		return (cursor.sees(",") || table == null) ? new Statement(UNKNOWN, null, "")
				: new Statement(ABOUT_TABLE, table, "");
	}

}
