package dev.backout.check;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.backout.catalog.Releases;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;

import org.springframework.stereotype.Component;

/** Runs a suite; anything below its minimum becomes a deviation and a refusal. */
@Component
class CheckRunStep implements StepHandler {

	static final StepType TYPE = new StepType("check.run", "Run checks",
			"Runs a suite of checks on a target and holds each against its minimum acceptable result.",
			List.of(Field.required("target", "Name of the database"),
					Field.optional("suite", "Name of the suite; without it the one that the release names"),
					Field.optional("release", "Fills {release} in the names of recorded states"),
					Field.optional("kind", "REHEARSAL or DRILL when it is one: later results are compared with it")
						.oneOf("REAL", "REHEARSAL", "DRILL"),
					Field.optional("standsFor", "The target that this database is a clone of")),
			List.of(Field.required("passed", "How many checks reached their minimum"),
					Field.required("failed", "How many did not: 0, or the step refuses"),
					Field.required("checkRun", "Id of the results")),
			List.of(new Refusal("below-minimum",
					"A check is below its minimum acceptable result, or could not be asked")),
			false);

	private final SuiteRuns runs;

	private final Releases releases;

	CheckRunStep(SuiteRuns runs, Releases releases) {
		this.runs = runs;
		this.releases = releases;
	}

	@Override
	public StepType type() {
		return TYPE;
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var request = SuiteRequest
			.of(suite(step), step.required("target"), step.optional("release").orElse(null), "system")
			.rehearsing(step.optional("kind").orElse(null), step.optional("standsFor").orElse(null))
			.in(step.runId(), step.key());
		var run = this.runs.run(request, new StepProgress(step));
		var below = run.below();
		if (below.isEmpty()) {
			return new StepOutcome.Done(
					"All %d checks of '%s' reached their minimum".formatted(run.total(), run.suite()),
					Map.of("passed", String.valueOf(run.passed()), "failed", "0", "checkRun", run.id()));
		}
		return refused(run, below);
	}

	private String suite(StepContext step) {
		return step.optional("suite")
			.filter((name) -> !name.isBlank())
			.orElseGet(() -> this.releases.get(step.required("release")).checks());
	}

	private static StepOutcome refused(SuiteRun run, List<CheckResult> below) {
		return new StepOutcome.Refused("below-minimum", "%d of %d checks of '%s' are below their minimum: %s".formatted(
				below.size(), run.total(), run.suite(),
				below.stream()
					.map((result) -> "%s (%s: %s)".formatted(result.check(), result.severity(), result.summary()))
					.collect(Collectors.joining("; "))));
	}

	/** The step's own ways to show progress and to be ended. */
	private record StepProgress(StepContext step) implements SuiteRuns.Progress {

		@Override
		public void report(int done, int total) {
			this.step.progress(done, total, "checks");
			this.step.checkpoint();
		}

		@Override
		public void checkpoint() {
			this.step.checkpoint();
		}

	}

}
