package dev.backout.check;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.backout.database.ReadOnlyQuery;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Ends what a check does once its time is up, or once nobody wants it any more: its
 * queries are cancelled, and a server that does not even answer that loses the session.
 */
final class Leash implements AutoCloseable, ReadOnlyQuery.Holder {

	/** For timers of this module; what blocks is done elsewhere. */
	static final ScheduledExecutorService CLOCK = clock();

	private static final Duration GRACE = Duration.ofSeconds(3);

	private final List<Connection> sessions = new ArrayList<>();

	private final Thread worker = Thread.currentThread();

	private final ScheduledFuture<?> timer;

	private @Nullable Cut cut;

	private boolean closed;

	private Leash(Duration time) {
		this.timer = CLOCK.schedule(() -> cut(Cut.TIME), time.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** Why it was cut. */
	enum Cut {

		TIME, CANCELLED

	}

	/** Around the work of the calling thread, for so long. */
	static Leash of(Duration time) {
		return new Leash(time);
	}

	/** A session that goes with it from now on, until it is let go. */
	@Override
	public synchronized void hold(Connection session) {
		this.sessions.add(session);
		if (this.cut != null) {
			interrupt(session);
		}
	}

	@Override
	public synchronized void release(Connection session) {
		this.sessions.remove(session);
	}

	synchronized void cut(Cut why) {
		if (this.closed || this.cut != null) {
			return;
		}
		this.cut = why;
		this.worker.interrupt();
		this.sessions.forEach(Leash::interrupt);
		CLOCK.schedule(this::abort, GRACE.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Why the work ended early, if it did. */
	synchronized @Nullable Cut why() {
		return this.cut;
	}

	/** Asking the server opens a connection of its own, which may hang as well. */
	private static void interrupt(Connection session) {
		background(() -> {
			try {
				session.unwrap(PGConnection.class).cancelQuery();
			}
			catch (SQLException ex) {
				// It has ended already, or the session is aborted next.
			}
		});
	}

	private synchronized void abort() {
		for (var session : this.sessions) {
			background(() -> {
				try {
					session.abort(Runnable::run);
				}
				catch (SQLException ex) {
					// Then it is gone.
				}
			});
		}
	}

	private static void background(Runnable work) {
		var thread = new Thread(work, "check-end");
		thread.setDaemon(true);
		thread.start();
	}

	/** A late interrupt must not hit the next check. */
	@Override
	public synchronized void close() {
		this.closed = true;
		this.timer.cancel(false);
		if (this.cut != null) {
			Thread.interrupted();
		}
	}

	private static ScheduledExecutorService clock() {
		var clock = new ScheduledThreadPoolExecutor(1, (work) -> {
			var thread = new Thread(work, "check-clock");
			thread.setDaemon(true);
			return thread;
		});
		clock.setRemoveOnCancelPolicy(true);
		return clock;
	}

}
