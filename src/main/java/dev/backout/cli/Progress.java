package dev.backout.cli;

import java.io.PrintStream;
import java.util.function.Consumer;

import dev.backout.migration.ProofProgress;

/** One line that is written over, on a terminal; nothing elsewhere. */
final class Progress implements Consumer<ProofProgress>, AutoCloseable {

	private static final int WIDTH = 78;

	private final PrintStream out;

	private final boolean terminal = System.console() != null;

	private final long start = System.nanoTime();

	private boolean shown;

	Progress(PrintStream out) {
		this.out = out;
	}

	@Override
	public void accept(ProofProgress progress) {
		if (!this.terminal) {
			return;
		}
		var elapsed = (System.nanoTime() - this.start) / 1_000_000_000L;
		var left = (progress.done() == 0) ? ""
				: ", about %d s left".formatted(elapsed * (progress.total() - progress.done()) / progress.done());
		var text = "%d/%d  %d s%s  %s".formatted(progress.done(), progress.total(), elapsed, left,
				progress.changeset().id());
		this.out.print(
				"\r" + (text.length() > WIDTH ? text.substring(0, WIDTH) : text + " ".repeat(WIDTH - text.length())));
		this.out.flush();
		this.shown = true;
	}

	@Override
	public void close() {
		if (this.shown) {
			this.out.print("\r" + " ".repeat(WIDTH) + "\r");
			this.out.flush();
			this.shown = false;
		}
	}

}
