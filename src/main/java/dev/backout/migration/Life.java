package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import dev.backout.migration.RowGenerator.Row;
import org.jspecify.annotations.Nullable;

/**
 * What users do between a change and its revert: they write rows and change others. All
 * of it must be there after the revert; then it is taken out again.
 */
final class Life {

	private static final int ROWS = 2;

	private final Connection connection;

	private final RowGenerator generator;

	private final List<Row> written = new ArrayList<>();

	private final List<Edit> edits = new ArrayList<>();

	Life(Connection connection, RowGenerator generator) {
		this.connection = connection;
		this.generator = generator;
	}

	/**
	 * Lives in these tables, which were there before the change.
	 * @param mentioned the changeset's text: columns that it names are left alone; null
	 * if it does not tell
	 * @param former where the rows are that were there before the change; null for none
	 * @param state what was before: users change no keys, and no column that is not
	 * theirs
	 */
	void live(Set<String> tables, @Nullable String mentioned, CloneState state,
			Function<String, @Nullable String> former) {
		for (var table : tables) {
			var rows = former.apply(table);
			if (mentioned != null && rows != null) {
				edit(table, rows, mentioned + " " + state.keys(table), state.columns(table));
			}
			this.written.addAll(
					this.generator.insert(table, ROWS, (column) -> mentioned != null && mentions(mentioned, column)));
		}
	}

	private void edit(String table, String rows, String mentioned, Set<String> theirs) {
		try {
			var columns = this.generator.columns(table);
			var key = columns.stream().filter((column) -> column.key() > 0).toList();
			var quiet = columns.stream()
				.filter((column) -> column.key() == 0 && column.reference() == null && column.allowed() == null
						&& (column.base().equals("text") || column.base().equals("varchar"))
						&& theirs.contains(column.name()) && !mentions(mentioned, column.name()))
				.findFirst();
			if (key.size() != 1 || quiet.isEmpty() || mentioned.contains("set " + key.get(0).name() + " =")) {
				return;
			}
			var id = key.get(0).name();
			var name = quiet.get().name();
			var sql = "update %1$s u set %3$s = left(md5(coalesce(u.%3$s, '')), %4$d) from (select %2$s, %3$s as former from %5$s order by %2$s limit 1) o where u.%2$s = o.%2$s returning u.%2$s::text, o.former, u.%3$s"
				.formatted(table, id, name, (quiet.get().limit() > 0) ? quiet.get().limit() : 32, rows);
			try (var statement = this.connection.createStatement(); var changed = statement.executeQuery(sql)) {
				if (changed.next()) {
					this.edits.add(new Edit(table, id, changed.getString(1), name, changed.getString(2),
							changed.getString(3)));
				}
			}
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			// A rule of the table forbids it: then users could not do it either.
		}
	}

	private static boolean mentions(String text, String column) {
		return Pattern.compile("(?<![\\w$])" + Pattern.quote(column) + "(?![\\w$])").matcher(text).find();
	}

	int size() {
		return this.written.size() + this.edits.size();
	}

	/** How much of it is there. */
	int survived() {
		return this.generator.count(this.written) + (int) this.edits.stream().filter(this::stands).count();
	}

	private boolean stands(Edit edit) {
		try (var find = this.connection
			.prepareStatement("select %s from %s where %s::text = ?".formatted(edit.column, edit.table, edit.key))) {
			find.setString(1, edit.id);
			try (var rows = find.executeQuery()) {
				return rows.next() && edit.now.equals(rows.getString(1));
			}
		}
		catch (SQLException ex) {
			CloneFailed.check(null, ex);
			return false;
		}
	}

	/** Makes it undone, as far as it is there. */
	void end() {
		for (var edit : this.edits) {
			try (var update = this.connection
				.prepareStatement("update %1$s set %2$s = ? where %3$s::text = ? and %2$s = ?".formatted(edit.table,
						edit.column, edit.key))) {
				update.setString(1, edit.former);
				update.setString(2, edit.id);
				update.setString(3, edit.now);
				update.executeUpdate();
			}
			catch (SQLException ex) {
				CloneFailed.check(null, ex);
				// Gone: the comparison shows it.
			}
		}
		this.generator.delete(this.written);
		this.edits.clear();
		this.written.clear();
	}

	private record Edit(String table, String key, String id, String column, @Nullable String former, String now) {
	}

}
