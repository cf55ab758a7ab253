package dev.backout.desk.api;

import java.net.URI;
import java.util.List;

import dev.backout.catalog.Releases;
import dev.backout.people.People;
import dev.backout.people.Person;
import dev.backout.run.RunId;
import dev.backout.run.RunRequest;
import dev.backout.run.RunStep;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import dev.backout.run.TimelineEntry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starting, following and steering runs. */
@RestController
@RequestMapping("/api/v1/runs")
@Tag(name = "runs", description = "Executions of a playbook")
class RunsApi {

	private final Runs runs;

	private final Releases releases;

	private final People people;

	RunsApi(Runs runs, Releases releases, People people) {
		this.people = people;
		this.runs = runs;
		this.releases = releases;
	}

	/**
	 * A rollback that somebody declares.
	 *
	 * @param planDigest digest of the plan that they saw; sealing refuses another one
	 */
	record Declaration(@NotBlank String release, @NotNull Severity severity, @NotBlank @Size(max = 500) String reason,
			@Nullable String planDigest) {
	}

	/** Why something is done. */
	record Reason(@NotBlank @Size(max = 500) String reason) {
	}

	/** Whom something is given to, and why. */
	record HandOver(@NotBlank String person, @NotBlank @Size(max = 500) String reason) {
	}

	/** A sentence for the timeline. */
	record Note(@NotBlank @Size(max = 500) String text) {
	}

	@PostMapping
	@Operation(summary = "Declare the rollback of a release")
	ResponseEntity<RunBody> start(@Valid @RequestBody Declaration declaration, Person me) {
		var release = this.releases.get(declaration.release());
		var id = this.runs.start(RunRequest.rollback(release.id(), release.target(), declaration.severity(),
				declaration.reason(), declaration.planDigest()), me);
		return ResponseEntity.created(URI.create("/api/v1/runs/" + id)).body(RunBody.of(this.runs.get(id)));
	}

	@GetMapping
	@Operation(summary = "The newest runs, active ones first")
	List<RunBody> list(@RequestParam(defaultValue = "50") int limit) {
		return this.runs.recent(Limits.within(limit, 200)).stream().map(RunBody::of).toList();
	}

	@GetMapping("/{id}")
	@Operation(summary = "A run")
	RunBody get(@PathVariable String id) {
		return RunBody.of(this.runs.get(RunId.of(id)));
	}

	@GetMapping("/{id}/steps")
	@Operation(summary = "Its steps: those reached in the order of their start, then those ahead")
	List<RunStep> steps(@PathVariable String id) {
		return this.runs.steps(RunId.of(id));
	}

	@GetMapping("/{id}/timeline")
	@Operation(summary = "What happened, newest last")
	List<TimelineEntry> timeline(@PathVariable String id) {
		return this.runs.timeline(RunId.of(id));
	}

	@PostMapping("/{id}/steps/{step}/retry")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Try a failed step again now")
	void retry(@PathVariable String id, @PathVariable String step, @Valid @RequestBody Reason body, Person me) {
		this.runs.retry(RunId.of(id), step, me, body.reason());
	}

	@PostMapping("/{id}/steps/{step}/skip")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Pass over a step, where the playbook allows it")
	void skip(@PathVariable String id, @PathVariable String step, @Valid @RequestBody Reason body, Person me) {
		this.runs.skip(RunId.of(id), step, me, body.reason());
	}

	@PostMapping("/{id}/steps/{step}/cancel")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Tell a step at work to stop")
	void cancel(@PathVariable String id, @PathVariable String step, @Valid @RequestBody Reason body, Person me) {
		this.runs.cancel(RunId.of(id), step, me, body.reason());
	}

	@PostMapping("/{id}/abort")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "End the run in a known state")
	void abort(@PathVariable String id, @Valid @RequestBody Reason body, Person me) {
		this.runs.abort(RunId.of(id), me, body.reason());
	}

	@PostMapping("/{id}/commander")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Take command")
	void takeOver(@PathVariable String id, @Valid @RequestBody Reason body, Person me) {
		this.runs.takeOver(RunId.of(id), me, body.reason());
	}

	@PostMapping("/{id}/hand-over")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Hand command over to somebody; only the commander can")
	void handOver(@PathVariable String id, @Valid @RequestBody HandOver body, Person me) {
		this.runs.handOver(RunId.of(id), this.people.get(body.person()), me, body.reason());
	}

	@PostMapping("/{id}/notes")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Add a sentence to the timeline")
	void note(@PathVariable String id, @Valid @RequestBody Note body, Person me) {
		this.runs.note(RunId.of(id), me, body.text());
	}

}
