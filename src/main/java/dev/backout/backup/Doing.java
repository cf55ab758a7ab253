package dev.backout.backup;

import java.util.concurrent.CancellationException;

/** Work on databases and files whose failure says what was being done. */
final class Doing {

	private Doing() {
	}

	static <T> T the(String what, Work<T> work) {
		try {
			return work.run();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			var cancelled = new CancellationException(what + " was interrupted");
			cancelled.initCause(ex);
			throw cancelled;
		}
		catch (Exception ex) {
			throw new IllegalStateException("%s failed: %s".formatted(what, ex.getMessage()), ex);
		}
	}

	/** What is done. */
	interface Work<T> {

		T run() throws Exception;

	}

}
