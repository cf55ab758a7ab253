package dev.backout.plan;

/** Computes backout plans. */
public interface Plans {

	/**
	 * The plan as of now: reads the target, changes nothing.
	 * @throws dev.backout.kernel.Rejected if the release or target is unknown, or nothing
	 * of the release is deployed there
	 */
	BackoutPlan compute(String release, String target);

}
