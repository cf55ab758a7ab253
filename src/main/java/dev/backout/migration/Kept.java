package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.backout.migration.MigrationListener.Direction;

/** What the registry in the target says about the changesets of one outcome. */
final class Kept {

	private final LiquibaseSession session;

	Kept(LiquibaseSession session) {
		this.session = session;
	}

	Outcome outcome(List<ChangesetId> done, List<String> notes, Direction direction) throws SQLException {
		var kept = new ArrayList<Outcome.Kept>();
		var conflicts = new ArrayList<Outcome.Conflict>();
		for (var id : done) {
			stashes(id, direction, kept);
			if (direction == Direction.REVERT) {
				conflicts(id, conflicts);
			}
		}
		this.session.connection.rollback();
		return new Outcome(done, kept, conflicts, notes);
	}

	/**
	 * Of the latest run of the changeset in this direction, or those that it gave back.
	 */
	private void stashes(ChangesetId id, Direction direction, List<Outcome.Kept> kept) throws SQLException {
		try (var find = this.session.connection.prepareStatement("""
				select stash_id, kind, rel, rows, report from backout.stash
				where stash_id like replace(replace(?, '\\', '\\\\'), '_', '\\_') || '@%'
					and case when ? then restored_at is null else true end
					and retired_at is null
				order by stash_id""")) {
			find.setString(1, id.toString());
			find.setBoolean(2, direction == Direction.APPLY);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					kept.add(new Outcome.Kept(rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4),
							rows.getString(5)));
				}
			}
		}
	}

	private void conflicts(ChangesetId id, List<Outcome.Conflict> conflicts) throws SQLException {
		try (var find = this.session.connection.prepareStatement(
				"""
						select c.rel, coalesce(c.key::text, '{}'), c.what, c.kept::text, c.undone::text from backout.conflict c
						where c.stash_id like replace(replace(?, '\\', '\\\\'), '_', '\\_') || '@'
							|| (select max(undoes) from backout.change_run where id = ? and author = ? and direction = 'REVERT') || '#%'
						order by c.stash_id, c.rel, c.key::text""")) {
			find.setString(1, id.toString());
			find.setString(2, id.id());
			find.setString(3, id.author());
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					conflicts.add(new Outcome.Conflict(rows.getString(1), rows.getString(2), rows.getString(3),
							rows.getString(4), rows.getString(5)));
				}
			}
		}
	}

}
