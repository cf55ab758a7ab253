package dev.backout.backup;

import java.time.Duration;
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

/** Step {@code backup.verify}. */
@Component
class VerifyStep implements StepHandler {

	private final Backups backups;

	VerifyStep(Backups backups) {
		this.backups = backups;
	}

	@Override
	public StepType type() {
		return new StepType("backup.verify", "Verify a backup",
				"Restores a backup into a scratch database and compares schema and rows with what the snapshot held",
				List.of(Field.required("backupId", "Name of the backup"),
						Field.optional("notOlderThan", "An older snapshot is refused, such as PT1H")),
				List.of(Field.required("verified", "true"),
						Field.required("restoreSeconds", "How long the restore took")),
				List.of(new Refusal("not-restorable", "It is damaged, or what it restores to differs")), false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var id = step.required("backupId");
		try {
			var verification = this.backups.verify(id, step.runId(),
					step.optional("notOlderThan").map(Duration::parse).orElse(Backups.MAX_AGE), Progress.of(step));
			if (!verification.held()) {
				return new StepOutcome.Refused("not-restorable",
						"Backup '%s' does not restore: %s".formatted(id, String.join("; ", verification.findings())));
			}
			var seconds = verification.restoreTook().toMillis() / 1000.0;
			return new StepOutcome.Done("Restored in %.1f s, schema and rows are equal".formatted(seconds),
					Map.of("verified", "true", "restoreSeconds", "%.1f".formatted(seconds)));
		}
		catch (Rejected ex) {
			if (ex.code().equals("backup.not-restorable")) {
				return new StepOutcome.Refused("not-restorable", ex.reason());
			}
			throw ex;
		}
	}

}
