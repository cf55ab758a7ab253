package dev.backout.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/** Reads what is kept in a target; changes nothing, and takes no lock. */
final class KeptThings {

	/** Also of a target whose tables an earlier version of ours made. */
	private static final String ALL = """
			select s.stash_id, s.kind, s.rel, s.meta ->> 'column',
				(select r.release from backout.change_run r where r.run = (to_jsonb(s) ->> 'run')::bigint), s.rows,
				coalesce((select sum(pg_total_relation_size(to_regclass(t))) from (
					select s.stash_rel as t where s.stash_rel is not null
					union all select x ->> 'into' from jsonb_array_elements(case s.kind when 'rows' then s.meta -> 'tables' else '[]' end) x) t), 0)::bigint,
				s.made_at, (to_jsonb(s) ->> 'keep_until')::timestamptz, s.restored_at,
				(select count(*) from backout.conflict c where c.stash_id = s.stash_id)
			from backout.stash s
			where s.retired_at is null and (s.restored_at is null or s.kind = 'written' or to_regclass(s.stash_rel) is not null
				or exists (select 1 from backout.conflict c where c.stash_id = s.stash_id))
			order by s.made_at, s.stash_id""";

	private final Duration keepFor;

	private final Function<@Nullable String, String> owner;

	/**
	 * Things with who decides about them.
	 * @param keepFor how long, where nobody said so
	 * @param owner of a release, or of what belongs to none
	 */
	KeptThings(Duration keepFor, Function<@Nullable String, String> owner) {
		this.keepFor = keepFor;
		this.owner = owner;
	}

	/** The oldest first. */
	List<KeptThing> in(Connection connection) throws SQLException {
		var kept = new ArrayList<KeptThing>();
		if (!there(connection)) {
			return kept;
		}
		try (var find = connection.prepareStatement(ALL); var rows = find.executeQuery()) {
			while (rows.next()) {
				var since = rows.getObject(8, OffsetDateTime.class).toInstant();
				var until = instant(rows, 9);
				kept.add(new KeptThing(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4),
						rows.getString(5), this.owner.apply(rows.getString(5)), rows.getLong(6), rows.getLong(7), since,
						(until != null) ? until : since.plus(this.keepFor), instant(rows, 10), rows.getLong(11)));
			}
		}
		return kept;
	}

	private static @Nullable Instant instant(ResultSet rows, int column) throws SQLException {
		var at = rows.getObject(column, OffsetDateTime.class);
		return (at != null) ? at.toInstant() : null;
	}

	static boolean there(Connection connection) throws SQLException {
		try (var find = connection.prepareStatement("select to_regclass('backout.stash') is not null");
				var rows = find.executeQuery()) {
			rows.next();
			return rows.getBoolean(1);
		}
	}

}
