package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.database.Freezes;
import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;

import org.springframework.stereotype.Component;

/** Step {@code backup.after-migration}. */
@Component
class AfterMigrationStep implements StepHandler {

	private static final Map<String, String> CODES = Map.of("backup.no-space", "no-space", "backup.cannot-rebuild",
			"cannot-rebuild", "backup.locked", "busy");

	private final Backups backups;

	private final Freezes freezes;

	AfterMigrationStep(Backups backups, Freezes freezes) {
		this.backups = backups;
		this.freezes = freezes;
	}

	@Override
	public StepType type() {
		return new StepType("backup.after-migration", "Back up what was migrated",
				"Takes a backup of the whole database that stands in nobody's way: it gives way to whoever waits for a table that it reads",
				List.of(Field.required("target", "Name of the target")),
				List.of(Field.required("backupId", "Name of the backup"), Field.required("rows", "Rows in it")),
				List.of(new Refusal("no-space", "The store has not enough room"),
						new Refusal("cannot-rebuild", "Something in the schema would not come back"), new Refusal(
								"busy", "Another run has frozen the target, or somebody needs its tables; try later")),
				false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var target = step.required("target");
		var freeze = this.freezes.find(target);
		if (freeze.isPresent()) {
			return new StepOutcome.Refused("busy",
					"Run %s has frozen '%s': the backup waits until it is done".formatted(freeze.get().run(), target));
		}
		try {
			var backup = this.backups.takeAside(target, step.key(), step.runId(), Progress.of(step));
			return new StepOutcome.Done(TakeStep.summary(backup),
					Map.of("backupId", backup.id(), "rows", String.valueOf(backup.rows())));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, CODES);
		}
	}

}
