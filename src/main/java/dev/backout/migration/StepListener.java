package dev.backout.migration;

import dev.backout.step.StepContext;

/** Tells a step how far its changesets are. */
record StepListener(StepContext step) implements MigrationListener {

	@Override
	public void progress(int done, int total) {
		this.step.progress(done, total, "changesets");
	}

	@Override
	public void checkpoint() {
		this.step.checkpoint();
	}

}
