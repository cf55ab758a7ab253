package dev.backout.migration;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what could not simply be put back: counted by what happened, and listed page by
 * page, because there may be as many as the table has rows.
 */
final class ConflictList {

	private ConflictList() {
	}

	static List<Outcome.Conflict> first(Connection connection, Array runs, int most) throws SQLException {
		try (var find = connection.prepareStatement("""
				select n, rel, coalesce(key::text, '{}'), what, kept::text, undone::text from backout.conflict
				where run = any (?) order by n limit ?""")) {
			find.setArray(1, runs);
			find.setInt(2, most);
			return read(find);
		}
	}

	static List<Outcome.Tally> tallies(Connection connection, Array runs) throws SQLException {
		try (var find = connection.prepareStatement("""
				select rel, what, count(*) from backout.conflict where run = any (?)
				group by rel, what order by count(*) desc, rel, what""")) {
			find.setArray(1, runs);
			return readTallies(find);
		}
	}

	static List<Outcome.Tally> tallies(Connection connection, String stash) throws SQLException {
		try (var find = connection.prepareStatement("""
				select rel, what, count(*) from backout.conflict where stash_id = ?
				group by rel, what order by count(*) desc, rel, what""")) {
			find.setString(1, stash);
			return readTallies(find);
		}
	}

	/** Of one stash, those behind number {@code after}. */
	static List<Outcome.Conflict> page(Connection connection, String stash, long after, int most) throws SQLException {
		try (var find = connection.prepareStatement("""
				select n, rel, coalesce(key::text, '{}'), what, kept::text, undone::text from backout.conflict
				where stash_id = ? and n > ? order by n limit ?""")) {
			find.setString(1, stash);
			find.setLong(2, after);
			find.setInt(3, most);
			return read(find);
		}
	}

	private static List<Outcome.Conflict> read(PreparedStatement find) throws SQLException {
		var conflicts = new ArrayList<Outcome.Conflict>();
		try (var rows = find.executeQuery()) {
			while (rows.next()) {
				conflicts.add(new Outcome.Conflict(rows.getLong(1), rows.getString(2), rows.getString(3),
						rows.getString(4), rows.getString(5), rows.getString(6)));
			}
		}
		return conflicts;
	}

	private static List<Outcome.Tally> readTallies(PreparedStatement find) throws SQLException {
		var tallies = new ArrayList<Outcome.Tally>();
		try (var rows = find.executeQuery()) {
			while (rows.next()) {
				tallies.add(new Outcome.Tally(rows.getString(1), rows.getString(2), rows.getLong(3)));
			}
		}
		return tallies;
	}

}
