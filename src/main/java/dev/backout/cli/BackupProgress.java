package dev.backout.cli;

import java.io.PrintWriter;

import dev.backout.backup.Progress;

/**
 * How far a backup or a restore is, in one line that is written over; on a terminal only.
 */
final class BackupProgress implements Progress, AutoCloseable {

	private static final int WIDTH = 60;

	private static final long EVERY = 200_000_000;

	private final PrintWriter out;

	private final boolean terminal = System.console() != null;

	private final long start = System.nanoTime();

	private long shown;

	BackupProgress(PrintWriter out) {
		this.out = out;
	}

	@Override
	public synchronized void at(long done, long total, String unit) {
		var now = System.nanoTime();
		if (!this.terminal || (done < total && now - this.shown < EVERY)) {
			return;
		}
		this.shown = now;
		var seconds = (now - this.start) / 1_000_000_000L;
		var left = (done == 0 || total <= done) ? "" : ", about %d s left".formatted(seconds * (total - done) / done);
		this.out.print("\r%-60s".formatted("%,d of %,d %s, %d s%s".formatted(done, total, unit, seconds, left)));
		this.out.flush();
	}

	/** Before anything else is printed. */
	synchronized void clear() {
		if (this.shown != 0) {
			this.out.print("\r" + " ".repeat(WIDTH) + "\r");
			this.out.flush();
			this.shown = 0;
		}
	}

	@Override
	public void close() {
		clear();
	}

}
