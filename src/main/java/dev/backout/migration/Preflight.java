package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** What a database itself would refuse, said before anything is touched. */
final class Preflight {

	private static final String ASK = """
			select current_user, current_database(), coalesce(current_schema(), ''), pg_catalog.pg_is_in_recovery(),
				to_regnamespace('backout') is not null or has_database_privilege(current_database(), 'create'),
				to_regclass('databasechangeloglock') is not null
					or coalesce(has_schema_privilege(current_schema(), 'create'), false),
				(select t from unnest(array['databasechangelog', 'databasechangeloglock']) t,
						unnest(array['select', 'insert', 'update', 'delete']) p
					where to_regclass(t) is not null and not has_table_privilege(to_regclass(t), p) limit 1),
				(select nspowner::regrole::text from pg_catalog.pg_namespace
					where nspname = 'backout' and not has_schema_privilege(oid, 'usage'))""";

	/** What the session began with, and who says so: the closest word counts. */
	private static final String READ_ONLY = """
			select s.reset_val = 'on', coalesce(d.setrole, 0) <> 0, coalesce(d.setdatabase, 0) <> 0, current_database(), session_user
			from pg_catalog.pg_settings s left join lateral (select setrole, setdatabase from pg_catalog.pg_db_role_setting, unnest(setconfig) c
				where c ilike 'default_transaction_read_only=%' and setrole in (0, (select oid from pg_catalog.pg_roles where rolname = session_user))
					and setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
				order by setrole <> 0 and setdatabase <> 0 desc, setrole <> 0 desc, setdatabase <> 0 desc limit 1) d on true
			where s.name = 'default_transaction_read_only'""";

	private Preflight() {
	}

	/**
	 * In auto-commit; reads only.
	 * @throws ApplyRefused naming who may not do what, and the mend
	 */
	static void check(Connection connection) throws SQLException {
		checkReadOnly(connection);
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(ASK)) {
			rows.next();
			var user = rows.getString(1);
			var database = rows.getString(2);
			if (rows.getBoolean(4)) {
				throw new ApplyRefused("Database '%s' is a standby and takes no writes; name its primary as the target"
					.formatted(database));
			}
			if (rows.getString(3).isEmpty()) {
				throw new ApplyRefused(
						"User '%s' has no schema to work in on '%s': no schema of the search path exists; set currentSchema in the target's address"
							.formatted(user, database));
			}
			if (!rows.getBoolean(5)) {
				throw new ApplyRefused(
						"User '%1$s' may not keep a journal in '%2$s': schema backout is missing; as its owner run: grant create on database %2$s to %1$s"
							.formatted(user, database));
			}
			if (!rows.getBoolean(6)) {
				throw new ApplyRefused(
						"User '%1$s' may not create Liquibase's tables in schema '%3$s' of '%2$s'; as its owner run: grant create on schema %3$s to %1$s"
							.formatted(user, database, rows.getString(3)));
			}
			if (rows.getString(7) != null) {
				throw new ApplyRefused(
						"User '%1$s' may not work with Liquibase's table %3$s in '%2$s'; as its owner run: grant select, insert, update, delete on %3$s to %1$s"
							.formatted(user, database, rows.getString(7)));
			}
			if (rows.getString(8) != null) {
				throw new ApplyRefused(
						"User '%s' may not use schema backout in '%s', where %s keeps a journal; name that user in the target"
							.formatted(user, database, rows.getString(8)));
			}
		}
	}

	/**
	 * A freeze is the database's own default and meant for everybody but us. Where the
	 * server or our user is read-only, somebody means us too: a full disk, or an account
	 * for reading.
	 */
	private static void checkReadOnly(Connection connection) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(READ_ONLY)) {
			if (!rows.next() || !rows.getBoolean(1)) {
				return;
			}
			if (rows.getBoolean(2)) {
				throw new ApplyRefused(
						"User '%1$s' is read-only on '%2$s' (default_transaction_read_only); name a user who may write, or run: alter role %1$s reset default_transaction_read_only"
							.formatted(rows.getString(5), rows.getString(4)));
			}
			if (!rows.getBoolean(3)) {
				throw new ApplyRefused(
						"The server of '%s' is read-only (default_transaction_read_only is on in its configuration, or in the target's address): find out who did that and why - a full disk often - and take it back first"
							.formatted(rows.getString(4)));
			}
		}
	}

}
