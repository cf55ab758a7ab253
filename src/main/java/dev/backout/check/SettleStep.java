package dev.backout.check;

import java.util.List;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Refusal;

import org.springframework.stereotype.Component;

/** Lets a run go on to its end only once each of its deviations is settled. */
@Component
class SettleStep implements StepHandler {

	static final StepType TYPE = new StepType("check.settle", "Look for open deviations",
			"Ends once every deviation of the run has a cause and a decision.", List.of(), List.of(),
			List.of(new Refusal("unsettled", "A deviation of the run has no cause or no decision yet")), false);

	private final Deviations deviations;

	SettleStep(Deviations deviations) {
		this.deviations = deviations;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		try {
			this.deviations.requireSettled(step.runId());
			var all = this.deviations.of(step.runId()).size();
			return new StepOutcome.Done(
					(all == 0) ? "There was no deviation" : "All %d deviations are settled".formatted(all), Map.of());
		}
		catch (Rejected ex) {
			return new StepOutcome.Refused("unsettled", ex.reason());
		}
	}

}
