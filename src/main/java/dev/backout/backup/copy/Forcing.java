package dev.backout.backup.copy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Forces finished files to disk beside those that are still written. */
final class Forcing implements AutoCloseable {

	private final ExecutorService executor = Executors.newSingleThreadExecutor((task) -> {
		var thread = new Thread(task, "backup-force");
		thread.setDaemon(true);
		return thread;
	});

	private final List<Future<?>> files = new ArrayList<>();

	/** Forces and closes it. */
	synchronized void add(PackedFile file) {
		this.files.add(this.executor.submit(() -> {
			try (file) {
				file.force();
			}
			return null;
		}));
	}

	/** Returns when all are on disk. */
	synchronized void await() throws IOException, InterruptedException {
		for (var file : this.files) {
			try {
				file.get();
			}
			catch (ExecutionException ex) {
				if (ex.getCause() instanceof IOException cause) {
					throw cause;
				}
				throw new IllegalStateException(ex.getCause());
			}
		}
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

}
