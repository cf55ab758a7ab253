package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import dev.backout.migration.StashEstimate.Need;
import liquibase.change.core.InsertDataChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.core.PostgresDatabase;

/**
 * Says, before anything is touched, how much room the copies take that changesets make of
 * what they destroy, or that their way back takes from. What is hidden or moved away is
 * not copied and takes none.
 */
final class StashRoom {

	/**
	 * A column is copied with the table's key and an index on it, and once more when its
	 * new values are put beside the old ones. One that is part of the primary key is
	 * copied when it is dropped, if there is another key to know the rows by.
	 */
	private static final String COLUMN = """
			select c.oid::regclass::text, r.n, (r.n * (coalesce(sum(w.width) filter (where x.is_key or x.is_column), 8) + 40)
				+ r.n * (coalesce(sum(w.width) filter (where x.is_key), 8) + 20))::bigint,
				coalesce(bool_or(x.is_key and x.is_column and exists (select from pg_catalog.pg_index u
					where u.indrelid = c.oid and u.indisunique and u.indpred is null and u.indexprs is null
						and a.attnum <> all (u.indkey))), false)
			from pg_catalog.pg_class c
			cross join lateral (select case when c.reltuples > 0 then c.reltuples::bigint
				else pg_catalog.pg_relation_size(c.oid) / 100 end as n) r
			left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
			join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
			cross join lateral (select coalesce(a.attnum = any (i.indkey), false) as is_key, a.attname = %2$s as is_column) x
			cross join lateral (select coalesce((select max(s.avg_width) from pg_catalog.pg_stats s
				where s.schemaname = c.relnamespace::regnamespace::text and s.tablename = c.relname and s.attname = a.attname),
				nullif(greatest(a.attlen, 0), 0), 32) as width) w
			where c.oid = to_regclass(%1$s) group by c.oid, r.n""";

	/** All rows of a table and of those that inherit from it, each with a number. */
	private static final String ROWS = """
			with recursive t (oid) as (select to_regclass(%s)::oid union
				select h.inhrelid from t join pg_catalog.pg_inherits h on h.inhparent = t.oid)
			select to_regclass(%1$s)::text, sum(r.n)::bigint, sum(pg_catalog.pg_table_size(c.oid) + r.n * 30)::bigint, false
			from t join pg_catalog.pg_class c on c.oid = t.oid and c.relkind in ('r', 'p', 'm')
			cross join lateral (select case when c.reltuples > 0 then c.reltuples::bigint
				else pg_catalog.pg_relation_size(c.oid) / 100 end as n) r
			having to_regclass(%1$s) is not null""";

	private static final String KEPT = """
			select s.rel, coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint,
				coalesce(sum(pg_catalog.pg_table_size(c.oid)), 0)::bigint, false
			from backout.stash s cross join lateral (select s.stash_rel union all
				select t ->> 'into' from jsonb_array_elements(case when s.kind = 'rows' then s.meta -> 'tables' else '[]' end) t) k (name)
			join pg_catalog.pg_class c on c.oid = to_regclass(k.name)
			where s.stash_id = any (array[%s]) and s.kind <> 'table' and s.restored_at is null group by s.stash_id, s.rel""";

	/** Class of what a name or a privilege can be wrong with. */
	private static final String NO_SUCH_NAME = "42";

	private final LiquibaseSession session;

	private final List<Need> needs = new ArrayList<>();

	StashRoom(LiquibaseSession session) {
		this.session = session;
	}

	/** Of applying these. */
	StashEstimate forward(Collection<ChangeSet> changesets) throws SQLException {
		// Nothing is to be looked up in the target while texts are made.
		var offline = new PostgresDatabase();
		offline.setConnection(Inspector.offline(this.session.scope.resources()));
		for (var changeset : changesets) {
			if (this.session.options.protect() && !RollbackPlans.declared(changeset)) {
				for (var change : changeset.getChanges()) {
					if (!(change instanceof InsertDataChange)) {
						for (var effect : Rendered.effects(change, offline)) {
							copied(ParsedChangelog.id(changeset), effect);
						}
					}
				}
			}
		}
		return estimate();
	}

	/** Of undoing these. */
	StashEstimate back(List<Reversal.Step> steps) throws SQLException {
		if (KeptThings.there(this.session.connection)) {
			for (var step : steps) {
				var names = StashCheck.named(step.statements());
				if (!names.isEmpty()) {
					ask(KEPT.formatted(String.join(", ", names)), step.deployed().id(), 1, true, false);
				}
			}
		}
		return estimate();
	}

	private void copied(ChangesetId id, Effect effect) throws SQLException {
		if (effect.on().isEmpty()) {
			return;
		}
		var table = Protection.literal(effect.on());
		var certain = !effect.text().contains(" where ");
		switch (effect.kind()) {
			case TRUNCATE, DELETE -> ask(ROWS.formatted(table), id, 1, certain, false);
			case UPDATE -> ask(ROWS.formatted(table), id, 2, certain, false);
			case CHANGE_TYPE -> ask(COLUMN.formatted(table, Protection.literal(effect.name())), id, 2, true, false);
			case DROP_COLUMN -> ask(COLUMN.formatted(table, Protection.literal(effect.name())), id, 1, true, true);
			default -> {
				// Nothing is copied, or how much is not known before it runs.
			}
		}
	}

	/**
	 * @param times how often it is written
	 * @param keysOnly whether only what is part of a primary key is copied
	 */
	private void ask(String query, ChangesetId id, int times, boolean certain, boolean keysOnly) throws SQLException {
		var savepoint = Savepoints.set(this.session.connection);
		try (var statement = this.session.connection.createStatement(); var rows = statement.executeQuery(query)) {
			while (rows.next()) {
				if (rows.getLong(3) > 0 && (!keysOnly || rows.getBoolean(4))) {
					this.needs.add(new Need(id, rows.getString(1), rows.getLong(2), rows.getLong(3) * times, certain));
				}
			}
		}
		catch (SQLException ex) {
			if (!String.valueOf(ex.getSQLState()).startsWith(NO_SUCH_NAME)) {
				throw ex;
			}
			// The text was not understood: running it tells more.
			Savepoints.rollback(this.session.connection, savepoint);
		}
	}

	private StashEstimate estimate() throws SQLException {
		return new StashEstimate(this.needs,
				this.needs.isEmpty() ? null : this.session.options.room().free(this.session.connection).orElse(null));
	}

	/**
	 * Refuses what is known not to fit.
	 * @param what would need the room
	 */
	static void check(StashEstimate estimate, String what) {
		if (estimate.tooMuch()) {
			throw new NoRoom(
					"%s takes more room than there is, and nothing was touched. %s. Free some, or let kept things go that are not needed any more, then try again"
						.formatted(what, estimate.describe()));
		}
	}

}
