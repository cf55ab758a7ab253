package dev.backout.migration;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A statement that ends in the middle when its step is cancelled, or was taken over by
 * another node: the server is asked to give up, and undoes what it did.
 */
final class Cancellable {

	private static final long PERIOD_MILLIS = 500;

	private static final ScheduledExecutorService WATCH = Executors.newScheduledThreadPool(2, (work) -> {
		var thread = new Thread(work, "backout-cancel");
		thread.setDaemon(true);
		return thread;
	});

	private Cancellable() {
	}

	static void execute(Statement statement, String sql, MigrationListener listener) throws SQLException {
		if (listener == MigrationListener.NONE) {
			statement.execute(sql);
			return;
		}
		var asked = new AtomicReference<CancellationException>();
		var watch = WATCH.scheduleWithFixedDelay(() -> cancelIfAsked(statement, listener, asked), PERIOD_MILLIS,
				PERIOD_MILLIS, TimeUnit.MILLISECONDS);
		try {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			var cancelled = asked.get();
			if (cancelled != null) {
				cancelled.addSuppressed(ex);
				throw cancelled;
			}
			throw ex;
		}
		finally {
			watch.cancel(false);
		}
	}

	private static void cancelIfAsked(Statement statement, MigrationListener listener,
			AtomicReference<CancellationException> asked) {
		try {
			listener.checkpoint();
		}
		catch (CancellationException ex) {
			asked.compareAndSet(null, ex);
			try {
				statement.cancel();
			}
			catch (SQLException broken) {
				// It ended by itself, or its connection did.
			}
		}
	}

}
