package dev.backout.backup.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

import dev.backout.backup.Part;
import dev.backout.database.Target;
import dev.backout.fingerprint.PinnedSession;
import dev.backout.kernel.Rejected;
import org.jspecify.annotations.Nullable;

/**
 * One consistent view of a database that several connections share.
 * <p>
 * All tables are locked against changes of their shape <em>before</em> the snapshot is
 * taken. The other way round, a migration that commits in between leaves tables that look
 * empty to the snapshot, and a dump that says success.
 */
public final class Snapshot implements AutoCloseable {

	private static final int ATTEMPTS = 5;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String SESSION = """
			set lock_timeout = '30s'; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
			set client_encoding = 'UTF8'""";

	private static final String TABLES = """
			select c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind = 'r',
				case when c.relkind = 'r' then pg_catalog.pg_relation_size(c.oid)
					/ current_setting('block_size')::int else 0 end,
				greatest(c.reltuples, 0)::bigint,
				case when c.relkind = 'r' then pg_catalog.pg_table_size(c.oid) else 0 end
			from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'p') and c.relpersistence <> 't' and n.nspname !~ '^pg_'
			and n.nspname <> 'information_schema'
			and not exists (select from pg_catalog.pg_depend d
				where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
				and not exists (select from pg_catalog.pg_extension e
					where e.oid = d.refobjid and c.oid = any (e.extconfig)))
			order by 6 desc, 2""";

	private final Target target;

	private final Connection keeper;

	private final String id;

	private final Instant takenAt;

	private final List<Table> tables;

	private final @Nullable Part part;

	private Snapshot(Target target, Connection keeper, List<String> wanted) throws SQLException {
		this.target = target;
		this.keeper = keeper;
		try (var statement = keeper.createStatement();
				var rows = statement.executeQuery("select pg_catalog.pg_export_snapshot(), clock_timestamp()")) {
			rows.next();
			this.id = rows.getString(1);
			this.takenAt = rows.getObject(2, OffsetDateTime.class).toInstant();
		}
		var all = tables(keeper);
		this.part = wanted.isEmpty() ? null : TableChoice.of(keeper, wanted, all, target.name());
		this.tables = of(this.part, all);
	}

	/** As {@link #of(Target, List, Duration)}, of the whole database. */
	public static Snapshot of(Target target) throws SQLException {
		return of(target, List.of(), PATIENCE);
	}

