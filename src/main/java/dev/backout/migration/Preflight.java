package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** What a database itself would refuse, said before anything is touched. */
final class Preflight {

	private static final String ASK = """
			select current_user, current_database(), coalesce(current_schema(), ''), pg_catalog.pg_is_in_recovery(),
				to_regnamespace('backout') is not null or has_database_privilege(current_database(), 'create'),
				to_regclass('databasechangeloglock') is not null
					or coalesce(has_schema_privilege(current_schema(), 'create'), false)""";

	private Preflight() {
	}

	/**
	 * In auto-commit; reads only.
	 * @throws ApplyRefused naming who may not do what, and the mend
	 */
	static void check(Connection connection) throws SQLException {
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
		}
	}

}
