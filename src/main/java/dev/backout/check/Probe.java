package dev.backout.check;

/** The code behind some kinds of check. */
interface Probe {

	/** Whether it measures checks of this kind. */
	boolean measures(CheckKind kind);

	/**
	 * Measures, within the check's time-out.
	 * @throws Inconclusive if there is nothing to measure
	 * @throws Exception if the question cannot be asked
	 */
	Measurement measure(Check check, Subject subject) throws Exception;

}
