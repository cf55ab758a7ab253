package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.migration.RowGenerator.Row;

/**
 * Rows of ours in tables that have none, so that a proof touches some. They stay while
 * the tour goes on, and leave when a changeset does not get along with them.
 */
final class SampleRows {

	private static final int ROWS = 12;

	private final RowGenerator generator;

	private final CloneState state;

	private final List<Row> rows = new ArrayList<>();

	private final Map<String, Set<String>> columns = new HashMap<>();

	SampleRows(RowGenerator generator, CloneState state) {
		this.generator = generator;
		this.state = state;
	}

	/**
	 * Sees to it that the tables which the changeset names have rows with all columns.
	 */
	void prepare(Analysis analysis) throws SQLException {
		if (analysis.effects().stream().noneMatch((effect) -> stakes(effect.kind()))) {
			return;
		}
		var named = analysis.oldTables().stream().map((name) -> name.substring(name.lastIndexOf('.') + 1)).toList();
		var before = this.rows.size();
		for (var table : this.state.tables()) {
			if (named.contains(table.substring(table.indexOf('.') + 1)) && wantsRows(table)) {
				this.rows.addAll(this.generator.insert(table, ROWS));
			}
		}
		if (this.rows.size() > before) {
			this.state.accept(CloneState.Change.rows(new TreeSet<>(this.rows.subList(before, this.rows.size())
				.stream()
				.map(Row::table)
				.map(this::qualified)
				.collect(Collectors.toSet()))));
		}
	}

	/** A foreign key names its table as the search path allows. */
	private String qualified(String table) {
		return table.contains(".") ? table : "public." + table;
	}

	private static boolean stakes(Effect.Kind kind) {
		return kind.rows() || Set
			.of(Effect.Kind.DROP_COLUMN, Effect.Kind.DROP_TABLE, Effect.Kind.CHANGE_TYPE, Effect.Kind.SET_NOT_NULL,
					Effect.Kind.PROCEDURE, Effect.Kind.RENAME, Effect.Kind.DROP_CONSTRAINT, Effect.Kind.ADD_COLUMN)
			.contains(kind);
	}

	private boolean wantsRows(String table) throws SQLException {
		var now = this.generator.columns(table).stream().map(TableColumn::name).collect(Collectors.toSet());
		var known = this.columns.get(table);
		if (known == null ? this.state.rows(table) > 0 : known.containsAll(now)) {
			return false;
		}
		this.columns.put(table, new HashSet<>(now));
		return true;
	}

	boolean any() {
		return !this.rows.isEmpty();
	}

	/** Takes them all out, because a changeset cannot be applied with them. */
	void leave() {
		var tables = this.rows.stream().map(Row::table).map(this::qualified).collect(Collectors.toSet());
		this.generator.delete(this.rows);
		this.rows.clear();
		this.state.accept(CloneState.Change.rows(new TreeSet<>(tables)));
	}

}
