package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;

import dev.backout.database.Fence;
import dev.backout.kernel.Rejected;

/**
 * The right to work on a database's changelog. The fence keeps our own apart, on the very
 * connection that does the work; Liquibase's lock row keeps other runners of Liquibase
 * away. A row of ours without its fence is left from a crash, and is ours to take; a row
 * of somebody else's is never touched.
 */
final class HistoryLock implements AutoCloseable {

	private static final String KEY = "databasechangelog";

	private final Connection connection;

	private final Fence fence;

	private HistoryLock(Connection connection, Fence fence) {
		this.connection = connection;
		this.fence = fence;
	}

	/** In auto-commit. */
	static HistoryLock take(Connection connection, MigrationOptions options) throws SQLException {
		var fence = fence(connection, options);
		try {
			var lock = new HistoryLock(connection, fence);
			lock.takeRow(options.owner());
			return lock;
		}
		catch (SQLException | RuntimeException ex) {
			fence.close();
			throw ex;
		}
	}

	private static Fence fence(Connection connection, MigrationOptions options) {
		try {
			return Fence.take(connection, KEY, options.patience());
		}
		catch (Rejected ex) {
			throw new TargetLocked("%s; wait until it is through, or end that session".formatted(ex.reason()));
		}
	}

	private void takeRow(String owner) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute("""
					create table if not exists databasechangeloglock (id integer not null, locked boolean not null,
						lockgranted timestamp without time zone, lockedby varchar(255),
						constraint databasechangeloglock_pkey primary key (id));
					insert into databasechangeloglock (id, locked) values (1, false) on conflict do nothing""");
		}
		try (var take = this.connection.prepareStatement("""
				update databasechangeloglock set locked = true, lockgranted = localtimestamp, lockedby = left(?, 255)
				where id = 1 and (not locked or lockedby like 'backout:%')""")) {
			take.setString(1, "backout:" + owner);
			if (take.executeUpdate() == 0) {
				throw new TargetLocked(
						"Liquibase's lock is held by %s. If that run is known to be dead, release it with 'liquibase release-locks'; Backout never forces it"
							.formatted(holder()));
			}
		}
	}

	private String holder() throws SQLException {
		try (var statement = this.connection.createStatement();
				var rows = statement
					.executeQuery("select lockedby, lockgranted from databasechangeloglock where id = 1")) {
			return rows.next() ? "%s since %s".formatted(rows.getString(1), rows.getString(2)) : "somebody";
		}
	}

	/** In auto-commit. */
	@Override
	public void close() throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute("""
					update databasechangeloglock set locked = false, lockgranted = null, lockedby = null
					where id = 1 and lockedby like 'backout:%'""");
		}
		finally {
			this.fence.close();
		}
	}

}
