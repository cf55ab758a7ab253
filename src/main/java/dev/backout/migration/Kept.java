package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the registry in the target says about the runs of one outcome. */
final class Kept {

	private final LiquibaseSession session;

	Kept(LiquibaseSession session) {
		this.session = session;
	}

	/**
	 * Of exactly these runs, whatever their stashes are called.
	 * @param done changesets by the run that applied or reverted them
	 */
	Outcome outcome(Map<Long, ChangesetId> done, List<String> notes) throws SQLException {
		var runs = this.session.connection.createArrayOf("bigint", done.keySet().toArray());
		var outcome = new Outcome(List.copyOf(done.values()), stashes(runs),
				ConflictList.first(this.session.connection, runs, Outcome.LISTED),
				ConflictList.tallies(this.session.connection, runs), notes);
		this.session.connection.rollback();
		return outcome;
	}

	/** Kept by these runs, or given back. */
	private List<Outcome.Kept> stashes(java.sql.Array runs) throws SQLException {
		var kept = new ArrayList<Outcome.Kept>();
		try (var find = this.session.connection.prepareStatement("""
				select stash_id, kind, rel, rows, report from backout.stash
				where (run = any (?) or restored_run = any (?)) and retired_at is null
				order by stash_id""")) {
			find.setArray(1, runs);
			find.setArray(2, runs);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					kept.add(new Outcome.Kept(rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4),
							rows.getString(5)));
				}
			}
		}
		return kept;
	}

}
