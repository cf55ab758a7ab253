package dev.backout.migration;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code migration.prove}. */
@Component
class ProveStep implements StepHandler {

	private final Proofs proofs;

	ProveStep(Proofs proofs) {
		this.proofs = proofs;
	}

	@Override
	public StepType type() {
		return new StepType("migration.prove", "Prove that a release can be undone",
				"Takes each changeset of a release there, back and there again in a clone of its target's newest verified backup, and compares",
				List.of(Field.required("release", "Id of the release"),
						Field.optional("allow", "Worst verdict that is fine; default stash")
							.oneOf("reversible", "stash", "lossy")),
				List.of(Field.required("changesets", "How many were looked at"),
						Field.required("proven", "How many came back whole"),
						Field.required("verdict", "The worst verdict")),
				List.of(new Refusal("not-reversible", "A verdict is worse than allowed"),
						new Refusal("refused", "The changelog cannot be read, or no clone can be made")),
				false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var allowed = allowed(step);
		try {
			var proof = this.proofs.prove(step.required("release"), step.runId(), new StepListener(step));
			var verdicts = proof.changesets().stream().map(ReleaseProof.Proven::verdict).toList();
			var worst = verdicts.stream().map(ChangesetVerdict::verdict).reduce(Verdict.REVERSIBLE, Verdict::worseOf);
			var proven = proof.changesets()
				.stream()
				.filter((one) -> one.outcome() != null && one.outcome().held())
				.count();
			var summary = "%d of %d changesets came back whole from %s".formatted(proven, verdicts.size(),
					proof.data());
			if (!worst.within(allowed)) {
				return new StepOutcome.Refused("not-reversible",
						"%s; the worst is %s: %s".formatted(summary, worst, verdicts.stream()
							.filter((verdict) -> verdict.verdict() == worst)
							.findFirst()
							.map((verdict) -> "%s: %s".formatted(verdict.changeset(), verdict.reasons().get(0).text()))
							.orElse("")));
			}
			return new StepOutcome.Done(summary, Map.of("changesets", String.valueOf(verdicts.size()), "proven",
					String.valueOf(proven), "verdict", worst.name()));
		}
		catch (Rejected ex) {
			return new StepOutcome.Refused("refused", ex.reason());
		}
	}

	private static Verdict allowed(StepContext step) {
		return switch (step.optional("allow").orElse("stash").toLowerCase(Locale.ROOT)) {
			case "reversible" -> Verdict.REVERSIBLE;
			case "stash" -> Verdict.REVERSIBLE_WITH_STASH;
			case "lossy" -> Verdict.LOSSY;
			default -> throw new IllegalArgumentException("Step '%s' takes allow reversible, stash or lossy, was '%s'"
				.formatted(step.stepId(), step.required("allow")));
		};
	}

}
