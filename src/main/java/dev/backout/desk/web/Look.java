package dev.backout.desk.web;

import dev.backout.check.Outcome;
import dev.backout.check.SuiteRun;
import dev.backout.run.RunState;
import dev.backout.run.RunStep;

/**
 * How a state looks: never by colour alone.
 *
 * @param css what the style sheets and the diagram call it
 * @param glyph a shape of its own
 * @param word the one word for it on every page
 */
public record Look(String css, String glyph, String word) {

	static final Look DONE = new Look("done", "✓", "Done");

	static final Look RUNNING = new Look("running", "▶", "Running");

	static final Look WAITING = new Look("waiting", "?", "Waiting");

	static final Look NEEDS_YOU = new Look("waiting", "?", "Needs you");

	static final Look STUCK = new Look("incident", "!", "Stuck");

	static final Look ABORTED = new Look("refused", "✕", "Aborted");

	private static final Look HELD = new Look("done", "✓", "Holds");

	private static final Look BELOW = new Look("incident", "!", "Below minimum");

	static Look of(Outcome outcome) {
		return switch (outcome) {
			case PASS -> HELD;
			case FAIL -> BELOW;
			case INCONCLUSIVE -> new Look("waiting", "?", "Inconclusive");
			case ERROR -> new Look("refused", "✕", "Not answered");
		};
	}

	static Look of(SuiteRun run) {
		return switch (run.state()) {
			case RUNNING -> RUNNING;
			case FINISHED -> run.below().isEmpty() ? HELD : BELOW;
			case CANCELLED -> new Look("skipped", "–", "Cancelled");
			case CUT_SHORT -> new Look("incident", "!", "Cut short");
		};
	}

	static Look of(RunState state) {
		return switch (state) {
			case RUNNING -> RUNNING;
			case WAITING -> WAITING;
			case STUCK -> STUCK;
			case DONE -> DONE;
			case ABORTED -> ABORTED;
		};
	}

	static Look of(RunStep.State state) {
		return switch (state) {
			case AHEAD -> new Look("next", "·", "Next");
			case RUNNING -> RUNNING;
			case WAITING -> WAITING;
			case RETRYING -> new Look("running", "↻", "Retrying");
			case FAILED -> STUCK;
			case DONE -> DONE;
			case REFUSED -> new Look("refused", "✕", "Refused");
			case SKIPPED -> new Look("skipped", "–", "Skipped");
			case CANCELLED -> new Look("skipped", "–", "Cancelled");
		};
	}

}
