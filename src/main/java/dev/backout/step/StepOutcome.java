package dev.backout.step;

import java.util.Map;

/** How a step ended, as far as the playbook is concerned. */
public sealed interface StepOutcome {

	/**
	 * The step did its work, or found it already done.
	 *
	 * @param summary one sentence for the run page
	 * @param outputs small values for later steps, by the names that the step type
	 * declares
	 */
	record Done(String summary, Map<String, String> outputs) implements StepOutcome {

		public Done {
			outputs = Map.copyOf(outputs);
		}

		public Done(String summary) {
			this(summary, Map.of());
		}

	}

	/**
	 * The step looked and decided against it; the model routes on the code.
	 *
	 * @param code one of the refusals that the step type declares
	 * @param reason names the thing, the value and the mend
	 */
	record Refused(String code, String reason) implements StepOutcome {
	}

}
