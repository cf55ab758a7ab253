package dev.backout.check;

import java.util.List;

/** The results below their minimum, and what people said about them. */
public interface Deviations {

	/** Of a playbook run, oldest first. */
	List<Deviation> of(String run);

	/**
	 * One of them.
	 * @throws dev.backout.kernel.Rejected {@code deviation.unknown}
	 */
	Deviation get(String id);

	/** Those that an execution of a suite met, oldest first. */
	List<Deviation> ofCheckRun(String checkRun);

	/** All that still need a cause or a decision, worst and then oldest first. */
	List<Deviation> unsettled();

	/**
	 * Those of a run that still need a cause or a decision; such a run must not close.
	 */
	default List<Deviation> unsettled(String run) {
		return of(run).stream().filter((deviation) -> !deviation.settled()).toList();
	}

	/**
	 * Says why it happened. Says it again: the last word counts, the ledger keeps all.
	 * @param person id of the person who says so, never {@code system}
	 */
	Deviation explain(String id, String cause, String person);

	/**
	 * Accepts the result as it is.
	 * @param person id of the person who decides, never {@code system}
	 * @throws dev.backout.kernel.Rejected {@code check.no-cause} while nobody said why it
	 * happened, {@code check.decided} when it was decided before
	 */
	Deviation accept(String id, String reason, String person);

	/**
	 * Accepts every undecided deviation of a run, for the decision task of a playbook.
	 * @param cause given to those that have none yet
	 */
	List<Deviation> acceptAll(String run, String cause, String reason, String person);

	/**
	 * Throws if the run must not close.
	 * @throws dev.backout.kernel.Rejected {@code check.unsettled} naming the deviations
	 */
	void requireSettled(String run);

}
