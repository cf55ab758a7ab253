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

/** Step {@code backup.restore}. */
@Component
class RestoreStep implements StepHandler {

	private final Backups backups;

	private final Restores restores;

	RestoreStep(Backups backups, Restores restores) {
		this.backups = backups;
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return new StepType("backup.restore", "Restore a backup",
				"Restores beside the target, compares, and exchanges the two by name; the old database is kept",
				List.of(Field.required("target", "Name of the target"),
						Field.required("backupId", "Name of the backup"),
						Field.optional("tables",
								"Only these tables, schema.table parted by commas: in place, in one transaction")),
				List.of(Field.optional("formerDatabase", "Name that the old database has now")),
				List.of(new Refusal("not-restorable", "It is damaged, or what it restores to differs")), true);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			var tables = TableNames.in(step.optional("tables").orElse(""));
			if (!tables.isEmpty()) {
				var inPlace = this.restores.tables(step.required("backupId"), step.required("target"), tables,
						step.runId(), Progress.of(step));
				return new StepOutcome.Done("%s: %,d rows put back in %d ms"
					.formatted(String.join(", ", inPlace.tables()), inPlace.rows(), inPlace.took().toMillis()));
			}
			var restored = this.backups.restore(step.required("backupId"), step.required("target"), step.runId(),
					Progress.of(step));
			return new StepOutcome.Done(
					"%s restored; nobody could connect for %d ms; the former database is %s"
						.formatted(restored.backup(), restored.downtime().toMillis(), restored.formerDatabase()),
					Map.of("formerDatabase", restored.formerDatabase()));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, Map.of("backup.not-restorable", "not-restorable", "backup.no-space",
					"not-restorable", "backup.partial", "not-restorable"));
		}
	}

}
