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

/** Step {@code backup.retire}. */
@Component
class RetireBackupStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.retire", "Retire backups",
			"Deletes what the schedule lets go and whose time is over, and makes what it keeps stay; or one backup by name",
			List.of(Field.required("target", "Name of the target"),
					Field.required("owner", "Who answers for it; the ledger says so"),
					Field.optional("only", "Name of a backup: this one, whatever the schedule says")),
			List.of(Field.required("retired", "How many were deleted")),
			List.of(new Refusal("retained", "It is held, its time is not over, or the time is in doubt")), false);

	private final Keeping keeping;

	RetireBackupStep(Keeping keeping) {
		this.keeping = keeping;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var owner = step.required("owner");
		try {
			var only = step.optional("only");
			if (only.isPresent()) {
				this.keeping.retire(only.get(), owner, step.runId());
				return new StepOutcome.Done("%s was deleted".formatted(only.get()), Map.of("retired", "1"));
			}
			var retired = this.keeping.retireDue(step.required("target"), owner, step.runId());
			return new StepOutcome.Done(retired.isEmpty() ? "None is to go" : "Deleted: " + String.join(", ", retired),
					Map.of("retired", String.valueOf(retired.size())));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, Map.of("backup.held", "retained", "backup.retained", "retained", "backup.clock",
					"retained", "backup.store", "retained"));
		}
	}

}
