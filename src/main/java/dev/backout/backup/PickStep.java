package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;

import org.springframework.stereotype.Component;

/** Step {@code backup.pick}. */
@Component
class PickStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.pick", "Pick a backup for a drill",
			"Gives a backup at random of each target, one after the other",
			List.of(Field.optional("only", "Name of a backup: it alone is picked")),
			List.of(Field.required("due", "yes, or no when each target had its turn"),
					Field.optional("target", "Name of the target"), Field.optional("backupId", "Name of the backup")),
			List.of(), false);

	private final Keeping keeping;

	PickStep(Keeping keeping) {
		this.keeping = keeping;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		return step.optional("only")
			.map((only) -> this.keeping.drill(step.runId(), step.key(), only))
			.orElseGet(() -> this.keeping.drill(step.runId(), step.key()))
			.map((backup) -> new StepOutcome.Done("%s of %s".formatted(backup.id(), backup.takenAt()),
					Map.of("due", "yes", "target", backup.target(), "backupId", backup.id())))
			.orElseGet(() -> new StepOutcome.Done("Each target had its turn", Map.of("due", "no")));
	}

}
