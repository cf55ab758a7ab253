package dev.backout.plan;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One step of a backout plan.
 *
 * @param number from 1, in the order in which the steps run
 * @param type the step type that does it, such as {@code migration.revert}
 * @param title what it does, in a few words
 * @param component id of the component that it touches, if it is one
 * @param changeset the changeset that it reverts, as {@code author:id}, if it is one
 * @param verdict of that changeset, if there is one
 * @param reasons why the verdict is what it is, for people
 * @param statements SQL that it will run in the target, in order, as far as it is known
 * before
 * @param estimate how long it should take
 * @param pointOfNoReturn whether only a restore helps once it ran
 * @param proof what a proof of the changeset showed, on what data, or that there is none;
 * null for other steps, and where no proofs are kept
 */
public record PlanStep(int number, String type, String title, @Nullable String component, @Nullable String changeset,
		@Nullable String verdict, List<String> reasons, List<String> statements, Estimate estimate,
		boolean pointOfNoReturn, @Nullable String proof) {

	public PlanStep {
		reasons = List.copyOf(reasons);
		statements = List.copyOf(statements);
	}

	/** A step of which nobody has tried a proof. */
	public PlanStep(int number, String type, String title, @Nullable String component, @Nullable String changeset,
			@Nullable String verdict, List<String> reasons, List<String> statements, Estimate estimate,
			boolean pointOfNoReturn) {
		this(number, type, title, component, changeset, verdict, reasons, statements, estimate, pointOfNoReturn, null);
	}

}
