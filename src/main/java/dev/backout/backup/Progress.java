package dev.backout.backup;

import dev.backout.step.StepContext;

/** Where long work tells how far it is, and learns that it should stop. */
public interface Progress {

	/** Nobody looks, nobody stops it. */
	Progress NONE = (done, total, unit) -> {
	};

	/** To be called often; see {@link StepContext#progress}. */
	void at(long done, long total, String unit);

	/** Throws {@link java.util.concurrent.CancellationException} when told to stop. */
	default void checkpoint() {
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
