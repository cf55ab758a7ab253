package dev.backout.check.web;

import java.util.List;

import dev.backout.check.Baseline;
import dev.backout.check.Baselines;
import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.check.Suite;
import dev.backout.check.SuiteRequest;
import dev.backout.check.SuiteRun;
import dev.backout.check.SuiteRuns;
import dev.backout.check.Suites;
import dev.backout.kernel.Rejected;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Suites, their results, recorded states and deviations. */
@RestController
@RequestMapping("/api/v1/checks")
class ChecksApi {

	private static final int RECENT = 50;

	private final Suites suites;

	private final SuiteRuns runs;

	private final Baselines baselines;

	private final Deviations deviations;

	ChecksApi(Suites suites, SuiteRuns runs, Baselines baselines, Deviations deviations) {
		this.suites = suites;
		this.runs = runs;
		this.baselines = baselines;
		this.deviations = deviations;
	}

	/**
	 * A suite in a list.
	 *
	 * @param suite its name
	 * @param version of the suite
	 * @param title as people read it
	 * @param checks names of its checks
	 */
	record SuiteView(String suite, int version, String title, List<String> checks) {

		static SuiteView of(Suite suite) {
			return new SuiteView(suite.name(), suite.version(), suite.title(),
					suite.checks().stream().map((check) -> check.name()).toList());
		}

	}

	/**
	 * Which suite to run.
	 *
	 * @param suite its name
	 * @param target name of the database
	 * @param release fills {@code {release}} in the names of recorded states
	 */
	record RunForm(@NotBlank String suite, @NotBlank String target, @Nullable String release) {
	}

	/**
	 * Which state to record.
	 *
	 * @param target name of the database
	 * @param name of the state
	 */
	record BaselineForm(@NotBlank String target, @NotBlank String name) {
	}

	/**
	 * What was recorded.
	 *
	 * @param target name of the database
	 * @param name of the state
	 * @param schema digest of the schema
	 * @param tables how many tables, and parts of tables
	 */
	record BaselineView(String target, String name, String schema, int tables) {

		static BaselineView of(Baseline baseline) {
			return new BaselineView(baseline.target(), baseline.name(), baseline.schema().digest(),
					baseline.tables().size());
		}

	}

	/**
	 * What a person says.
	 *
	 * @param text the cause, or the reason
	 */
	record Word(@NotBlank String text) {
	}

	@GetMapping("/suites")
	List<SuiteView> suites() {
		return this.suites.all().stream().map(SuiteView::of).toList();
	}

	@GetMapping("/runs")
	List<SuiteRun> runs(@RequestParam String target) {
		return this.runs.recent(target, RECENT);
	}

	@GetMapping("/runs/{id}")
	SuiteRun run(@PathVariable String id) {
		return this.runs.find(id)
			.orElseThrow(() -> new Rejected("check-run.unknown", "There is no check run '%s'".formatted(id)));
	}

	/** Runs a suite to its end. */
	@PostMapping("/runs")
	SuiteRun run(@Valid @RequestBody RunForm form, Person person) {
		require(person, Role.OPERATOR);
		return this.runs.run(new SuiteRequest(form.suite(), form.target(), form.release(), null, person.id(), null),
				SuiteRuns.Progress.NONE);
	}

	@PostMapping("/baselines")
	BaselineView record(@Valid @RequestBody BaselineForm form, Person person) {
		require(person, Role.OPERATOR);
		return BaselineView.of(this.baselines.record(form.target(), form.name(), person.id()));
	}

	/** Those of a playbook run, or all that are not settled. */
	@GetMapping("/deviations")
	List<Deviation> deviations(@RequestParam(required = false) @Nullable String run) {
		return (run != null) ? this.deviations.of(run) : this.deviations.unsettled();
	}

	@PostMapping("/deviations/{id}/cause")
	Deviation explain(@PathVariable String id, @Valid @RequestBody Word word, Person person) {
		require(person, Role.OPERATOR);
		return this.deviations.explain(id, word.text(), person.id());
	}

	@PostMapping("/deviations/{id}/acceptance")
	Deviation accept(@PathVariable String id, @Valid @RequestBody Word word, Person person) {
		require(person, Role.APPROVER);
		return this.deviations.accept(id, word.text(), person.id());
	}

	private static void require(Person person, Role role) {
		if (!person.has(role) && !person.has(Role.ADMIN)) {
			throw new Rejected("check.forbidden",
					"This needs the role " + role.name().toLowerCase(java.util.Locale.ROOT));
		}
	}

}
