package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code backup.after-check}. */
@Component
class AfterCheckStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.after-check", "Check a restored target",
			"Looks at what a comparison of rows cannot see: sequences, owner, grants, settings, extensions, statistics, invalid indexes, Liquibase's lock",
			List.of(Field.required("target", "Name of the target")),
			List.of(Field.required("afterCheck", "What is worth knowing, in a sentence")),
			List.of(new Refusal("below-minimum", "Something is not in order")), false);

	private final Restores restores;

	AfterCheckStep(Restores restores) {
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var check = this.restores.check(step.required("target"), step.runId());
		if (!check.held()) {
			return new StepOutcome.Refused("below-minimum", String.join("; ", check.findings()));
		}
		var notes = check.notes().isEmpty() ? "All in order"
				: "All in order; as in the backup: " + String.join("; ", check.notes());
		return new StepOutcome.Done(notes, Map.of("afterCheck", notes));
	}

}
