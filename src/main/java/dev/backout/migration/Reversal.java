package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What undoing a set of changesets takes, in the order in which it will be done.
 *
 * @param steps last deployed first
 * @param collateral what else would suffer: changesets outside the set that touched the
 * same things later
 */
public record Reversal(List<Step> steps, List<Collateral> collateral) {

	public Reversal {
		steps = List.copyOf(steps);
		collateral = List.copyOf(collateral);
	}

	/** Why it cannot be done as it is; empty when it can. */
	public List<String> problems() {
		return this.steps.stream().map((step) -> step.problem()).filter((problem) -> problem != null).toList();
	}

	public List<ChangesetId> changesets() {
		return this.steps.stream().map((step) -> step.deployed().id()).toList();
	}

	/**
	 * One changeset to undo.
	 *
	 * @param deployed the history's row
	 * @param way how it goes back
	 * @param problem why it does not, in a sentence with the mend
	 * @param statements what would run, rendered
	 */
	public record Step(Deployed deployed, Way way, @Nullable String problem, List<String> statements) {

		public Step {
			statements = List.copyOf(statements);
		}

	}

	/** How a changeset goes back. */
	public enum Way {

		/** The changelog says how. */
		DECLARED,

		/** Liquibase knows the inverse of every change. */
		INVERSE,

		/** From what protection kept, with natural inverses in between. */
		KEPT,

		/** Only marked as ran: the history's row goes, nothing else. */
		FORGET,

		/** Gone from the changelog: what was frozen at its deployment. */
		FROZEN,

		/** None. */
		NONE

	}

	/**
	 * Another changeset that stands on one of the set.
	 *
	 * @param later deployed later, and not in the set
	 * @param on in the set
	 * @param object what both touched
	 */
	public record Collateral(ChangesetId later, ChangesetId on, String object) {
	}

}
