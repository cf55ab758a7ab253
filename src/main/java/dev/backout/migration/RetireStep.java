package dev.backout.migration;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code migration.retire-stash}. */
@Component
class RetireStep implements StepHandler {

	private final Migrations migrations;

	RetireStep(Migrations migrations) {
		this.migrations = migrations;
	}

	@Override
	public StepType type() {
		return new StepType("migration.retire-stash", "Let go of what is kept",
				"Removes what was kept for a release: from then on its migrations cannot be reverted",
				List.of(Field.required("target", "Name of the target"), Field.required("release", "Id of the release")),
				List.of(Field.optional("retired", "How many things were let go")),
				List.of(new Refusal("locked", "Somebody else works on the database's changelog")), true);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			var retired = this.migrations.retire(step.required("target"), step.required("release"));
			return new StepOutcome.Done("%d kept things let go".formatted(retired),
					Map.of("retired", String.valueOf(retired)));
		}
		catch (TargetLocked ex) {
			return new StepOutcome.Refused("locked", ex.reason());
		}
	}

}
