package dev.backout.cli;

import java.io.PrintStream;

/** One line that is written over, on a terminal; nothing elsewhere. */
final class CheckProgress implements AutoCloseable {

	private final PrintStream out;

	private final boolean terminal = System.console() != null;

	CheckProgress(PrintStream out) {
		this.out = out;
	}

	void at(int done, int total) {
		if (this.terminal) {
			this.out.printf("\r%d of %d checks ", done, total);
			this.out.flush();
		}
	}

	@Override
	public void close() {
		if (this.terminal) {
			this.out.print("\r" + " ".repeat(40) + "\r");
			this.out.flush();
		}
	}

}
