package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code backup.copy}. */
@Component
class CopyStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.copy", "Copy a backup to the second store",
			"Copies a backup to another place, where that place keeps it from being deleted",
			List.of(Field.required("backupId", "Name of the backup")),
			List.of(Field.required("copiedTo", "Where it is now; empty where no second store is named")),
			List.of(new Refusal("not-copied", "The second store does not answer, or does not do what it must")), false);

	private final Keeping keeping;

	CopyStep(Keeping keeping) {
		this.keeping = keeping;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			return this.keeping.copy(step.required("backupId"), step.runId(), Progress.of(step))
				.map((copy) -> new StepOutcome.Done("Copied to %s, %s".formatted(copy.store(), copy.protection()),
						Map.of("copiedTo", copy.store())))
				.orElseGet(() -> new StepOutcome.Done("No second store is named", Map.of("copiedTo", "")));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, Map.of("backup.store", "not-copied", "backup.retained", "not-copied"));
		}
	}

}
