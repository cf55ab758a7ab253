package dev.backout.migration;

import java.util.List;
import java.util.Map;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/** Step {@code migration.review-kept}. */
@Component
class ReviewKeptStep implements StepHandler {

	private final Retention retention;

	ReviewKeptStep(Retention retention) {
		this.retention = retention;
	}

	@Override
	public StepType type() {
		return new StepType("migration.review-kept", "Find what is kept past its time",
				"Gives the thing that migrations keep in a target and whose time was over first", List.of(),
				List.of(Field.required("due", "yes, or no when nothing is past its time"),
						Field.optional("target", "Name of the target"),
						Field.optional("stash", "Name of what is kept")),
				List.of(), false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		return this.retention.due()
			.map((due) -> new StepOutcome.Done(told(due),
					Map.of("due", "yes", "target", due.target(), "stash", due.thing().name())))
			.orElseGet(() -> new StepOutcome.Done("Nothing is kept past its time", Map.of("due", "no")));
	}

	private static String told(Retention.Due due) {
		var thing = due.thing();
		return "%s%s of target '%s', kept%s since %s, is due since %s: decide here or on /kept".formatted(thing.about(),
				(thing.column() != null) ? "." + thing.column() : "", due.target(),
				(thing.release() != null) ? " for " + thing.release() : "", thing.since(), thing.until());
	}

}
