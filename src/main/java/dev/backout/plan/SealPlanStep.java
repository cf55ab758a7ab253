package dev.backout.plan;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code plan.seal}: says what exactly will run, so that it can be approved. */
@Component
class SealPlanStep implements StepHandler {

	static final StepType TYPE = new StepType("plan.seal", "Seal the plan",
			"Computes the backout plan and gives its digest; refuses if it is no longer the one that was agreed on.",
			List.of(Field.required("release", "id of the release to undo"),
					Field.required("target", "managed database"),
					Field.optional("planDigest", "digest of the plan that was agreed on before")),
			List.of(Field.required("planDigest", "digest of exactly what will run"),
					Field.required("summary", "the plan in a sentence"),
					Field.optional("planTables",
							"tables that it changes, schema.table parted by commas, for backup.take; empty when that is not known, which takes all")),
			List.of(new Refusal("stale", "the plan is no longer the one that was agreed on"),
					new Refusal("irreversible", "a changeset has no way back")),
			false);

	private final Plans plans;

	private final SealedEstimates estimates;

	SealPlanStep(Plans plans, SealedEstimates estimates) {
		this.plans = plans;
		this.estimates = estimates;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var plan = this.plans.compute(step.required("release"), step.required("target"));
		var agreed = step.optional("planDigest").filter((digest) -> !digest.isBlank());
		if (agreed.isPresent() && !agreed.get().equals(plan.digest())) {
			return new StepOutcome.Refused("stale",
					"What would run has changed since the plan was shown (%s then, %s now): look at the new plan and decide again"
						.formatted(shorten(agreed.get()), shorten(plan.digest())));
		}
		if (plan.irreversible()) {
			return new StepOutcome.Refused("irreversible", String.join("; ",
					plan.losses().stream().map((loss) -> "%s: %s".formatted(loss.changeset(), loss.what())).toList()));
		}
		this.estimates.keep(step.runId(), plan);
		return new StepOutcome.Done(plan.summary(),
				Map.of("planDigest", plan.digest(), "summary", plan.summary(), "planTables", plan.tables().input()));
	}

	private static String shorten(String digest) {
		return digest.substring(0, Math.min(12, digest.length()));
	}

}
