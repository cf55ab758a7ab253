package dev.backout.backup.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * A queue of jobs for a few workers, each with a connection of its own. The first failure
 * ends all, and so does the caller's watch: who waits for the server then is torn loose.
 */
public final class Work<J> {

	private static final long POLL_MILLIS = 100;

	private final ConcurrentLinkedQueue<J> queue;

	/** What went wrong first; once set, all should end. */
	private final AtomicReference<@Nullable Throwable> end = new AtomicReference<>();

	private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

	public Work(Collection<? extends J> jobs) {
		this.queue = new ConcurrentLinkedQueue<>(jobs);
	}

	/** The next job, or {@code null} when there is none or all should end. */
	public @Nullable J next() {
		return (this.end.get() != null) ? null : this.queue.poll();
	}

	/** For long jobs, between pieces. */
	public void checkpoint() {
		if (this.end.get() != null) {
			throw new CancellationException("Stopped");
		}
	}

	/** A worker's connection, which is cut when all should end. */
	public <C extends Connection> C watched(C connection) {
		this.connections.add(connection);
		if (this.end.get() != null) {
			cut(connection);
		}
		return connection;
	}

	/**
	 * Leaves a worker's connection in the middle of a copy. It is cut, not asked to
	 * cancel: whoever ends all cuts it at any moment, and the driver never comes back
	 * from cancelling a copy on a connection that is gone.
	 * @return whether it is a worker's; else its owner has to cancel
	 */
	public boolean leave(Connection connection) {
		var ours = this.connections.contains(connection);
		if (ours) {
			cut(connection);
		}
		return ours;
	}

	/** Runs the workers and calls {@code watch} now and then until they are through. */
	public void run(int workers, Worker worker, Runnable watch) throws Exception {
		var executor = Executors.newFixedThreadPool(workers, (task) -> {
			var thread = new Thread(task, "backup-worker");
			thread.setDaemon(true);
			return thread;
		});
		try {
			var futures = new ArrayList<Future<?>>();
			for (int i = 0; i < workers; i++) {
				futures.add(executor.submit(() -> guarded(worker)));
			}
			for (var future : futures) {
				await(future, watch);
			}
		}
		catch (InterruptedException | RuntimeException ex) {
			stop(ex);
		}
		finally {
			settle(executor);
		}
		var first = this.end.get();
		if (first instanceof Exception ex) {
			throw ex;
		}
		if (first instanceof Error error) {
			throw error;
		}
	}

	private void guarded(Worker worker) {
		try {
			worker.work();
		}
		catch (Throwable ex) {
			stop(ex);
		}
	}

	private void stop(Throwable why) {
		if (this.end.compareAndSet(null, why)) {
			this.connections.forEach(Work::cut);
		}
	}

	private static void cut(Connection connection) {
		try {
			connection.abort(Runnable::run);
		}
		catch (SQLException ex) {
			// It is gone already.
		}
	}

	/** Nothing may go on in the background after this. */
	private static void settle(ExecutorService executor) {
		executor.shutdown();
		var interrupted = false;
		while (true) {
			try {
				if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
					break;
				}
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static void await(Future<?> future, Runnable watch) throws InterruptedException {
		while (true) {
			try {
				future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
				return;
			}
			catch (TimeoutException ex) {
				watch.run();
			}
			catch (java.util.concurrent.ExecutionException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	/** What each worker does: open a connection, take jobs until there are none. */
	public interface Worker {

		void work() throws Exception;

	}

}
