package dev.backout.backup.copy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How many bytes a second may be read from the database, all workers together. */
public final class Pace {

	/** As fast as it goes. */
	public static final Pace UNLIMITED = new Pace(0);

	private static final long NAP = TimeUnit.MILLISECONDS.toNanos(50);

	private final long bytesPerSecond;

	/** When the bytes so far have been paid for; of {@link System#nanoTime()}. */
	private long due = System.nanoTime();

	private Pace(long bytesPerSecond) {
		this.bytesPerSecond = bytesPerSecond;
	}

	/** So many; 0 for no limit. */
	public static Pace of(long bytesPerSecond) {
		return (bytesPerSecond > 0) ? new Pace(bytesPerSecond) : UNLIMITED;
	}

	/** Waits until these bytes are due; asks between naps whether it should go on. */
	void take(long bytes, Runnable checkpoint) {
		if (this.bytesPerSecond == 0) {
			return;
		}
		long until = charge(bytes);
		for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
			checkpoint.run();
			LockSupport.parkNanos(Math.min(left, NAP));
		}
	}

	private synchronized long charge(long bytes) {
		this.due = Math.max(this.due, System.nanoTime())
				+ (long) (bytes * (TimeUnit.SECONDS.toNanos(1) / (double) this.bytesPerSecond));
		return this.due;
	}

}
