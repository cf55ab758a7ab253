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
import dev.backout.step.StepType.Kind;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code backup.verify}. */
@Component
class VerifyStep implements StepHandler {

	private static final Map<String, String> CODES = Map.of("backup.not-restorable", "not-restorable", "backup.partial",
			"not-restorable");

	/** Beside the target there are other ways when this one is closed. */
	private static final Map<String, String> CODES_BESIDE = Map.of("backup.not-restorable", "not-restorable",
			"backup.partial", "not-restorable", "backup.no-space", "not-restorable", "backup.name-taken",
			"not-restorable");

	private final Backups backups;

	private final Restores restores;

	VerifyStep(Backups backups, Restores restores) {
		this.backups = backups;
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return new StepType("backup.verify", "Verify a backup",
				"Restores a backup into a scratch database and compares schema and rows with what the snapshot held",
				List.of(Field.required("backupId", "Name of the backup"),
						Field.optional("notOlderThan", "An older snapshot is refused, such as PT1H").of(Kind.SPAN),
						Field
							.optional("thorough",
									"true: each row is looked up in each index as well, as long again as building them")
							.of(Kind.FLAG),
						Field.optional("rules",
								"Suite whose business rules must hold on the restored rows; default the one with the target's name"),
						Field.optional("beside",
								"Name of a target: restores beside it and keeps the result for target.swap")),
				List.of(Field.required("verified", "true"),
						Field.required("restoreSeconds", "How long the restore took")),
				List.of(new Refusal("not-restorable", "It is damaged, or what it restores to differs")), false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var id = step.required("backupId");
		try {
			var verification = verify(id, step);
			if (!verification.held()) {
				return new StepOutcome.Refused("not-restorable",
						"Backup '%s' does not restore: %s".formatted(id, String.join("; ", verification.findings())));
			}
			var seconds = StepRefusal.seconds(verification.restoreTook());
			return new StepOutcome.Done("Restored in %s s, schema and rows are equal".formatted(seconds),
					Map.of("verified", "true", "restoreSeconds", seconds));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, step.optional("beside").isPresent() ? CODES_BESIDE : CODES);
		}
	}

	private Verification verify(String id, StepContext step) {
		var beside = step.optional("beside");
		return beside.isPresent() ? this.restores.beside(id, beside.get(), step.runId(), Progress.of(step))
				: this.backups.verify(id, step.runId(),
						new Scrutiny(step.optional("notOlderThan").map(Duration::parse).orElse(Backups.MAX_AGE),
								step.optional("thorough").filter("true"::equals).isPresent(),
								step.optional("rules").orElse(null)),
						Progress.of(step));
	}

}
