package dev.backout.migration;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** What a statement does, as far as its way back is concerned. */
enum StatementKind {

	ALTER_TABLE, DROP_TABLE, CREATE_TABLE, DEFINITION, ABOUT_TABLE, ABOUT_INDEX, DROP_INDEXES, INDEX_CONCURRENTLY,
	CREATED, ABOUT_OBJECT, DROP_OBJECT, ADD_LABEL, COMMENT, PRIVILEGES, TRUNCATE, ROWS, SESSION, TRANSACTION, HARMLESS,
	OURS, UNKNOWN;

	private static final Set<String> HARMLESS_WORDS = Set.of("show", "analyze", "analyse", "vacuum", "lock", "reindex",
			"notify", "checkpoint", "discard", "listen", "unlisten", "refresh", "savepoint", "release", "declare",
			"fetch", "move", "close", "prepare", "deallocate", "load", "security");

	private static final Set<String> ROW_WORDS = Set.of("insert", "update", "delete", "merge", "with", "select",
			"table", "do", "call", "values", "copy", "execute", "explain", "(");

	private static final Set<String> TRANSACTION_WORDS = Set.of("begin", "start", "commit", "end", "rollback", "abort");

	/** Of things whose ALTER can change nothing that is not read before and after. */
	private static final Set<String> READ_WHOLE = Set.of("sequence", "domain", "view", "schema", "statistics");

	/** What every ALTER knows about things that have a name and an owner. */
	private static final Set<String> COMMON = Set.of("owner", "rename");

