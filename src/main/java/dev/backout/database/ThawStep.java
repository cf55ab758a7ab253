package dev.backout.database;

import java.util.List;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/** Step {@code target.thaw}. */
@Component
class ThawStep implements StepHandler {

	private final Targets targets;

	private final Freezes freezes;

	ThawStep(Targets targets, Freezes freezes) {
		this.targets = targets;
		this.freezes = freezes;
	}

	@Override
	public StepType type() {
		return new StepType("target.thaw", "Thaw a target",
				"Undoes a freeze: new sessions can write as before, sessions from meanwhile are ended",
				List.of(Field.required("target", "Name of the target"), FreezeStep.PATIENCE), List.of(), List.of(),
				false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var target = this.targets.named(step.required("target"));
		var thawed = this.freezes.thaw(target, FreezeStep.patience(step));
		return new StepOutcome.Done(
				thawed ? "%s can be written again".formatted(target.name()) : target.name() + " was not frozen");
	}

}
