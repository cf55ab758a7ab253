package dev.backout.step;

import java.util.Map;
import java.util.Optional;

/**
 * A step's context made by hand.
 *
 * @param runId run
 * @param inputs by name
 */
public record AStep(String runId, Map<String, String> inputs) implements StepContext {

	/** In run {@code run-1}, with names and values in turn. */
	public static AStep with(String... inputs) {
		var map = new java.util.HashMap<String, String>();
		for (int i = 0; i < inputs.length; i += 2) {
			map.put(inputs[i], inputs[i + 1]);
		}
		return new AStep("run-1", map);
	}

	@Override
	public String key() {
		return this.runId + "/Task_1";
	}

	@Override
	public int attempt() {
		return 1;
	}

	@Override
	public String stepId() {
		return "Task_1";
	}

	@Override
	public Optional<String> optional(String name) {
		return Optional.ofNullable(this.inputs.get(name));
	}

	@Override
	public void progress(long done, long total, String unit) {
	}

	@Override
	public void checkpoint() {
	}

}
