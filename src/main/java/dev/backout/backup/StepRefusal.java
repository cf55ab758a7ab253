package dev.backout.backup;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepOutcome;

/** How what this module rejects reads to a playbook. */
final class StepRefusal {

	private StepRefusal() {
	}

	/**
	 * The refusal that a rejection is to the playbook.
	 * @param codes the module's codes and the step's; whatever is not among them is an
	 * engine incident
	 */
	static StepOutcome or(Rejected rejected, Map<String, String> codes) {
		var code = codes.get(rejected.code());
		if (code == null) {
			throw rejected;
		}
		return new StepOutcome.Refused(code, rejected.reason());
	}

	static String seconds(Duration span) {
		return String.format(Locale.ROOT, "%.1f", span.toMillis() / 1000.0);
	}

}
