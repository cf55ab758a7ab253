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

/** Step {@code backup.take}. */
@Component
class TakeStep implements StepHandler {

	private final Backups backups;

	TakeStep(Backups backups) {
		this.backups = backups;
	}

	@Override
	public StepType type() {
		return new StepType("backup.take", "Take a backup",
				"Copies a database from one consistent snapshot, with digests of what was seen in it",
				List.of(Field.required("target", "Name of the target"), Field.optional("tables",
						"Only these tables, schema.table parted by commas, as ${planTables} gives them, and those that their rows refer to; no other table is restored from it")),
				List.of(Field.required("backupId", "Name of the backup"), Field.required("rows", "Rows in it")),
				List.of(new Refusal("no-space", "The store has not enough room"),
						new Refusal("cannot-rebuild", "Something in the schema would not come back")),
				false);
	}

	static String summary(Backup backup) {
		var summary = "%,d rows in %,d KB, taken in %d ms".formatted(backup.rows(), backup.bytes() >> 10,
				backup.took().toMillis());
		return backup.whole() ? summary : "%s; only of %s".formatted(summary, String.join(", ", backup.tables()));
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			var backup = this.backups.take(step.required("target"), TableNames.in(step.optional("tables").orElse("")),
					step.key(), step.runId(), Progress.of(step));
			return new StepOutcome.Done(summary(backup),
					Map.of("backupId", backup.id(), "rows", String.valueOf(backup.rows())));
		}
		catch (Rejected ex) {
			return switch (ex.code()) {
				case "backup.no-space" -> new StepOutcome.Refused("no-space", ex.reason());
				case "backup.cannot-rebuild" -> new StepOutcome.Refused("cannot-rebuild", ex.reason());
				default -> throw ex;
			};
		}
	}

}
