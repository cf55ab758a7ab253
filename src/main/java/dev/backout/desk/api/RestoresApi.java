package dev.backout.desk.api;

import java.net.URI;

import dev.backout.desk.RestoreStarts;
import dev.backout.people.Person;
import dev.backout.run.Runs;
import dev.backout.run.Severity;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Starting restores: from then on it is a run like any other. */
@RestController
@Tag(name = "backups", description = "Backups, and restoring them")
class RestoresApi {

	private final RestoreStarts restores;

	private final Runs runs;

	RestoresApi(RestoreStarts restores, Runs runs) {
		this.restores = restores;
		this.runs = runs;
	}

	/** Why, and how bad it is. */
	record Declaration(@NotNull Severity severity, @NotBlank @Size(max = 500) String reason) {
	}

	@PostMapping("/api/v1/backups/{id}/restore")
	@Operation(summary = "Start a restore; somebody else approves it before the target is touched")
	ResponseEntity<RunBody> start(@PathVariable String id, @Valid @RequestBody Declaration declaration, Person me) {
		var run = this.restores.start(id, declaration.severity(), declaration.reason(), me);
		return ResponseEntity.created(URI.create("/api/v1/runs/" + run)).body(RunBody.of(this.runs.get(run)));
	}

}
