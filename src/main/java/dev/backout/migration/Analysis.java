package dev.backout.migration;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.migration.Effect.Kind;

/**
 * What the text of a changeset tells.
 *
 * @param transactional whether it asks for a transaction
 * @param effects what applying it does, statement by statement
 * @param digest over all of its text, way back and preconditions included
 */
record Analysis(ChangesetId changeset, boolean transactional, Inverse inverse, String lock, boolean rewrite,
		List<Reason> reasons, List<Effect> effects, String digest) {

	ChangesetVerdict verdict() {
		var verdict = this.reasons.stream().map(Reason::verdict).reduce(Verdict.REVERSIBLE, Verdict::worseOf);
		return new ChangesetVerdict(this.changeset, verdict, this.inverse,
				verdict.within(Verdict.REVERSIBLE_WITH_STASH) ? DataLoss.NONE : DataLoss.UNKNOWN, this.lock,
				this.rewrite, this.reasons, null);
	}

	/**
	 * The verdict with what was measured: what is certain stays, what was only possible
	 * is settled by a proof that held or broke.
	 */
	ChangesetVerdict proven(Prover.Proven proven) {
		var proof = proven.proof();
		var reasons = new ArrayList<Reason>(proven.reasons());
		this.reasons.stream().filter((reason) -> reason.certain() || !proof.outcome().held()).forEach(reasons::add);
		if (proof.outcome().broke()) {
			reasons.add(Reason.certain("proof-" + proof.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-'),
					worst(proof), proof.why() != null ? proof.why() : "The proof shows " + proof.outcome()));
		}
		reasons.sort(Comparator.comparing(Reason::verdict).reversed());
		var verdict = reasons.stream().map(Reason::verdict).reduce(Verdict.REVERSIBLE, Verdict::worseOf);
		return new ChangesetVerdict(this.changeset, verdict, this.inverse,
				(proof.outcome().held() && verdict.within(Verdict.REVERSIBLE_WITH_STASH)) ? DataLoss.NONE
						: proven.loss(),
				proof.locks().isEmpty() ? this.lock : measuredLock(proof), this.rewrite || !proof.rewritten().isEmpty(),
				reasons, proof);
	}

	private static Verdict worst(ChangesetProof proof) {
		return (proof.outcome() == ProofOutcome.REVERT_FAILS || proof.also().contains(ProofOutcome.REVERT_FAILS))
				? Verdict.IRREVERSIBLE : Verdict.LOSSY;
	}

	private String measuredLock(ChangesetProof proof) {
		if (!this.lock.equals("none") && !this.lock.startsWith("unknown")) {
			return this.lock;
		}
		return proof.locks()
			.entrySet()
			.stream()
			.map((entry) -> entry.getValue() + " on " + entry.getKey())
			.sorted()
			.findFirst()
			.orElse("none");
	}

	/** Whether it has code that is left out, and nothing else that must not run. */
	boolean leavesCodeOut() {
		var codes = this.reasons.stream().map(Reason::code).toList();
		return codes.contains("runs-code") && !codes.contains("server-host");
	}

	/** Whether it does anything but write rows, as far as its text tells. */
	boolean changesShape() {
		return this.effects.stream().anyMatch((effect) -> !effect.kind().rows() && effect.kind() != Kind.HARMLESS);
	}

	/** Whether it makes tables that only its session sees, as far as its text tells. */
	boolean maySetUpForTheSession() {
		return this.effects.stream()
			.anyMatch((effect) -> effect.kind() == Kind.PROCEDURE || effect.kind() == Kind.UNKNOWN
					|| effect.text().contains("temp"));
	}

	/** Whether its text tells all columns that it writes to. */
	boolean columnsKnown() {
		return this.effects.stream()
			.noneMatch((effect) -> effect.kind() == Kind.PROCEDURE || effect.kind() == Kind.UNKNOWN
					|| effect.kind() == Kind.MERGE);
	}

	/** Tables that it names and that it does not create itself. */
	Set<String> oldTables() {
		return Inspector.onOldTables(this.effects).stream().map(Effect::on).collect(Collectors.toSet());
	}

	/** Tables that had better have rows, for their columns go or change. */
	Set<String> atStake() {
		return Inspector.onOldTables(this.effects)
			.stream()
			.filter((effect) -> effect.kind() == Kind.DROP_COLUMN || effect.kind() == Kind.DROP_TABLE
					|| effect.kind() == Kind.CHANGE_TYPE || effect.kind() == Kind.TRUNCATE)
			.map(Effect::on)
			.collect(Collectors.toSet());
	}

	/** Whether rows that existed before are at stake: then a proof has to touch some. */
	boolean needsRows() {
		return Inspector.onOldTables(this.effects)
			.stream()
			.anyMatch((effect) -> effect.kind().rows() || effect.kind() == Kind.DROP_COLUMN
					|| effect.kind() == Kind.DROP_TABLE || effect.kind() == Kind.CHANGE_TYPE);
	}

}
