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

/**
 * Step {@code backup.choose}: says what a restore will do, so that it can be approved.
 */
@Component
class ChooseStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.choose", "Choose a backup",
			"Finds the backup to restore, estimates how long it takes, and seals backup and target for an approval",
			List.of(Field.required("target", "Name of the target"),
					Field.optional("backupId", "Name of the backup; without it the newest that was verified")),
			List.of(Field.required("backupId", "Name of the backup"),
					Field.required("planDigest",
							"Digest of exactly this backup taking the place of exactly this target"),
					Field.required("restoreSummary", "What it will do and take, in a sentence"),
					Field.required("restoreSeconds", "How long restoring should take"),
					Field.required("downtimeSeconds", "How long nobody should be able to connect")),
			List.of(new Refusal("not-restorable", "There is no such backup, or it is another target's")), false);

	private final Restores restores;

	ChooseStep(Restores restores) {
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			var choice = this.restores.choose(step.optional("backupId").orElse(""), step.required("target"),
					step.runId());
			return new StepOutcome.Done(choice.summary(),
					Map.of("backupId", choice.backup(), "planDigest", choice.digest(), "restoreSummary",
							choice.summary(), "restoreSeconds", StepRefusal.seconds(choice.restore().expected()),
							"downtimeSeconds", StepRefusal.seconds(choice.downtime())));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, Map.of("backup.not-restorable", "not-restorable", "backup.unknown",
					"not-restorable", "backup.partial", "not-restorable"));
		}
	}

}
