package dev.backout.migration;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import org.springframework.stereotype.Component;

/** Step {@code migration.keep-on}. */
@Component
class KeepOnStep implements StepHandler {

	private static final Duration MONTH = Duration.ofDays(30);

	private final Retention retention;

	private final Clock clock;

	KeepOnStep(Retention retention, Clock clock) {
		this.retention = retention;
		this.clock = clock;
	}

	@Override
	public StepType type() {
		return new StepType("migration.keep-on", "Keep something on",
				"Keeps what a migration would have destroyed for another month",
				List.of(Field.required("target", "Name of the target"),
						Field.required("stash", "Name of what is kept")),
				List.of(Field.optional("keptUntil", "Until when it is kept now")), List.of(), false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var stash = step.required("stash");
		try {
			var until = this.clock.instant().plus(MONTH);
			this.retention.keepOn(step.required("target"), stash, until, "system", "Decided in run " + step.runId());
			return new StepOutcome.Done("'%s' is kept until %s".formatted(stash, until),
					Map.of("keptUntil", until.toString()));
		}
		catch (Rejected ex) {
			if (!ex.code().equals("kept.unknown")) {
				throw ex;
			}
			return new StepOutcome.Done("'%s' is gone already".formatted(stash));
		}
	}

}