	/**
	 * A statement and what it is about.
	 *
	 * @param kind its kind
	 * @param object name of the table or object as written, for objects with the word for
	 * what they are
	 * @param detail what else its kind needs: the way back, the kind of definition, or a
	 * table
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
		if (sql.startsWith("prepare", "transaction")) {
			return new Statement(TRANSACTION, null, "");
		}
		if (HARMLESS_WORDS.stream().anyMatch(cursor::sees)) {
			return new Statement(HARMLESS, null, "");
		}
		if (cursor.sees("set") || cursor.sees("reset")) {
			return new Statement(SESSION, null, "");
		}
		if (TRANSACTION_WORDS.stream().anyMatch(cursor::sees)) {
			return new Statement(TRANSACTION, null, "");
		}
		if (cursor.accept("cluster")) {
			cursor.accept("verbose");
			return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
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
			return alter(sql, cursor);
		}
		if (cursor.accept("comment", "on")) {
			return comment(cursor);
		}
		if (cursor.sees("grant") || cursor.sees("revoke")) {
			return new Statement(sql.contains("parameter") ? UNKNOWN : PRIVILEGES, null, "");
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
		for (var word : List.of("local", "global", "unlogged", "temporary", "temp", "recursive", "constraint")) {
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
		for (var word : List.of("trigger", "policy", "rule")) {
			if (cursor.sees(word)) {
				cursor.upTo(word.equals("rule") ? "to" : "on");
				cursor.plainName();
				return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
			}
		}
		if (cursor.accept("statistics")) {
			cursor.upTo("from");
			cursor.accept("from");
			return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
		}
		return named(sql, cursor);
	}

	private static Statement index(StatementText.Cursor cursor) {
		var concurrently = cursor.accept("concurrently");
		cursor.accept("if", "not", "exists");
		var name = cursor.sees("on") ? null : cursor.name().orElse(null);
		cursor.accept("on");
		cursor.accept("only");
		var table = cursor.name().orElse(null);
		return (concurrently && name != null) ? new Statement(INDEX_CONCURRENTLY, name, String.valueOf(table))
				: new Statement(ABOUT_TABLE, table, "");
	}

	/** Things that are dropped by their name alone. */
	private static Statement named(StatementText sql, StatementText.Cursor cursor) {
		if (sql.startsWith("create", "or", "replace")) {
			return new Statement(UNKNOWN, null, "");
		}
		for (var word : List.of("sequence", "type", "domain", "schema", "extension", "collation", "publication",
				"event trigger", "server", "foreign table", "foreign data wrapper", "text search configuration",
				"text search dictionary")) {
			if (cursor.accept(word.split(" "))) {
				cursor.accept("if", "not", "exists");
				if (word.equals("schema") && (cursor.sees("authorization") || sql.contains("create", "table"))) {
					return new Statement(UNKNOWN, null, "");
				}
				return new Statement(CREATED, word + " " + cursor.name().orElse(""), "");
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement drop(StatementText sql, StatementText.Cursor cursor) {
		if (cursor.sees("table")) {
			return new Statement(DROP_TABLE, null, "");
		}
		if (cursor.accept("index")) {
			var concurrently = cursor.accept("concurrently");
			cursor.accept("if", "exists");
			return new Statement(!concurrently && sql.contains(",") ? DROP_INDEXES : ABOUT_INDEX,
					cursor.name().orElse(null), "");
		}
		for (var word : List.of("view", "materialized view", "function", "procedure", "routine", "sequence", "type",
				"domain", "schema", "extension", "statistics")) {
			if (cursor.accept(word.split(" "))) {
				return new Statement(DROP_OBJECT, word, "");
			}
		}
		for (var word : List.of("trigger", "policy", "rule")) {
			if (cursor.sees(word)) {
				cursor.upTo("on");
				cursor.accept("on");
				return new Statement(ABOUT_TABLE, cursor.name().orElse(null), "");
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement alter(StatementText sql, StatementText.Cursor cursor) {
		if (cursor.accept("table")) {
			cursor.accept("if", "exists");
			cursor.accept("only");
			return new Statement(ALTER_TABLE, cursor.name().orElse(null), "");
		}
		if (cursor.accept("default", "privileges")) {
			return new Statement(PRIVILEGES, null, "");
		}
		for (var word : List.of("policy", "trigger", "rule")) {
			if (cursor.accept(word)) {
				return onTable(word, cursor);
			}
		}
		if (cursor.accept("type")) {
			return type(cursor);
		}
		if (cursor.accept("index")) {
			cursor.accept("if", "exists");
			var index = cursor.name().orElse("");
			return cursor.sees("rename") ? new Statement(ABOUT_OBJECT, "index " + index, "")
					: new Statement(cursor.sees("set") || cursor.sees("reset") ? ABOUT_INDEX : UNKNOWN, index, "");
		}
		for (var word : List.of("sequence", "view", "materialized view", "domain", "schema", "statistics", "function",
				"procedure", "routine", "aggregate", "collation", "extension", "publication", "server", "event trigger",
				"text search configuration", "text search dictionary", "foreign table", "foreign data wrapper",
				"language", "conversion")) {
			if (cursor.accept(word.split(" "))) {
				return object(sql, word, cursor);
			}
		}
		return new Statement(UNKNOWN, null, "");
	}

	private static Statement object(StatementText sql, String word, StatementText.Cursor cursor) {
		cursor.accept("if", "exists");
		var called = word + " " + cursor.signature();
		if (word.endsWith("view") && cursor.accept("rename")) {
			return renamed(called, cursor);
		}
		var known = READ_WHOLE.contains(word) || COMMON.stream().anyMatch(cursor::sees)
				|| sql.tokens().stream().anyMatch((token) -> token.is("schema"))
				|| (Set.of("function", "procedure", "routine").contains(word) && !sql.contains("depends"))
				|| (word.equals("materialized view") && !sql.contains("tablespace") && !sql.contains("access")
						&& !sql.contains("depends"));
		return new Statement(known ? ABOUT_OBJECT : UNKNOWN, called, "");
	}

	/** A view, or its column, whether the word stands there or not. */
	private static Statement renamed(String view, StatementText.Cursor cursor) {
		if (cursor.sees("to")) {
			return new Statement(ABOUT_OBJECT, view, "");
		}
		cursor.accept("column");
		var from = cursor.name().orElse("");
		cursor.accept("to");
		return new Statement(ABOUT_OBJECT, view, "rename column %s to %s".formatted(cursor.name().orElse(""), from));
	}

	private static Statement type(StatementText.Cursor cursor) {
		var type = cursor.name().orElse("");
		if (cursor.accept("add", "value")) {
			return new Statement(ADD_LABEL, type, "");
		}
		if (cursor.accept("rename", "value")) {
			var from = cursor.literal();
			cursor.accept("to");
			return new Statement(ABOUT_OBJECT, "type " + type,
					"rename value %s to %s".formatted(cursor.literal(), from));
		}
		if (cursor.accept("rename", "attribute")) {
			var from = cursor.name().orElse("");
			cursor.accept("to");
			return new Statement(ABOUT_OBJECT, "type " + type,
					"rename attribute %s to %s".formatted(cursor.name().orElse(""), from));
		}
		if (cursor.accept("add", "attribute")) {
			var name = cursor.name().orElse("");
			return new Statement(cursor.upTo(",").isEmpty() || cursor.sees(",") ? UNKNOWN : ABOUT_OBJECT,
					"type " + type, "drop attribute " + name);
		}
		var known = COMMON.stream().anyMatch(cursor::sees) || cursor.accept("set", "schema");
		return new Statement(known ? ABOUT_OBJECT : UNKNOWN, "type " + type, "");
	}

	private static Statement onTable(String word, StatementText.Cursor cursor) {
		cursor.upTo("on");
		cursor.accept("on");
		var table = cursor.name().orElse(null);
		return word.equals("trigger") && !cursor.sees("rename") ? new Statement(UNKNOWN, null, "")
				: new Statement(ABOUT_TABLE, table, "");
	}

	private static Statement comment(StatementText.Cursor cursor) {
		var shared = cursor.sees("database") || cursor.sees("role") || cursor.sees("tablespace");
		var what = cursor.upTo("is");
		return new Statement(shared ? UNKNOWN : COMMENT, what, "");
	}

}
