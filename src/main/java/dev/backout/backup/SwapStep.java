package dev.backout.backup;

import java.util.List;
import java.util.Map;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Kind;
import dev.backout.step.StepType.Refusal;
import org.springframework.stereotype.Component;

/** Step {@code target.swap}. */
@Component
class SwapStep implements StepHandler {

	static final StepType TYPE = new StepType("target.swap", "Swap a restored database in",
			"Ends all sessions and lets the database that was restored beside take the target's name; the old one is kept",
			List.of(Field.required("target", "Name of the target"),
					Field.required("planDigest", "What was approved: the seal of backup.choose"),
					Field.optional("back", "true to put the former database back instead").of(Kind.FLAG)),
			List.of(Field.required("formerDatabase", "Name that the replaced database has now"),
					Field.required("downtimeMillis", "How long nobody could connect")),
			List.of(new Refusal("busy", "Sessions do not end, or something holds the database; it is as before"),
					new Refusal("stale", "The backup is not the one that was approved"),
					new Refusal("not-restorable", "There is no restored database to take the place")),
			true);

	private static final Map<String, String> CODES = Map.of("backup.busy", "busy", "target.fenced", "busy",
			"backup.name-taken", "busy", "backup.stale", "stale", "backup.not-restorable", "not-restorable",
			"backup.unknown", "not-restorable");

	private final Restores restores;

	SwapStep(Restores restores) {
		this.restores = restores;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var target = step.required("target");
		try {
			var back = step.optional("back").filter("true"::equals).isPresent();
			var exchange = back ? this.restores.swapBack(target, step.runId())
					: this.restores.swap(target, step.runId(), step.required("planDigest"));
			return new StepOutcome.Done(
					"%s took the place of '%s'; nobody could connect for %d ms; the replaced database is kept as '%s'"
						.formatted(back ? "The former database" : "'%s'".formatted(exchange.restored()), target,
								exchange.downtime().toMillis(), exchange.former()),
					Map.of("formerDatabase", exchange.former(), "downtimeMillis",
							String.valueOf(exchange.downtime().toMillis())));
		}
		catch (Rejected ex) {
			return StepRefusal.or(ex, CODES);
		}
	}

}
