package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

import dev.backout.backup.Manifest.DatabaseSettings;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;

/**
 * Puts a restored database in the place of the target's, by name. Nobody can connect from
 * the first refusal to the end; the old database keeps its rows under another name and
 * takes no connections.
 */
final class Swap {

	/** Lists of names: written as they are, each name quoted by itself. */
	private static final Set<String> LISTS = Set.of("search_path", "temp_tablespaces", "session_preload_libraries",
			"local_preload_libraries", "shared_preload_libraries");

	private static final Duration DRAIN = Duration.ofSeconds(20);

	private final Target target;

	Swap(Target target) {
		this.target = target;
	}

	/**
	 * Swaps.
	 * @param restored name of the database that takes the place
	 * @param former name that the present one gets
	 * @return how long nobody could connect
	 */
	Duration run(String restored, String former) throws SQLException {
		refuseWhereARenameWouldHurt();
		var settings = settings();
		try (var connection = this.target.at("postgres").open("swap"); var statement = connection.createStatement()) {
			give(restored, settings, statement);
			var from = System.nanoTime();
			statement.execute("alter database %s allow_connections false".formatted(quoted(this.target.database())));
			try {
				drain(connection, this.target.database());
				drain(connection, restored);
				rename(restored, former, statement);
			}
			catch (SQLException | RuntimeException ex) {
				statement.execute("alter database %s allow_connections true".formatted(quoted(this.target.database())));
				throw ex;
			}
			return Duration.ofNanos(System.nanoTime() - from);
		}
	}

	/** Whether the present database has been moved to that name already. */
	static boolean done(Target target, String former) {
		try (var connection = target.at("postgres").open("swap");
				var find = connection.prepareStatement("select 1 from pg_catalog.pg_database where datname = ?")) {
			find.setString(1, former);
			try (var rows = find.executeQuery()) {
				return rows.next();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Databases of '%s' cannot be listed".formatted(target.name()), ex);
		}
	}

	private void rename(String restored, String former, Statement statement) throws SQLException {
		var name = quoted(this.target.database());
		statement.execute("begin");
		try {
			statement.execute("set local lock_timeout = '5s'");
			statement.execute("alter database %s rename to %s".formatted(name, quoted(former)));
			statement.execute("alter database %s rename to %s".formatted(quoted(restored), name));
			statement.execute("commit");
		}
		catch (SQLException ex) {
			statement.execute("rollback");
			throw ex;
		}
	}

	private static void drain(Connection connection, String database) throws SQLException {
		var until = System.nanoTime() + DRAIN.toNanos();
		try (var end = connection.prepareStatement("""
				select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
				where datname = ? and pid <> pg_catalog.pg_backend_pid()""")) {
			end.setString(1, database);
			while (true) {
				try (var rows = end.executeQuery()) {
					if (!rows.next()) {
						return;
					}
				}
				if (System.nanoTime() > until) {
					throw new Rejected("backup.busy", "Sessions in '%s' do not end".formatted(database));
				}
				pause();
			}
		}
	}

	private void refuseWhereARenameWouldHurt() throws SQLException {
		try (var connection = this.target
			.open("swap"); var statement = connection.createStatement(); var rows = statement.executeQuery("""
					select 'prepared transaction ' || gid from pg_catalog.pg_prepared_xacts
					where database = current_database()
					union all select 'replication slot ' || slot_name from pg_catalog.pg_replication_slots
					where database = current_database()
					union all select 'subscription, disable and drop it first' from pg_catalog.pg_database d
					where d.datname = current_database() and exists (select from pg_catalog.pg_stat_subscription)""")) {
			if (rows.next()) {
				throw new Rejected("backup.busy",
						"'%s' cannot be exchanged: it has a %s".formatted(this.target.database(), rows.getString(1)));
			}
		}
	}

	private DatabaseSettings settings() throws SQLException {
		try (var connection = this.target.open("swap")) {
			return DatabaseProperties.read(connection);
		}
	}

	/** All that the present one is beside its contents, a freeze included. */
	private void give(String database, DatabaseSettings settings, Statement statement) throws SQLException {
		var name = quoted(database);
		for (var setting : settings.settings()) {
			var whom = setting.role().isEmpty() ? "alter database " + name
					: "alter role %s in database %s".formatted(quoted(setting.role()), name);
			statement.execute("%s set %s to %s".formatted(whom, quoted(setting.name()),
					LISTS.contains(setting.name()) ? list(setting.value()) : literal(setting.value())));
		}
		statement.execute("alter database %s connection limit %d".formatted(name, settings.connectionLimit()));
		if (settings.comment() != null) {
			statement.execute("comment on database %s is %s".formatted(name, literal(settings.comment())));
		}
		statement.execute("alter database %s owner to %s".formatted(name, quoted(settings.owner())));
		grants(database, statement);
	}

	private void grants(String database, Statement statement) throws SQLException {
		var name = quoted(database);
		var grants = new java.util.ArrayList<String>();
		try (var rows = statement.executeQuery("""
				select pg_catalog.format('grant %%s on database %%s to %%s%%s', x.privilege_type, %s,
					case x.grantee when 0 then 'public' else quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) end,
					case when x.is_grantable then ' with grant option' else '' end)
				from pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) x
				where d.datname = %s and d.datacl is not null order by 1""".formatted(literal(name),
				literal(this.target.database())))) {
			while (rows.next()) {
				grants.add(rows.getString(1));
			}
		}
		if (!grants.isEmpty()) {
			statement.execute("revoke all on database %s from public".formatted(name));
			for (var grant : grants) {
				statement.execute(grant);
			}
		}
	}

	/** An empty list is stored as an empty name. */
	private static String list(String value) {
		return value.isEmpty() ? "''" : value;
	}

	private static String literal(String value) {
		return "'" + value.replace("'", "''") + "'";
	}

	private static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	private static void pause() {
		try {
			Thread.sleep(20);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while sessions were drained", ex);
		}
	}

}
