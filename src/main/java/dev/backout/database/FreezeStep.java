package dev.backout.database;

import java.time.Duration;
import java.util.List;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Kind;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code target.freeze}. */
@Component
class FreezeStep implements StepHandler {

	static final Field PATIENCE = Field
		.optional("patience", "How long open transactions may go on before their sessions are ended, such as PT10S")
		.of(Kind.SPAN);

	private final Targets targets;

	private final Freezes freezes;

	FreezeStep(Targets targets, Freezes freezes) {
		this.targets = targets;
		this.freezes = freezes;
	}

	@Override
	public StepType type() {
		return new StepType("target.freeze", "Freeze a target",
				"Makes a database read-only for everybody but Backout and ends the sessions that could still write",
				List.of(Field.required("target", "Name of the target"), PATIENCE), List.of(),
				List.of(new Refusal("busy", "Another run has frozen it, or somebody could still write")), false);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var target = this.targets.named(step.required("target"));
		try {
			var ended = this.freezes.freeze(target, step.runId(), patience(step));
			return new StepOutcome.Done("%s is read-only; %d sessions ended".formatted(target.name(), ended));
		}
		catch (Rejected ex) {
			if (ex.code().equals("target.busy")) {
				return new StepOutcome.Refused("busy", ex.reason());
			}
			throw ex;
		}
	}

	static Duration patience(StepContext step) {
		return step.optional("patience").map(Duration::parse).orElse(Duration.ofSeconds(10));
	}

}
