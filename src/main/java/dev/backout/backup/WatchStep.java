package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code backup.watch}. */
@Component
class WatchStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.watch", "Look after the backups",
			"Compares age, size, drills and copies of the backups with what was promised",
			List.of(Field.optional("only", "Name of a target; without it all of them")),
			List.of(Field.required("alarms", "How many there are")),
			List.of(new Refusal("alarm", "Something is not as promised")), false);

	private final Keeping keeping;

	WatchStep(Keeping keeping) {
		this.keeping = keeping;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var alarms = step.optional("only").map(this.keeping::alarms).orElseGet(this.keeping::alarms);
		return alarms.isEmpty() ? new StepOutcome.Done("All is as promised", Map.of("alarms", "0"))
				: new StepOutcome.Refused("alarm", String.join("; ", alarms.stream().map(Alarm::text).toList()));
	}

}
