package dev.backout.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Ends other people's sessions in a database: idle ones at once, those in a transaction
 * when they are through or patience is out. Only sessions that began before the drain
 * count; whoever logs in later got the new settings.
 */
final class Drain {

	private static final long POLL_MILLIS = 50;

	/** How long a backend may take to die. */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private static final String OTHERS = """
			from pg_catalog.pg_stat_activity
			where datname = current_database() and pid <> pg_catalog.pg_backend_pid() and backend_type = 'client backend'
			and not (application_name like 'backout%' and usename = current_user) and backend_start < ?""";

	private final Connection connection;

	Drain(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Ends them.
	 * @return how many there were, or nothing when some cannot be ended
	 */
	Optional<Integer> end(Duration patience) throws SQLException {
		var before = now();
		var seen = new HashSet<Integer>();
		var started = System.nanoTime();
		while (true) {
			var left = sessions(before);
			if (left.isEmpty()) {
				return Optional.of(seen.size());
			}
			seen.addAll(left);
			var waited = Duration.ofNanos(System.nanoTime() - started);
			if (waited.compareTo(patience.plus(GRACE)) > 0) {
				return Optional.empty();
			}
			terminate(before, waited.compareTo(patience) >= 0);
			pause();
		}
	}

	private Timestamp now() throws SQLException {
		try (var statement = this.connection.createStatement();
				var rows = statement.executeQuery("select clock_timestamp()")) {
			rows.next();
			return rows.getTimestamp(1);
		}
	}

	private Set<Integer> sessions(Timestamp before) throws SQLException {
		var pids = new HashSet<Integer>();
		try (var find = this.connection.prepareStatement("select pid " + OTHERS)) {
			find.setTimestamp(1, before);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					pids.add(rows.getInt(1));
				}
			}
		}
		return pids;
	}

	private void terminate(Timestamp before, boolean evenInTransaction) throws SQLException {
		try (var end = this.connection.prepareStatement("select pg_catalog.pg_terminate_backend(pid) " + OTHERS
				+ " and (? or xact_start is null and state = 'idle')")) {
			end.setTimestamp(1, before);
			end.setBoolean(2, evenInTransaction);
			end.executeQuery().close();
		}
		catch (SQLException ex) {
			if (!"42501".equals(ex.getSQLState())) {
				throw ex;
			}
			// Not ours to end: they may leave by themselves until patience is out.
		}
	}

	private static void pause() {
		try {
			Thread.sleep(POLL_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while sessions were drained", ex);
		}
	}

}
