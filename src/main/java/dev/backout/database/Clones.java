package dev.backout.database;

import java.time.Instant;
import java.util.Optional;

/** Throw-away copies of targets, made from what is known to be good. */
public interface Clones {

	/**
	 * A copy of the target as its newest backup has it that was restored and found equal;
	 * nothing while there is none.
	 * @param progress called often while it is made; may throw
	 * {@link java.util.concurrent.CancellationException}
	 */
	Optional<Clone> newest(String target, Runnable progress);

	/**
	 * A copy beside its target. Closing it drops it; should the process be killed, the
	 * next start does.
	 *
	 * @param scratch the database
	 * @param backup id of the backup that it was made from
	 * @param takenAt the instant that its rows are of
	 */
	record Clone(ScratchDatabases.Scratch scratch, String backup, Instant takenAt) implements AutoCloseable {

		public Target target() {
			return this.scratch.target();
		}

		@Override
		public void close() {
			this.scratch.close();
		}

	}

}
