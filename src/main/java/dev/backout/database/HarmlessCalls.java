package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.backout.kernel.Rejected;

/**
 * Looks at which functions a query would call, before it is asked: a read-only
 * transaction does not stop those that leave it, change the session or wait. The server
 * itself says which they are: the query becomes the body of a temporary view, whose rule
 * names every function, operator and view below it, and which is rolled back.
 */
final class HarmlessCalls {

	/** Volatile by declaration, yet they do nothing but look. */
	private static final Set<String> ALLOWED = Set.of("random", "clock_timestamp", "timeofday", "gen_random_uuid",
			"pg_relation_size", "pg_table_size", "pg_indexes_size", "pg_total_relation_size", "pg_database_size",
			"pg_tablespace_size", "pg_sequence_last_value", "pg_lock_status", "pg_prepared_xact", "pg_is_in_recovery",
			"pg_current_wal_lsn", "pg_current_wal_insert_lsn", "pg_current_wal_flush_lsn", "pg_last_wal_receive_lsn",
			"pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp");

	/**
	 * Functions of the query, of the views in it, of the domains that it casts to and of
	 * functions whose body the server knows; those that may do more than read.
	 */
	private static final String CALLS = """
			with recursive tree(body) as (
				select r.ev_action::text from pg_catalog.pg_rewrite r
				where r.ev_class = 'pg_temp.backout_guard'::regclass
				union
				select more.body from tree
				cross join lateral (
					select r.ev_action::text from pg_catalog.regexp_matches(tree.body, ':relid (\\d+)', 'g') m
					join pg_catalog.pg_rewrite r on r.ev_class = m[1]::oid and r.ev_type = '1'
					union all
					select c.conbin::text from pg_catalog.regexp_matches(tree.body, ':resulttype (\\d+)', 'g') m
					join pg_catalog.pg_constraint c on c.contypid = m[1]::oid and c.conbin is not null
					union all
					select f.prosqlbody::text
					from pg_catalog.regexp_matches(tree.body, ':(?:funcid|opfuncid) (\\d+)', 'g') m
					join pg_catalog.pg_proc f on f.oid = m[1]::oid and f.prosqlbody is not null
				) more(body)
			), called(id) as (
				select m[1]::oid from tree
				cross join lateral pg_catalog.regexp_matches(tree.body,
					':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid|tsmhandler) (\\d+)', 'g') m
				union
				select o.oprcode from tree
				cross join lateral pg_catalog.regexp_matches(tree.body, ':opno (\\d+)', 'g') m
				join pg_catalog.pg_operator o on o.oid = m[1]::oid
			), part(id) as (
				select id from called
				union
				select unnest(array[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn,
					a.aggmfinalfn]::oid[])
				from called join pg_catalog.pg_aggregate a on a.aggfnoid = called.id
			)
			select p.proname, n.nspname, p.oid::regprocedure::text as name, p.provolatile = 'v' as volatile,
				n.nspname <> 'pg_catalog' and not pg_catalog.pg_has_role(p.proowner, s.oid, 'usage')
					and not o.rolsuper and s.rolsuper as borrowed, o.rolname as owner
			from part join pg_catalog.pg_proc p on p.oid = part.id
			join pg_catalog.pg_namespace n on n.oid = p.pronamespace
			join pg_catalog.pg_roles o on o.oid = p.proowner
			join pg_catalog.pg_roles s on s.rolname = session_user
			order by 3""";

	private HarmlessCalls() {
	}

	/**
	 * Leaves the session in a fresh transaction.
	 * @throws Rejected {@code sql.not-read-only} naming the function and the mend
	 */
	static void demand(Connection connection, String query, long timeoutMillis) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("set local statement_timeout = " + timeoutMillis);
			statement.execute("create temporary view backout_guard as select 1 as one from (\n%s\n) backout_query"
				.formatted(query));
			var refused = new ArrayList<String>();
			try (var rows = statement.executeQuery(CALLS)) {
				while (rows.next()) {
					if (rows.getBoolean("volatile") && !(rows.getString("nspname").equals("pg_catalog")
							&& ALLOWED.contains(rows.getString("proname")))) {
						refused.add(rows.getString("name") + " may do more than read");
					}
					else if (rows.getBoolean("borrowed")) {
						refused.add("%s belongs to %s, who would act as the superuser that asks"
							.formatted(rows.getString("name"), rows.getString("owner")));
					}
				}
			}
			refuse(refused);
		}
		catch (SQLException ex) {
			unlessPowerless(connection, ex);
		}
		finally {
			connection.rollback();
		}
	}

	private static void refuse(List<String> calls) {
		if (!calls.isEmpty()) {
			throw new Rejected("sql.not-read-only",
					"The SQL calls what it must not: %s. Use other functions, or declare your own STABLE if it only reads"
						.formatted(String.join("; ", calls)));
		}
	}

	/**
	 * Where no temporary view can be made (a standby, a role without TEMPORARY), the
	 * role's own lack of rights has to do; a superuser has none.
	 */
	private static void unlessPowerless(Connection connection, SQLException ex) throws SQLException {
		var state = String.valueOf(ex.getSQLState());
		if (!state.equals("25006") && !state.equals("42501")) {
			throw ex;
		}
		connection.rollback();
		try (var statement = connection.createStatement();
				var rows = statement.executeQuery("select current_setting('is_superuser')")) {
			rows.next();
			if (rows.getString(1).equals("on")) {
				throw new Rejected("sql.not-vetted",
						"What the SQL calls cannot be looked at here, and user '%s' may do everything: give the target a user with fewer rights"
							.formatted(connection.getMetaData().getUserName()));
			}
		}
	}

}
