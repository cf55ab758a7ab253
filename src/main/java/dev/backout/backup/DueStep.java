package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Kind;

import org.springframework.stereotype.Component;

/** Step {@code backup.due}. */
@Component
class DueStep implements StepHandler {

	static final StepType TYPE = new StepType("backup.due", "Find the next target to back up",
			"Gives one target after the other that this run has not looked after yet",
			List.of(Field.optional("again", "true to try those again that brought no backup that restores")
				.of(Kind.FLAG),
					Field.optional("only", "Name of a target that alone has its turn, whatever its interval")),
			List.of(Field.required("due", "yes, or no when each had its turn"),
					Field.optional("target", "Name of the target")),
			List.of(), false);

	private final Keeping keeping;

	DueStep(Keeping keeping) {
		this.keeping = keeping;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var again = step.optional("again").filter("true"::equals).isPresent();
		return this.keeping.due(step.runId(), step.key(), again, step.optional("only").orElse(null))
			.map((target) -> new StepOutcome.Done("'%s' is next".formatted(target),
					Map.of("due", "yes", "target", target)))
			.orElseGet(() -> new StepOutcome.Done("Each target had its turn", Map.of("due", "no")));
	}

}
