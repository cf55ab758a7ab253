package dev.backout.backup.copy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A queue of jobs for a few workers, each with a connection of its own. The first failure
 * ends all; so does the caller's checkpoint.
 */
final class Work<J> {

	private static final long POLL_MILLIS = 100;

	private final ConcurrentLinkedQueue<J> queue;

	private final AtomicBoolean stopped = new AtomicBoolean();

	Work(Collection<J> jobs) {
		this.queue = new ConcurrentLinkedQueue<>(new ArrayDeque<>(jobs));
	}

	/** The next job, or {@code null} when there is none or all should end. */
	@org.jspecify.annotations.Nullable
	J next() {
		return this.stopped.get() ? null : this.queue.poll();
	}

	/** For long jobs, between pieces. */
	void checkpoint() {
		if (this.stopped.get()) {
			throw new CancellationException("Stopped");
		}
	}

	/** Runs the workers and calls {@code watch} now and then until they are through. */
	void run(int workers, Worker worker, Runnable watch) throws Exception {
		var executor = Executors.newFixedThreadPool(workers, (task) -> {
			var thread = new Thread(task, "backup-worker");
			thread.setDaemon(true);
			return thread;
		});
		try {
			var futures = new ArrayList<Future<?>>();
			for (int i = 0; i < workers; i++) {
				futures.add(executor.submit(() -> {
					worker.work();
					return null;
				}));
			}
			for (var future : futures) {
				await(future, watch);
			}
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw ex;
		}
		finally {
			this.stopped.set(true);
			executor.shutdown();
			executor.awaitTermination(30, TimeUnit.SECONDS);
		}
	}

	private static void await(Future<?> future, Runnable watch) throws ExecutionException, InterruptedException {
		while (true) {
			try {
				future.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
				return;
			}
			catch (TimeoutException ex) {
				watch.run();
			}
		}
	}

	/** What each worker does: open a connection, take jobs until there are none. */
	interface Worker {

		void work() throws Exception;

	}

}
