package dev.backout.migration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * One action of an ALTER TABLE.
 *
 * @param kind what it does
 * @param column which column it is about, without quotes; empty for none
 * @param mode {@code cascade} or {@code restrict}
 * @param ifExists whether it is content to find its work done
 * @param undo the action that takes it back, for those that know
 * @param text as written
 * @param start where it begins in the statement
 */
record AlterAction(Kind kind, String column, String mode, boolean ifExists, String undo, String text, int start) {

	private static final Set<String> COLUMN_FACETS = Set.of("set", "drop", "reset", "add", "restart");

	private static final Set<String> FACETS = Set.of("enable", "disable", "force", "no", "replica", "validate",
			"attach", "detach", "cluster", "inherit");

	/** What an action does. */
	enum Kind {

		DROP_COLUMN, RETYPE, ADD_COLUMN, RENAME, MOVED, FACET, UNKNOWN

	}

	static List<AlterAction> of(StatementText sql) {
		var cursor = sql.cursor();
		cursor.accept("alter", "table");
		cursor.accept("if", "exists");
		cursor.accept("only");
		var table = cursor.name().orElse("");
		cursor.accept("*");
		var actions = new ArrayList<AlterAction>();
		var from = sql.text().indexOf(table) + table.length();
		do {
			var text = cursor.upTo(",");
			if (text.isEmpty()) {
				break;
			}
			from = sql.text().indexOf(text, from);
			actions.add(read(table, text, from));
			from += text.length();
		}
		while (cursor.accept(","));
		return actions;
	}

	/** PostgreSQL drops first, then changes types, then adds. */
	static List<AlterAction> inOrderOfExecution(List<AlterAction> actions) {
		return actions.stream()
			.sorted(Comparator.comparingInt((action) -> action.kind() == Kind.DROP_COLUMN ? 0
					: (action.kind() == Kind.RETYPE) ? 1 : (action.kind() == Kind.ADD_COLUMN) ? 2 : 3))
			.toList();
	}

	private static AlterAction read(String table, String text, int start) {
		var statement = StatementText.split(text).get(0);
		var cursor = statement.cursor();
		var mode = statement.dropMode();
		if (cursor.accept("drop")) {
			if (cursor.accept("constraint")) {
				return new AlterAction(Kind.FACET, "", mode, false, "", text, start);
			}
			cursor.accept("column");
			var lenient = cursor.accept("if", "exists");
			return new AlterAction(Kind.DROP_COLUMN, cursor.plainName().orElse(""), mode, lenient, "", text, start);
		}
		if (cursor.accept("add")) {
			return add(cursor, text, start);
		}
		if (cursor.accept("alter")) {
			return alter(cursor, text, start);
		}
		if (cursor.accept("rename")) {
			return rename(cursor, text, start);
		}
		if (cursor.accept("set") || cursor.accept("reset")) {
			if (cursor.sees("schema")) {
				return new AlterAction(Kind.MOVED, "", mode, false, "", text, start);
			}
			var known = cursor.sees("(") || cursor.sees("logged") || cursor.sees("unlogged")
					|| cursor.accept("without", "cluster");
			return new AlterAction(known ? Kind.FACET : Kind.UNKNOWN, "", mode, false, "", text, start);
		}
		if (cursor.sees("owner")) {
			return new AlterAction(Kind.MOVED, "", mode, false, "", text, start);
		}
		// children of a parent that comes back count their columns as their own
		var facet = FACETS.stream().anyMatch(cursor::sees) && !cursor.accept("no", "inherit");
		return new AlterAction(facet ? Kind.FACET : Kind.UNKNOWN, "", mode, false, "", text, start);
	}

	private static AlterAction add(StatementText.Cursor cursor, String text, int start) {
		for (var word : List.of("constraint", "primary", "unique", "foreign", "check", "exclude")) {
			if (cursor.sees(word)) {
				return new AlterAction(Kind.FACET, "", "restrict", false, "", text, start);
			}
		}
		cursor.accept("column");
		var lenient = cursor.accept("if", "not", "exists");
		return new AlterAction(Kind.ADD_COLUMN, cursor.plainName().orElse(""), "restrict", lenient, "", text, start);
	}

	private static AlterAction alter(StatementText.Cursor cursor, String text, int start) {
		if (cursor.accept("constraint")) {
			return new AlterAction(Kind.FACET, "", "restrict", false, "", text, start);
		}
		cursor.accept("column");
		var column = cursor.plainName().orElse("");
		if (cursor.accept("type") || cursor.accept("set", "data", "type")) {
			return new AlterAction(Kind.RETYPE, column, "restrict", false, "", text, start);
		}
		var facet = COLUMN_FACETS.stream().anyMatch(cursor::sees)
				&& !StatementText.split(text).get(0).contains("drop", "expression");
		return new AlterAction(facet ? Kind.FACET : Kind.UNKNOWN, column, "restrict", false, "", text, start);
	}

	/** How a table is called again is known when it has been renamed. */
	private static AlterAction rename(StatementText.Cursor cursor, String text, int start) {
		if (cursor.accept("to")) {
			return new AlterAction(Kind.RENAME, "", "restrict", false, "", text, start);
		}
		var constraint = cursor.accept("constraint");
		if (!constraint) {
			cursor.accept("column");
		}
		var from = cursor.name().orElse("");
		cursor.accept("to");
		var to = cursor.name().orElse("");
		return new AlterAction(Kind.RENAME, "", "restrict", false,
				"rename %s %s to %s".formatted(constraint ? "constraint" : "column", to, from), text, start);
	}

}
