package dev.backout.migration;

import java.util.List;

import dev.backout.migration.Effect.Kind;

/**
 * What the text of a changeset tells.
 *
 * @param effects what applying it does, statement by statement
 */
record Analysis(ChangesetId changeset, Inverse inverse, String lock, boolean rewrite, List<Reason> reasons,
		List<Effect> effects) {

	ChangesetVerdict verdict() {
		var verdict = this.reasons.stream().map(Reason::verdict).reduce(Verdict.REVERSIBLE, Verdict::worseOf);
		return new ChangesetVerdict(this.changeset, verdict, this.inverse,
				verdict.within(Verdict.REVERSIBLE_WITH_STASH) ? DataLoss.NONE : DataLoss.UNKNOWN, this.lock,
				this.rewrite, this.reasons, null);
	}

	/** Whether rows that existed before are at stake: then a proof has to touch some. */
	boolean needsRows() {
		return Inspector.onOldTables(this.effects)
			.stream()
			.anyMatch((effect) -> effect.kind().rows() || effect.kind() == Kind.DROP_COLUMN
					|| effect.kind() == Kind.DROP_TABLE || effect.kind() == Kind.CHANGE_TYPE);
	}

}
