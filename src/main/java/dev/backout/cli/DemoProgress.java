package dev.backout.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.backout.run.RunStep;
import dev.backout.run.RunStep.State;
import org.jspecify.annotations.Nullable;

/** Shows a run in the terminal: a line for each step when it ends, one that moves now. */
class DemoProgress {

	private static final int WIDTH = 100;

	private final PrintStream out;

	/** A file or a pipe gets whole lines only. */
	private final boolean moving = System.console() != null;

	private final Map<String, Shown> shown = new HashMap<>();

	private String last = "";

	DemoProgress(PrintStream out) {
		this.out = out;
	}

	void show(List<RunStep> steps, Instant now) {
		for (var step : steps) {
			var is = new Shown(step.state(), step.endedAt());
			if (is.equals(this.shown.put(step.stepId(), is))) {
				continue;
			}
			if (ended(step.state())) {
				line("  %-9s %s".formatted(word(step.state()), described(step, now)));
			}
			else if (step.state() == State.RUNNING && !this.moving) {
				line("  %-9s %s".formatted("begins", step.name()));
			}
		}
		steps.stream().filter((step) -> step.state() == State.RUNNING).findFirst().ifPresent((step) -> move(step, now));
	}

	/**
	 * What was said of a step last. When it began is no part of it: that is first the
	 * time at which the run came to it, and then the one at which a node took it up.
	 */
	private record Shown(State state, @Nullable Instant endedAt) {
	}

	/** A whole line. */
	void line(String text) {
		if (this.moving && !this.last.isEmpty()) {
			this.out.print("\r" + " ".repeat(WIDTH) + "\r");
			this.last = "";
		}
		this.out.println(text);
	}

	private void move(RunStep step, Instant now) {
		if (this.moving) {
			var text = "  %-9s %s".formatted("working", described(step, now));
			this.out.print("\r" + text.substring(0, Math.min(WIDTH, text.length()))
					+ " ".repeat(Math.max(0, WIDTH - text.length())));
			this.out.flush();
			this.last = text;
		}
	}

	private static String described(RunStep step, Instant now) {
		return "%-28s %8s of %-8s%s%s".formatted(step.name(), seconds(step.elapsed(now)),
				(step.expected() != null) ? seconds(step.expected()) : "unknown",
				ended(step.state()) ? "" : progress(step.progress()),
				(step.summary() != null) ? " " + step.summary() : "");
	}

	private static String progress(RunStep.@Nullable Progress progress) {
		return (progress == null || progress.total() == 0) ? ""
				: " %,d/%,d %s".formatted(progress.done(), progress.total(), progress.unit());
	}

	private static boolean ended(State state) {
		return switch (state) {
			case DONE, REFUSED, FAILED, SKIPPED, CANCELLED, RETRYING -> true;
			default -> false;
		};
	}

	private static String word(State state) {
		return state.name().toLowerCase(java.util.Locale.ROOT);
	}

	static String seconds(@Nullable Duration time) {
		return (time == null) ? "?" : "%.1f s".formatted(time.toMillis() / 1000.0);
	}

}
