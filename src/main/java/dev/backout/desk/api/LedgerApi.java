package dev.backout.desk.api;

import java.util.List;

import dev.backout.kernel.Rejected;
import dev.backout.ledger.Checkpoint;
import dev.backout.ledger.ConsistencyProof;
import dev.backout.ledger.InclusionProof;
import dev.backout.ledger.LedgerEntry;
import dev.backout.ledger.LedgerExport;
import dev.backout.ledger.LedgerProofs;
import dev.backout.ledger.TreeHead;
import dev.backout.people.Person;
import dev.backout.people.Role;
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
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** The record and its proofs. */
@RestController
@RequestMapping("/api/v1/ledger")
@Tag(name = "ledger", description = "Who did what, when, on what; append-only and tamper-evident")
class LedgerApi {

	private final LedgerProofs ledger;

	private final LedgerExport export;

	LedgerApi(LedgerProofs ledger, LedgerExport export) {
		this.ledger = ledger;
		this.export = export;
	}

	@GetMapping("/head")
	@Operation(summary = "Size and root of the record")
	TreeHead head() {
		return this.ledger.head();
	}

	@GetMapping("/entries")
	@Operation(summary = "What happened to a subject, such as a run")
	List<LedgerEntry> entries(@RequestParam String subject) {
		return this.ledger.entries(subject);
	}

	@GetMapping("/entries/{index}")
	@Operation(summary = "The entry at a place")
	LedgerEntry entry(@PathVariable long index) {
		return this.ledger.entry(index);
	}

	@GetMapping("/entries/{index}/proof")
	@Operation(summary = "Proof that the entry is in the record")
	InclusionProof proof(@PathVariable long index) {
		return this.ledger.proofOf(index);
	}

	@GetMapping("/consistency")
	@Operation(summary = "Proof that a later record only adds to an earlier one")
	ConsistencyProof consistency(@RequestParam long first, @RequestParam long second) {
		return this.ledger.proofBetween(first, second);
	}

	@GetMapping(path = "/key", produces = "text/plain")
	@Operation(summary = "The public key that checkpoints are signed with")
	String key() {
		return this.ledger.publicKey() + "\n";
	}

	@PostMapping("/checkpoints")
	@Operation(summary = "Signs the record as it stands")
	Checkpoint checkpoint() {
		return this.ledger.checkpoint();
	}

	@GetMapping("/export")
	@Operation(summary = "The whole record as a file that 'ledger verify' checks; for auditors")
	ResponseEntity<StreamingResponseBody> export(Person person) {
		if (!person.has(Role.AUDITOR)) {
			throw new Rejected("ledger.forbidden", "Only auditors export the record");
		}
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.header("Content-Disposition", "attachment; filename=\"backout.ledger\"")
			.body((out) -> this.export.write(out));
	}

}
