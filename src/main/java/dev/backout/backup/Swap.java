package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.backout.backup.Manifest.DatabaseSettings;
import dev.backout.database.Fence;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * Puts a restored database in the place of the target's, by name. Nobody can connect from
 * the first refusal to the end; the old database keeps its rows under another name and
 * takes no connections.
 * <p>
 * Both renames are one transaction, so the server itself knows no state in between. What
 * else a killed process may leave, that nobody can connect, is undone or finished by the
 * next call for the same names: they, and the databases' comments, say how far it was.
 */
final class Swap {

	/** Lists of names: written as they are, each name quoted by itself. */
	private static final Set<String> LISTS = Set.of("search_path", "temp_tablespaces", "session_preload_libraries",
			"local_preload_libraries", "shared_preload_libraries");

	private static final Duration DRAIN = Duration.ofSeconds(20);

	private static final Duration FENCED = Duration.ofSeconds(30);

	private final Target target;

	private final Duration patience;

	Swap(Target target) {
		this(target, DRAIN);
	}

	/**
	 * Exchanges within a time.
	 * @param patience how long sessions may take to end
	 */
	Swap(Target target, Duration patience) {
		this.target = target;
		this.patience = patience;
	}

	/**
	 * Swaps, or finds it done.
	 * @param restored name of the database that takes the place
	 * @param former name that the present one gets
	 * @throws Rejected {@code backup.busy}, the target is then as before;
	 * {@code backup.not-restorable} when there is no database to take the place
	 */
	Exchange run(String restored, String former) throws SQLException {
		try (var connection = server(); var fence = fence(connection)) {
			var marks = new SwapMarks(connection);
			if (marks.isFormer(former)) {
				return new Exchange(this.target.name(), restored, former, marks.downtime(former));
			}
			refuseATakenName(former, marks);
			refuseWhatIsNotThere(restored, marks);
			refuseWhereARenameWouldHurt(connection);
			var settings = DatabaseProperties.read(connection, this.target.database());
			try (var statement = connection.createStatement()) {
				give(restored, settings, statement);
			}
			marks.begin(restored);
			return new Exchange(this.target.name(), restored, former,
					exchange(connection, restored, former, settings.comment()));
		}
	}

	/** Puts the former database back; the one that took its place stays beside. */
	Exchange back(String restored, String former) throws SQLException {
		try (var connection = server(); var fence = fence(connection)) {
			var marks = new SwapMarks(connection);
			if (!marks.exists(former) && marks.backupOf(restored).isPresent()) {
				return new Exchange(this.target.name(), former, restored, marks.downtime(restored));
			}
			if (!marks.isFormer(former)) {
				throw new Rejected("backup.not-restorable", "'%s' cannot be put back: there is no former database '%s'"
					.formatted(this.target.database(), former));
			}
			refuseWhereARenameWouldHurt(connection);
			var settings = DatabaseProperties.read(connection, this.target.database());
			try (var statement = connection.createStatement()) {
				give(former, settings, statement);
			}
			marks.begin(former);
			return new Exchange(this.target.name(), former, restored,
					exchange(connection, former, restored, settings.comment()));
		}
	}

	/**
	 * Lets people in again after an exchange that was begun and will not be finished.
	 * @return whether nobody could connect because of it
	 */
	boolean giveUp(String restored) throws SQLException {
		try (var connection = server(); var fence = fence(connection)) {
			var marks = new SwapMarks(connection);
			if (!marks.begun(restored)) {
				return false;
			}
			var closed = !marks.open(this.target.database());
			allow(connection, this.target.database());
			marks.giveUp(restored);
			return closed;
		}
	}

