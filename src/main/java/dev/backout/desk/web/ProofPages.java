package dev.backout.desk.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.backout.migration.ProofOutcome;
import dev.backout.migration.Proofs;
import dev.backout.migration.Reason;
import dev.backout.migration.ReleaseProof;
import dev.backout.people.Person;
import dev.backout.people.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** What was proven of a release, on its page. */
@Controller
class ProofPages {

	private final Proofs proofs;

	ProofPages(Proofs proofs) {
		this.proofs = proofs;
	}

	/** The part of the page that changes while a proof is under way. */
	@GetMapping("/releases/{id}/proof")
	String proof(@PathVariable String id, Person me, Model model) {
		add(this.proofs, id, me, model);
		return "parts-proof :: proof";
	}

	@PostMapping("/releases/{id}/proof")
	String start(@PathVariable String id, Person me) {
		if (!me.has(Role.OPERATOR)) {
			throw new AccessDeniedException("Only a person with the role operator may start a proof");
		}
		this.proofs.start(id, me.id());
		return "redirect:/releases/{id}#proof";
	}

	static void add(Proofs proofs, String release, Person me, Model model) {
		var newest = proofs.newest(release).orElse(null);
		var standing = proofs.of(release).orElse(null);
		var now = Instant.now();
		model.addAttribute("releaseId", release);
		model.addAttribute("mayProve", me.has(Role.OPERATOR));
		model.addAttribute("proof", standing);
		model.addAttribute("proofTry", newest);
		model.addAttribute("proving", newest != null && newest.underWay(now));
		model.addAttribute("brokeOff", newest != null && newest.brokeOff(now));
		model.addAttribute("proven",
				(standing != null) ? standing.changesets().stream().map(ProofRow::of).toList() : List.of());
	}

	/**
	 * A changeset and its proof, ready to be read.
	 *
	 * @param differences of schema and rows: {@code -} for what was there, {@code +} for
	 * what is now
	 */
	public record ProofRow(String changeset, String component, String verdict, boolean stale, String outcome,
			boolean held, boolean broke, @Nullable String why, List<String> reasons, long applyMillis,
			long revertMillis, Map<String, String> locks, List<String> differences) {

		static ProofRow of(ReleaseProof.Proven proven) {
			var verdict = proven.verdict();
			var id = verdict.changeset();
			var proof = verdict.proof();
			var reasons = verdict.reasons().stream().map(Reason::text).toList();
			if (proof == null) {
				return new ProofRow(id.author() + ":" + id.id(), proven.component(), verdict.verdict().name(),
						proven.stale(), ProofOutcome.SKIPPED.name(), false, false, null, reasons, 0, 0, Map.of(),
						List.of());
			}
			var differences = new ArrayList<>(proof.schemaDiff());
			differences.addAll(proof.dataDiff());
			return new ProofRow(id.author() + ":" + id.id(), proven.component(), verdict.verdict().name(),
					proven.stale(), proof.outcome().name(), proof.outcome().held(), proof.outcome().broke(),
					reasons.contains(proof.why()) ? null : proof.why(), reasons, proof.applyMillis(),
					proof.revertMillis(), new TreeMap<>(proof.locks()), differences);
		}

		/** The outcome in words. */
		public String says() {
			return switch (ProofOutcome.valueOf(this.outcome)) {
				case IDENTICAL -> "Came back identical";
				case EQUIVALENT -> "Came back equivalent";
				case SCHEMA_DIFFERS -> "The schema differs";
				case DATA_DIFFERS -> "Rows differ";
				case REVERT_FAILS -> "The way back fails";
				case REAPPLY_FAILS -> "Cannot be applied again";
				case NOT_EXERCISED -> "No row was touched";
				case SKIPPED -> "Not proven";
			};
		}

	}

}
