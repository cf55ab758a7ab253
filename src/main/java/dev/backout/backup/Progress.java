package dev.backout.backup;

import java.time.Duration;

import dev.backout.step.StepContext;

/** Where long work tells how far it is, and learns that it should stop. */
public interface Progress {

	Duration PATIENCE = Duration.ofSeconds(30);

	/** Nobody looks, nobody stops it. */
	Progress NONE = (done, total, unit) -> {
	};

	/** To be called often; see {@link StepContext#progress}. */
	void at(long done, long total, String unit);

	/** Throws {@link java.util.concurrent.CancellationException} when told to stop. */
	default void checkpoint() {
	}

	/** How long it may wait for a table that somebody else holds. */
	default Duration patience() {
		return PATIENCE;
	}

	/** That of a step. */
	static Progress of(StepContext step) {
		return new Progress() {

			@Override
			public void at(long done, long total, String unit) {
				step.progress(done, total, unit);
			}

			@Override
			public void checkpoint() {
				step.checkpoint();
			}

		};
	}

}
