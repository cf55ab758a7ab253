package dev.backout.plan;

import java.time.Duration;
import java.util.List;

/**
 * What undoing a release takes: computed, never typed. The same release in the same state
 * gives the same plan, to the byte.
 *
 * @param release id of the release that is undone
 * @param target id of the managed database
 * @param steps what happens, in order
 * @param losses what does not come back; empty when everything does
 * @param conflicts what later changes of others would lose, or make different, by it
 * @param tables which it changes; no part of the digest, as it only says what a backup
 * before it has to have
 * @param digest SHA-256 over exactly what will run; approvals are bound to it
 */
public record BackoutPlan(String release, String target, List<PlanStep> steps, List<Loss> losses,
		List<String> conflicts, PlanTables tables, String digest) {

	public BackoutPlan {
		steps = List.copyOf(steps);
		losses = List.copyOf(losses);
		conflicts = List.copyOf(conflicts);
	}

	/** A plan of which nobody has looked which tables it changes. */
	public BackoutPlan(String release, String target, List<PlanStep> steps, List<Loss> losses, List<String> conflicts,
			String digest) {
		this(release, target, steps, losses, conflicts, PlanTables.unknown("nobody has looked"), digest);
	}

	/** How long the machine works; people's answers come on top. */
	public Duration expected() {
		return this.steps.stream().map((step) -> step.estimate().time()).reduce(Duration.ZERO, Duration::plus);
	}

	/** The steps that revert a changeset, in order. */
	public List<PlanStep> reverts() {
		return this.steps.stream().filter((step) -> step.changeset() != null).toList();
	}

	/** The plan in a sentence. */
	public String summary() {
		var lost = this.losses.isEmpty() ? "nothing is lost" : "%d losses".formatted(this.losses.size());
		return "%d changesets to revert, %s, about %d s".formatted(reverts().size(), lost,
				Math.max(1, expected().toSeconds()));
	}

	/** Whether a step has no way back, so that only a restore helps. */
	public boolean irreversible() {
		return this.steps.stream().anyMatch((step) -> "IRREVERSIBLE".equals(step.verdict()));
	}

}
