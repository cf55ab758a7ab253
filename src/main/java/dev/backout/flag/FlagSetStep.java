package dev.backout.flag;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.backout.kernel.Checks;
import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;

import org.springframework.stereotype.Component;

/** Switches one flag, or all flags of a release; an unhealthy switch is taken back. */
@Component
class FlagSetStep implements StepHandler {

	static final StepType TYPE = new StepType("flag.set", "Switch flags",
			"Switches a flag, or all flags of a release, and takes back a switch that makes things worse.",
			List.of(Field.optional("release", "Release whose flags are switched; or give 'flag'"),
					Field.optional("flag", "Key of the one flag"),
					Field.required("state", "Which way to switch").oneOf("on", "off")),
			List.of(Field.required("changed", "Keys of the flags that changed, with commas")),
			List.of(new Refusal("unhealthy",
					"The health probe failed after a switch, which was taken back, or the switch is not legal")),
			false);

	private final Flags flags;

	FlagSetStep(Flags flags) {
		this.flags = flags;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var state = step.required("state");
		Checks.check(state.equals("on") || state.equals("off"),
				() -> "Step '%s': state must be 'on' or 'off', was '%s'".formatted(step.stepId(), state));
		var keys = keys(step);
		var changed = new ArrayList<String>();
		for (var key : keys) {
			step.progress(keys.indexOf(key), keys.size(), "flags");
			step.checkpoint();
			var refusal = turn(key, state.equals("on"), step.runId(), changed);
			if (!refusal.isEmpty()) {
				return new StepOutcome.Refused("unhealthy",
						"Flag '%s' stays %s: %s%s".formatted(key, state.equals("on") ? "off" : "on", refusal,
								changed.isEmpty() ? "" : ". Changed already: " + String.join(", ", changed)));
			}
		}
		step.progress(keys.size(), keys.size(), "flags");
		return new StepOutcome.Done(summary(keys, changed, state), Map.of("changed", String.join(",", changed)));
	}

	/** Empty if it went well. */
	private String turn(String key, boolean on, String run, List<String> changed) {
		try {
			var toggle = this.flags.turn(key, on, "system", run);
			if (toggle.result() == Toggle.Result.CHANGED) {
				changed.add(key);
			}
			return toggle.done() ? "" : toggle.reason();
		}
		catch (Rejected ex) {
			return ex.reason();
		}
	}

	private List<String> keys(StepContext step) {
		var flag = step.optional("flag").filter((key) -> !key.isBlank());
		return flag.isPresent() ? List.of(flag.get())
				: this.flags.ofRelease(step.required("release")).stream().map(Flag::key).toList();
	}

	private static String summary(List<String> keys, List<String> changed, String state) {
		if (keys.isEmpty()) {
			return "The release has no flags";
		}
		return changed.isEmpty() ? "%s: %s already".formatted(String.join(", ", keys), state)
				: "Switched %s: %s".formatted(state, String.join(", ", changed));
	}

}
