package dev.backout.check.web;

import java.net.URI;
import java.util.Comparator;
import java.util.List;

import dev.backout.check.Baseline;
import dev.backout.check.Baselines;
import dev.backout.check.CheckPermissions;
import dev.backout.check.Deviation;
import dev.backout.check.Deviations;
import dev.backout.check.Suite;
import dev.backout.check.SuiteOverview;
import dev.backout.check.SuiteRequest;
import dev.backout.check.SuiteRun;
import dev.backout.check.SuiteRuns;
import dev.backout.check.SuiteWork;
import dev.backout.check.Suites;
import dev.backout.check.Trend;
import dev.backout.people.Person;
import dev.backout.people.Role;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
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

	private final SuiteWork work;

	private final Baselines baselines;

	private final Deviations deviations;

	ChecksApi(Suites suites, SuiteRuns runs, SuiteWork work, Baselines baselines, Deviations deviations) {
		this.suites = suites;
		this.runs = runs;
		this.work = work;
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
	 * @param fault why nobody can start it, if so
	 */
	record SuiteView(String suite, int version, String title, List<String> checks, @Nullable String fault) {

		static SuiteView of(Suite suite, Suites.Readings readings) {
			var fault = readings.ownerless().get(suite.digest());
			return new SuiteView(suite.name(), suite.version(), suite.title(),
					suite.checks().stream().map((check) -> check.name()).toList(),
					(fault != null) ? fault.reason() : null);
		}

	}

	/**
	 * Which suite to run.
	 *
	 * @param suite its name, or one version of it: {@code shop@3}
	 * @param target name of the database
	 * @param release fills {@code {release}} in the names of recorded states
	 * @param occasion {@code REAL}, {@code REHEARSAL} or {@code DRILL}
	 * @param standsFor the target that the database is a clone of
	 */
	record RunForm(@NotBlank @Size(max = 80) String suite, @NotBlank @Size(max = 80) String target,
			@Nullable @Size(max = 80) String release, @Nullable @Size(max = 20) String occasion,
			@Nullable @Size(max = 80) String standsFor) {
	}

	/**
	 * Which state to record.
	 *
	 * @param target name of the database
	 * @param name of the state
	 */
	record BaselineForm(@NotBlank @Size(max = 80) String target,
			@NotBlank @Pattern(regexp = "[a-z][a-zA-Z0-9._-]{0,80}",
					message = "must be like before-shop-2026.11.2") String name) {
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
	record Word(@NotBlank @Size(max = 2000) String text) {
	}

	@GetMapping("/suites")
	List<SuiteView> suites() {
		var readings = this.suites.readings();
		return readings.suites().stream().map((suite) -> SuiteView.of(suite, readings)).toList();
	}

	@GetMapping("/runs")
	List<SuiteRun> runs(@RequestParam String target) {
		return this.runs.recent(target, RECENT);
	}

	@GetMapping("/runs/{id}")
	SuiteRun run(@PathVariable String id) {
		return this.runs.get(id);
	}

	/** Starts a suite; ask for it again to see how far it is. */
	@PostMapping("/runs")
	ResponseEntity<SuiteRun> run(@Valid @RequestBody RunForm form, Person person) {
		var run = this.work.start(SuiteRequest.of(form.suite(), form.target(), form.release(), person.id())
			.rehearsing(form.occasion(), form.standsFor()), person);
		return ResponseEntity.accepted().location(URI.create("/api/v1/checks/runs/" + run.id())).body(run);
	}

	@PostMapping("/runs/{id}/cancel")
	SuiteRun cancel(@PathVariable String id, Person person) {
		this.runs.cancel(id, person);
		return this.runs.get(id);
	}

	/** Closes a run whose deviations are all settled. */
	@PostMapping("/runs/{id}/closure")
	SuiteRun close(@PathVariable String id, Person person) {
		return this.runs.close(id, person);
	}

	@GetMapping("/runs/{id}/trends")
	List<Trend> trends(@PathVariable String id) {
		return this.runs.trends(this.runs.get(id))
			.values()
			.stream()
			.sorted(Comparator.comparing(Trend::check))
			.toList();
	}

	/** Every suite that was run, by target: how it went last, and since when. */
	@GetMapping("/overview")
	List<SuiteOverview> overview() {
		return this.runs.overview();
	}

	@PostMapping("/baselines")
	BaselineView record(@Valid @RequestBody BaselineForm form, Person person) {
		CheckPermissions.demand(person, Role.OPERATOR, "record a state");
		return BaselineView.of(this.baselines.record(form.target(), form.name(), person.id()));
	}

	/** Those of a playbook run, of a check run, or all that are not settled. */
	@GetMapping("/deviations")
	List<Deviation> deviations(@RequestParam(required = false) @Nullable String run,
			@RequestParam(required = false) @Nullable String checkRun) {
		if (checkRun != null) {
			return this.deviations.ofCheckRun(checkRun);
		}
		return (run != null) ? this.deviations.of(run) : this.deviations.unsettled();
	}

	@GetMapping("/deviations/{id}")
	Deviation deviation(@PathVariable String id) {
		return this.deviations.get(id);
	}

	@PostMapping("/deviations/{id}/cause")
	Deviation explain(@PathVariable String id, @Valid @RequestBody Word word, Person person) {
		CheckPermissions.demand(person, Role.OPERATOR, "say what caused a deviation");
		return this.deviations.explain(id, word.text(), person.id());
	}

	@PostMapping("/deviations/{id}/acceptance")
	Deviation accept(@PathVariable String id, @Valid @RequestBody Word word, Person person) {
		CheckPermissions.demand(person, Role.APPROVER, "accept a deviation");
		return this.deviations.accept(id, word.text(), person.id());
	}

}
