package dev.backout.desk.api;

import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.UUID;

import dev.backout.desk.Downloads;
import dev.backout.people.Person;
import dev.backout.run.Attachment;
import dev.backout.run.Evidence;
import dev.backout.run.RunId;
import dev.backout.run.Runs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Files that people attach to a run. */
@RestController
@RequestMapping("/api/v1/runs/{run}/evidence")
@Tag(name = "runs")
class RunEvidenceApi {

	private final Evidence evidence;

	private final Runs runs;

	RunEvidenceApi(Evidence evidence, Runs runs) {
		this.evidence = evidence;
		this.runs = runs;
	}

	/**
	 * A file; its run is in the address.
	 *
	 * @param remark what it shows
	 */
	record EvidenceBody(UUID id, String name, long size, String sha256, String remark, String addedBy,
			java.time.Instant addedAt) {

		static EvidenceBody of(Attachment file) {
			return new EvidenceBody(file.id(), file.name(), file.size(), file.sha256(), file.remark(), file.addedBy(),
					file.addedAt());
		}

	}

	@GetMapping
	@Operation(summary = "What is attached to a run")
	List<EvidenceBody> list(@PathVariable String run) {
		return this.evidence.of(this.runs.get(RunId.of(run)).id()).stream().map(EvidenceBody::of).toList();
	}

	/** The body is the file, byte by byte. */
	@PostMapping(consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	@Operation(summary = "Attach a file: the body is its bytes")
	ResponseEntity<EvidenceBody> attach(@PathVariable String run, @RequestParam String name,
			@RequestParam String remark, InputStream body, Person me) {
		var file = this.evidence.attach(RunId.of(run), name, body, remark, me);
		return ResponseEntity.created(URI.create("/api/v1/runs/%s/evidence/%s".formatted(run, file.id())))
			.body(EvidenceBody.of(file));
	}

	@GetMapping("/{id}")
	@Operation(summary = "An attached file, as it was attached")
	ResponseEntity<byte[]> read(@PathVariable String run, @PathVariable UUID id) {
		return Downloads.of(this.evidence.read(RunId.of(run), id));
	}

}
