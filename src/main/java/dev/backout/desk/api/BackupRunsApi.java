package dev.backout.desk.api;

import java.net.URI;

import dev.backout.desk.BackupStarts;
import dev.backout.people.Person;
import dev.backout.run.RunId;
import dev.backout.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Backups and verifications that are not waited for: runs like any other. */
@RestController
@Tag(name = "backups", description = "Backups, and restoring them")
class BackupRunsApi {

	private final BackupStarts starts;

	private final Runs runs;

	BackupRunsApi(BackupStarts starts, Runs runs) {
		this.starts = starts;
		this.runs = runs;
	}

	/** Of which target, and why. */
	record Wanted(@NotBlank String target, @NotBlank @Size(max = 500) String reason) {
	}

	/** Why. */
	record Reason(@NotBlank @Size(max = 500) String reason) {
	}

	@PostMapping("/api/v1/backups/runs")
	@Operation(summary = "Start a backup of a target, verified at once; answers with the run")
	ResponseEntity<RunBody> take(@Valid @RequestBody Wanted body, Person me) {
		return started(this.starts.take(body.target(), body.reason(), me));
	}

	@PostMapping("/api/v1/backups/{id}/runs")
	@Operation(summary = "Start a verification of a backup; answers with the run")
	ResponseEntity<RunBody> verify(@PathVariable String id, @Valid @RequestBody Reason body, Person me) {
		return started(this.starts.verify(id, body.reason(), me));
	}

	private ResponseEntity<RunBody> started(RunId run) {
		return ResponseEntity.created(URI.create("/api/v1/runs/" + run)).body(RunBody.of(this.runs.get(run)));
	}

}