	/**
	 * Locks, then takes the snapshot.
	 * @param wanted only these tables with what they need, {@code schema.table}; empty
	 * for all
	 * @param patience how long it waits for a migration to end
	 * @throws Rejected {@code backup.locked} when something holds a table for longer,
	 * {@code backup.no-table}
	 */
	public static Snapshot of(Target target, List<String> wanted, Duration patience) throws SQLException {
		var keeper = open(target, "backup");
		try {
			waitUpTo(keeper, patience);
			for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
				var all = tables(keeper);
				var locked = of(wanted.isEmpty() ? null : TableChoice.of(keeper, wanted, all, target.name()), all);
				if (lock(keeper, target, locked)) {
					keeper.commit();
					continue;
				}
				var snapshot = new Snapshot(target, keeper, wanted);
				if (oids(locked).containsAll(oids(snapshot.tables))) {
					return snapshot;
				}
				keeper.rollback();
			}
			throw new Rejected("backup.locked", "The schema of '%s' keeps changing: no snapshot after %d attempts"
				.formatted(target.name(), ATTEMPTS));
		}
		catch (SQLException ex) {
			keeper.close();
			if ("55P03".equals(ex.getSQLState())) {
				throw locked(target, patience);
			}
			throw ex;
		}
		catch (RuntimeException ex) {
			keeper.close();
			throw ex;
		}
	}

	private static Rejected locked(Target target, Duration patience) {
		return new Rejected("backup.locked",
				"A table of '%s' is locked for longer than %d s, by a migration perhaps: wait for it or end it"
					.formatted(target.name(), patience.toSeconds()));
	}

	/**
	 * In the transaction of the later snapshot: LOCK takes none itself.
	 * @return whether a table went meanwhile, so that it has to be tried again
	 */
	private static boolean lock(Connection keeper, Target target, List<Table> tables) throws SQLException {
		keeper.rollback();
		try (var statement = keeper.createStatement()) {
			statement.execute("set transaction isolation level repeatable read, read only");
			if (!tables.isEmpty()) {
				statement.execute("lock table "
						+ tables.stream().map((table) -> "only " + table.name()).collect(Collectors.joining(", "))
						+ " in access share mode");
			}
			return false;
		}
		catch (SQLException ex) {
			keeper.rollback();
			if ("42P01".equals(ex.getSQLState()) || "3F000".equals(ex.getSQLState())) {
				return true;
			}
			throw ex;
		}
	}

	private static void waitUpTo(Connection connection, Duration patience) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("set lock_timeout = %d".formatted(patience.toMillis()));
		}
		// Else the first rollback would undo the setting.
		connection.commit();
	}

	private static Connection open(Target target, String purpose) throws SQLException {
		var connection = target.open(purpose);
		try (var statement = connection.createStatement()) {
			statement.execute(SESSION);
			PinnedSession.on(connection);
			connection.setAutoCommit(false);
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	private static List<Table> tables(Connection connection) throws SQLException {
		var tables = new ArrayList<Table>();
		try (var statement = connection.createStatement(); var rows = statement.executeQuery(TABLES)) {
			while (rows.next()) {
				tables.add(new Table(rows.getLong(1), rows.getString(2), rows.getBoolean(3), rows.getLong(4),
						rows.getLong(5), rows.getLong(6)));
			}
		}
		return tables;
	}

	private static List<Table> of(@Nullable Part part, List<Table> all) {
		if (part == null) {
			return all;
		}
		var names = part.tables();
		return all.stream().filter((table) -> names.contains(table.name())).toList();
	}

	private static HashSet<Long> oids(List<Table> tables) {
		return tables.stream().map(Table::oid).collect(Collectors.toCollection(HashSet::new));
	}

	/** Another connection that sees the same; for reading only, closed by the caller. */
	public Connection join() throws SQLException {
		var connection = open(this.target, "backup");
		try (var statement = connection.createStatement()) {
			statement.execute("set transaction isolation level repeatable read, read only");
			statement.execute("set transaction snapshot '%s'".formatted(this.id));
			return connection;
		}
		catch (SQLException ex) {
			connection.close();
			throw ex;
		}
	}

	/** The connection that holds the locks; pinned, in the snapshot. */
	public Connection connection() {
		return this.keeper;
	}

	/** What another session calls it. */
	public String id() {
		return this.id;
	}

	public Instant takenAt() {
		return this.takenAt;
	}

	/** Tables with rows of their own, the largest first. */
	public List<Table> tables() {
		return this.tables.stream().filter(Table::rows).toList();
	}

	/** Columns with data of their own, in the order of the table. */
	public List<String> columns(Table table) throws SQLException {
		return strings("""
				select attname from pg_catalog.pg_attribute where attrelid = %d and attnum > 0 and not attisdropped
				and attgenerated = '' order by attnum""".formatted(table.oid()));
	}

	/** Which tables it is of, {@code null} when it is of all. */
	public @Nullable Part part() {
		return this.part;
	}

	/** Numbers of its tables and of what they are partitions of, parted by commas. */
	public String oids() {
		return this.tables.stream().map((table) -> String.valueOf(table.oid())).collect(Collectors.joining(","));
	}

	/** Whether there are any; they belong to no table. */
	boolean largeObjects() throws SQLException {
		return this.part == null
				&& !strings("select oid::text from pg_catalog.pg_largeobject_metadata limit 1").isEmpty();
	}

	/** First column of a query in the snapshot. */
	public List<String> strings(String sql) throws SQLException {
		var strings = new ArrayList<String>();
		try (Statement statement = this.keeper.createStatement(); var rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				strings.add(rows.getString(1));
			}
		}
		return strings;
	}

	@Override
	public void close() {
		try {
			this.keeper.close();
		}
		catch (SQLException ex) {
			// Broken already; its locks went with it.
		}
	}

	/**
	 * A table of the snapshot.
	 *
	 * @param oid in this database
	 * @param name qualified and quoted
	 * @param rows whether it has rows of its own; the root of partitions has none
	 * @param pages of its heap
	 * @param estimate of its rows, 0 when never counted
	 * @param bytes with what is stored outside the heap, without indexes
	 */
	public record Table(long oid, String name, boolean rows, long pages, long estimate, long bytes) {
	}

}
