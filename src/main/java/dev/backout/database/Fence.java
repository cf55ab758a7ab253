package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import dev.backout.kernel.Rejected;

/**
 * A session advisory lock in a target, held on the very connection that does the work: as
 * long as that backend lives, no second node works beside it, whatever became of us.
 * <p>
 * Ends with {@link #close()} or with the connection.
 */
public final class Fence implements AutoCloseable {

	/** First half of the lock's key, so that people find ours in {@code pg_locks}. */
	private static final int CLASS = 0x0BAC0;

	private static final long POLL_MILLIS = 200;

	private final Connection connection;

	private final String key;

	private Fence(Connection connection, String key) {
		this.connection = connection;
		this.key = key;
	}

	/**
	 * Takes the fence.
	 * @param connection in auto-commit or not; does the fenced work afterwards
	 * @param key what is guarded, for example {@code databasechangelog}
	 * @param patience how long to wait for another holder
	 * @throws Rejected {@code target.fenced}, naming the holder
	 */
	public static Fence take(Connection connection, String key, Duration patience) {
		var until = System.nanoTime() + patience.toNanos();
		while (true) {
			var fence = tryTake(connection, key);
			if (fence.isPresent()) {
				return fence.get();
			}
			if (System.nanoTime() >= until) {
				throw new Rejected("target.fenced", "'%s' is being worked on by %s".formatted(key,
						holder(connection, key).orElse("a session that ended just now; try again")));
			}
			pause();
		}
	}

	/** Takes the fence if nobody holds it. */
	public static Optional<Fence> tryTake(Connection connection, String key) {
		return ask(connection, "select pg_catalog.pg_try_advisory_lock(%d, pg_catalog.hashtext(?))".formatted(CLASS),
				key)
			.filter("t"::equals)
			.map((got) -> new Fence(connection, key));
	}

	/** Who holds it, as one phrase, if anybody does. */
	public static Optional<String> holder(Connection connection, String key) {
		return ask(connection,
				"""
						select pg_catalog.format('%%s (process %%s since %%s, %%s)', coalesce(nullif(a.application_name, ''), '?'), a.pid,
								pg_catalog.to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'), a.state)
						from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
						where l.locktype = 'advisory' and l.granted and l.classid = %d::oid and l.objsubid = 2
						and l.objid = (pg_catalog.hashtext(?)::bigint & 4294967295)::oid
						and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
						limit 1"""
					.formatted(CLASS),
				key);
	}

	private static Optional<String> ask(Connection connection, String sql, String key) {
		try (var statement = connection.prepareStatement(sql)) {
			statement.setString(1, key);
			try (var rows = statement.executeQuery()) {
				return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The fence '%s' cannot be asked for".formatted(key), ex);
		}
	}

	private static void pause() {
		try {
			Thread.sleep(POLL_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for a fence", ex);
		}
	}

	/** Lets go; nothing happens if the connection is gone already. */
	@Override
	public void close() {
		try {
			if (!this.connection.isClosed()) {
				ask(this.connection,
						"select pg_catalog.pg_advisory_unlock(%d, pg_catalog.hashtext(?))".formatted(CLASS), this.key);
			}
		}
		catch (SQLException | IllegalStateException ex) {
			// The session is broken, and its locks go with it.
		}
	}

}
