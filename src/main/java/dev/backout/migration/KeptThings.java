package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** Reads what is kept in a target; changes nothing, and takes no lock. */
final class KeptThings {

	private KeptThings() {
	}

	static List<KeptThing> in(Connection connection) throws SQLException {
		var kept = new ArrayList<KeptThing>();
		if (!there(connection)) {
			return kept;
		}
		try (var find = connection.prepareStatement(
				"""
						select s.stash_id, s.kind, s.rel, s.meta ->> 'column', (select r.release from backout.change_run r where r.run = s.run),
							s.rows, coalesce((select sum(pg_total_relation_size(to_regclass(t))) from (
								select s.stash_rel as t where s.stash_rel is not null
								union all select x ->> 'into' from jsonb_array_elements(case s.kind when 'rows' then s.meta -> 'tables' else '[]' end) x) t), 0)::bigint, s.made_at
						from backout.stash s where s.retired_at is null and (s.restored_at is null or s.kind = 'written')
						order by s.made_at, s.stash_id""");
				var rows = find.executeQuery()) {
			while (rows.next()) {
				kept.add(new KeptThing(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4),
						rows.getString(5), rows.getLong(6), rows.getLong(7),
						rows.getObject(8, OffsetDateTime.class).toInstant()));
			}
		}
		return kept;
	}

	private static boolean there(Connection connection) throws SQLException {
		try (var find = connection.prepareStatement("select to_regclass('backout.stash') is not null");
				var rows = find.executeQuery()) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

}
