package dev.backout.backup;

import java.util.List;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/**
 * Step {@code backup.release}. It can only drop what this run's own exchange, which was
 * approved, has put aside.
 */
@Component
class ReleaseStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.release", "Release the former database",
			"Drops for good the database that this run replaced; only after its owner has said so",
			List.of(Field.required("target", "Name of the target"),
					Field.optional("owner", "Who released it, for the ledger")),
			List.of(), List.of(), false);

	private final Restores restores;

	ReleaseStep(Restores restores) {
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		return new StepOutcome.Done(this.restores.release(step.required("target"), "", step.runId(),
				step.optional("owner").orElse("system")));
	}

}
