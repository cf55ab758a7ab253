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

/** Step {@code migration.apply}. */
@Component
class ApplyStep implements StepHandler {

	private final Migrations migrations;

	ApplyStep(Migrations migrations) {
		this.migrations = migrations;
	}

	@Override
	public StepType type() {
		return new StepType("migration.apply", "Apply a release's migrations",
				"Applies the changesets of a release that are not there yet, keeping what they destroy",
				List.of(Field.required("target", "Name of the target"), Field.required("release", "Id of the release")),
				List.of(Field.optional("changesets", "How many were applied")),
				List.of(new Refusal("refused", "The changelog does not fit the database; nothing was touched"),
						new Refusal("locked", "Somebody else works on the database's changelog, or holds its tables")),
				true);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			var outcome = this.migrations.apply(step.required("target"), step.required("release"), step.runId(),
					new StepListener(step));
			var count = outcome.changesets().size();
			return new StepOutcome.Done(
					(count == 0) ? "The release was deployed already" : "%d changesets applied".formatted(count),
					Map.of("changesets", String.valueOf(count)));
		}
		catch (ApplyRefused | BrokenChangelog ex) {
			return new StepOutcome.Refused("refused", ex.reason());
		}
		catch (TargetLocked ex) {
			return new StepOutcome.Refused("locked", ex.reason());
		}
	}

}
