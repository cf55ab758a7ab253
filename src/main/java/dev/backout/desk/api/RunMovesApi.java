package dev.backout.desk.api;

import java.util.List;

import dev.backout.people.Person;
import dev.backout.playbook.PlaybookDifference;
import dev.backout.run.RunId;
import dev.backout.run.RunMoves;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Moving a run to the newest version of its playbook. */
@RestController
@RequestMapping("/api/v1/runs/{run}/move")
@Tag(name = "runs")
class RunMovesApi {

	private final RunMoves moves;

	RunMovesApi(RunMoves moves) {
		this.moves = moves;
	}

	/**
	 * What a move would mean.
	 *
	 * @param from version that the run follows
	 * @param to newest version
	 * @param obstacles why it would be refused now
	 */
	record MoveBody(String playbook, int from, int to, List<PlaybookDifference.Change> changes,
			List<String> obstacles) {
	}

	/** A move that somebody has looked at. */
	record Move(@Min(1) int version, @NotBlank @Size(max = 500) String reason) {
	}

	@GetMapping
	@Operation(summary = "The difference to the newest version, and what stands against a move")
	MoveBody preview(@PathVariable String run) {
		var preview = this.moves.preview(RunId.of(run));
		return new MoveBody(preview.from().id(), preview.from().version(), preview.to().version(),
				preview.difference().changes(), preview.obstacles());
	}

	@PostMapping
	@ResponseStatus(HttpStatus.NO_CONTENT)
	@Operation(summary = "Move the run to the version that was looked at")
	void move(@PathVariable String run, @Valid @RequestBody Move body, Person me) {
		this.moves.move(RunId.of(run), body.version(), me, body.reason());
	}

}