	private Duration exchange(Connection connection, String comes, String goes, @Nullable String comment)
			throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("alter database %s allow_connections false".formatted(quoted(this.target.database())));
			drain(connection, this.target.database());
			drain(connection, comes);
			return rename(comes, goes, comment, connection);
		}
		catch (SQLException | RuntimeException ex) {
			letIn(connection, comes);
			throw ex;
		}
	}

	/** On a session that works: the one that failed may be gone. */
	private void letIn(Connection connection, String comes) {
		try {
			allow(connection, this.target.database());
			new SwapMarks(connection).giveUp(comes);
		}
		catch (SQLException ex) {
			try (var fresh = server()) {
				allow(fresh, this.target.database());
				new SwapMarks(fresh).giveUp(comes);
			}
			catch (SQLException | RuntimeException still) {
				ex.addSuppressed(still);
				throw new IllegalStateException(
						"Nobody can connect to '%s', and the server does not answer: the same exchange, asked for again, finishes or undoes it"
							.formatted(this.target.database()),
						ex);
			}
		}
	}

	private static void allow(Connection connection, String database) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("alter database %s allow_connections true".formatted(quoted(database)));
		}
	}

	private Duration rename(String comes, String goes, @Nullable String comment, Connection connection)
			throws SQLException {
		var name = quoted(this.target.database());
		try (var statement = connection.createStatement()) {
			statement.execute("begin");
			try {
				statement.execute("set local lock_timeout = '5s'");
				statement.execute("alter database %s rename to %s".formatted(name, quoted(goes)));
				statement.execute("alter database %s rename to %s".formatted(quoted(comes), name));
				statement.execute("alter database %s allow_connections true".formatted(name));
				var downtime = new SwapMarks(connection).finish(this.target.database(), goes, comment);
				statement.execute("commit");
				return downtime;
			}
			catch (SQLException | RuntimeException ex) {
				rollback(statement, ex);
				throw ex;
			}
		}
	}

	private static void rollback(Statement statement, Exception ex) {
		try {
			statement.execute("rollback");
		}
		catch (SQLException gone) {
			ex.addSuppressed(gone);
		}
	}

	/** Background workers come and go by themselves, and a rename waits for them. */
	private void drain(Connection connection, String database) throws SQLException {
		var until = System.nanoTime() + this.patience.toNanos();
		while (true) {
			var left = sessions(connection, database);
			if (left.isEmpty()) {
				return;
			}
			var ours = new ArrayList<String>();
			for (var session : left) {
				end(connection, session).ifPresent(ours::add);
			}
			if (System.nanoTime() > until) {
				var why = ours.isEmpty() ? String.join(", ", left.stream().map(Session::text).toList())
						: String.join(", ", ours)
								+ ": end them, or grant pg_signal_backend to '%s'".formatted(this.target.user());
				throw new Rejected("backup.busy", "Sessions in '%s' do not end: %s".formatted(database, why));
			}
			pause();
		}
	}

	private static List<Session> sessions(Connection connection, String database) throws SQLException {
		try (var find = connection.prepareStatement("""
				select pid, coalesce(usename, '?'), coalesce(nullif(application_name, ''), backend_type)
				from pg_catalog.pg_stat_activity where datname = ? and pid <> pg_catalog.pg_backend_pid()
				and backend_type is distinct from 'autovacuum worker' order by pid""")) {
			find.setString(1, database);
			var sessions = new ArrayList<Session>();
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					sessions.add(new Session(rows.getInt(1), rows.getString(2), rows.getString(3)));
				}
			}
			return sessions;
		}
	}

	/** Ends a session; names it when it is not ours to end. */
	private static Optional<String> end(Connection connection, Session session) throws SQLException {
		try (var end = connection.prepareStatement("select pg_catalog.pg_terminate_backend(?)")) {
			end.setInt(1, session.pid());
			end.executeQuery().close();
			return Optional.empty();
		}
		catch (SQLException ex) {
			if ("42501".equals(ex.getSQLState())) {
				return Optional.of(session.text());
			}
			throw ex;
		}
	}

	private static void refuseWhatIsNotThere(String restored, SwapMarks marks) throws SQLException {
		if (marks.backupOf(restored).isEmpty()) {
			throw new Rejected("backup.not-restorable",
					marks.exists(restored)
							? "Database '%s' is not one that was restored and compared: it is left alone"
								.formatted(restored)
							: "There is no database '%s' to take the place: restore it again".formatted(restored));
		}
	}

	static void refuseATakenName(String name, SwapMarks marks) throws SQLException {
		if (marks.exists(name)) {
			throw new Rejected("backup.name-taken",
					"There is a database '%s' that is none of ours: rename it, then try again".formatted(name));
		}
	}

	/** Asked from beside: the target may take no connections any more. */
	private void refuseWhereARenameWouldHurt(Connection connection) throws SQLException {
		try (var find = connection.prepareStatement("""
				select pg_catalog.format('prepared transaction %L: commit it or roll it back', gid)
				from pg_catalog.pg_prepared_xacts where database = ?
				union all select pg_catalog.format('replication slot %L: drop it', slot_name)
				from pg_catalog.pg_replication_slots where database = ?
				union all select pg_catalog.format('subscription %L: drop it', s.subname)
				from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
				where d.datname = ? order by 1""")) {
			for (int i = 1; i <= 3; i++) {
				find.setString(i, this.target.database());
			}
			try (var rows = find.executeQuery()) {
				if (rows.next()) {
					throw new Rejected("backup.busy",
							"'%s' cannot be exchanged: it has %s".formatted(this.target.database(), rows.getString(1)));
				}
			}
		}
	}

	/** All that the present one is beside its contents, a freeze included. */
	private void give(String database, DatabaseSettings settings, Statement statement) throws SQLException {
		var name = quoted(database);
		statement.execute("alter database %s reset all".formatted(name));
		for (var setting : settings.settings()) {
			var whom = setting.role().isEmpty() ? "alter database " + name
					: "alter role %s in database %s".formatted(quoted(setting.role()), name);
			statement.execute("%s set %s to %s".formatted(whom, quoted(setting.name()),
					LISTS.contains(setting.name()) ? list(setting.value()) : literal(setting.value())));
		}
		statement.execute("alter database %s connection limit %d".formatted(name, settings.connectionLimit()));
		statement.execute("alter database %s owner to %s".formatted(name, quoted(settings.owner())));
		grants(database, statement);
	}

	private void grants(String database, Statement statement) throws SQLException {
		var name = quoted(database);
		var grants = new ArrayList<String>();
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

	private Connection server() {
		return this.target.at("postgres").open("swap");
	}

	private Fence fence(Connection connection) {
		return Fence.take(connection, "swap " + this.target.database(), FENCED);
	}

	/** An empty list is stored as an empty name. */
	private static String list(String value) {
		return value.isEmpty() ? "''" : value;
	}

	static String literal(String value) {
		return "'" + value.replace("'", "''") + "'";
	}

	static String quoted(String name) {
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

	private record Session(int pid, String user, String application) {

		String text() {
			return "process %d of '%s' (%s)".formatted(this.pid, this.user, this.application);
		}

	}

}
