package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import dev.backout.database.Target;
import dev.backout.kernel.Rejected;

/**
 * Progress of a backup that stands in nobody's way: it waits for no table, and ends as
 * soon as another session waits for one that a backup reads.
 */
final class GivingWay implements Progress, AutoCloseable {

	private static final long LOOK_EVERY_NANOS = Duration.ofMillis(500).toNanos();

	private static final String WAITING = """
			select coalesce(nullif(w.application_name, ''), w.usename::text) from pg_catalog.pg_stat_activity w
			where w.datname = current_database() and w.wait_event_type = 'Lock' and exists (
				select from pg_catalog.pg_stat_activity b where b.pid = any (pg_catalog.pg_blocking_pids(w.pid))
				and b.application_name like 'backout/backup%' and b.usename = current_user)
			limit 1""";

	private final Target target;

	private final Connection connection;

	private final Progress progress;

	private long looked = System.nanoTime();

	GivingWay(Target target, Progress progress) {
		this.target = target;
		this.connection = target.open("watch");
		this.progress = progress;
	}

	@Override
	public void at(long done, long total, String unit) {
		this.progress.at(done, total, unit);
	}

	@Override
	public Duration patience() {
		return Duration.ofSeconds(1);
	}

	/**
	 * As {@link Progress#checkpoint}.
	 * @throws Rejected {@code backup.locked} when somebody waits
	 */
	@Override
	public synchronized void checkpoint() {
		this.progress.checkpoint();
		if (System.nanoTime() - this.looked >= LOOK_EVERY_NANOS) {
			look();
			this.looked = System.nanoTime();
		}
	}

	private void look() {
		try (var statement = this.connection.createStatement(); var rows = statement.executeQuery(WAITING)) {
			if (rows.next()) {
				throw new Rejected("backup.locked", "'%s' waits for a table of '%s' that the backup reads: it gives way"
					.formatted(rows.getString(1), this.target.name()));
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(
					"Whether somebody waits for '%s' cannot be seen".formatted(this.target.name()), ex);
		}
	}

	@Override
	public void close() {
		try {
			this.connection.close();
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The watch over '%s' did not end".formatted(this.target.name()), ex);
		}
	}

}
