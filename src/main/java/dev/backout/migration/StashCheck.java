package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Looks, before anything is touched, whether what a way back takes from is in this
 * database: it may have been let go, or left out of the backup that the database was
 * restored from.
 */
final class StashCheck {

	/** A call that gives something back, with the name of the stash as it is quoted. */
	private static final Pattern CALL = Pattern
		.compile("backout\\.(?:unhide_or_restore|unhide_column|restore_column|restore_table|restore_type"
				+ "|restore_definition|undo_rows)\\(\\s*(E?'(?:[^']|'')*')");

	private final Connection connection;

	StashCheck(Connection connection) {
		this.connection = connection;
	}

	/** Why these statements cannot work here; null if they can. */
	@Nullable String problem(ChangesetId changeset, List<String> statements) throws SQLException {
		var names = named(statements);
		if (names.isEmpty()) {
			return null;
		}
		if (!KeptThings.there(this.connection)) {
			return "%s cannot be reverted here: what it destroyed is not in this database, which has no schema 'backout'. Restore a backup that includes the schemas 'backout' and 'backout_stash'"
				.formatted(changeset);
		}
		try (var find = this.connection.createStatement(); var rows = find.executeQuery("""
				select x.name, s.stash_id is null, to_char(s.retired_at at time zone 'UTC', 'YYYY-MM-DD'),
					case when s.kind = 'rows' then (select t ->> 'into' from jsonb_array_elements(s.meta -> 'tables') t
							where to_regclass(t ->> 'into') is null limit 1)
						when to_regclass(s.stash_rel) is null then s.stash_rel end
				from unnest(array[%s]) x (name) left join backout.stash s on s.stash_id = x.name
				where s.restored_at is null""".formatted(String.join(", ", names)))) {
			while (rows.next()) {
				var problem = problem(changeset, rows.getString(1), rows.getBoolean(2), rows.getString(3),
						rows.getString(4));
				if (problem != null) {
					return problem;
				}
			}
			return null;
		}
	}

	/** What these statements take from, each name quoted. */
	static Set<String> named(List<String> statements) {
		var names = new LinkedHashSet<String>();
		for (var statement : statements) {
			CALL.matcher(statement).results().forEach((call) -> names.add(call.group(1)));
		}
		return names;
	}

	private static @Nullable String problem(ChangesetId changeset, String name, boolean unknown,
			@Nullable String retired, @Nullable String missing) {
		if (unknown) {
			return "%s cannot be reverted here: nothing named '%s' is kept in this database. If it was restored from a backup, restore one that includes the schemas 'backout' and 'backout_stash'"
				.formatted(changeset, name);
		}
		if (retired != null) {
			return "%s cannot be reverted any more: what it destroyed was kept until %s; restore a backup from before that day"
				.formatted(changeset, retired);
		}
		return (missing == null) ? null
				: "%s cannot be reverted here: %s, which holds what it destroyed, is not in this database. If it was restored from a backup, restore one that includes the schema 'backout_stash'"
					.formatted(changeset, missing);
	}

}
