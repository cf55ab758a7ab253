package dev.backout.backup;

import java.util.List;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/** Step {@code backup.discard}. */
@Component
class DiscardStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.discard", "Clear up after a restore",
			"Drops what this run restored beside the target unless it took the place, and lets people in again",
			List.of(Field.required("target", "Name of the target")), List.of(), List.of(), false);

	private final Restores restores;

	DiscardStep(Restores restores) {
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		return new StepOutcome.Done(this.restores.discard(step.required("target"), step.runId()));
	}

}
