package dev.backout.migration;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The measured round trip of one changeset on a clone: apply, revert, compare, apply
 * again.
 *
 * @param outcome how it ended
 * @param also further defects that showed after the first
 * @param why a sentence for everything but IDENTICAL: the error, or why it could not run
 * @param applyMillis time to apply
 * @param revertMillis time to revert
 * @param schemaDiff lines {@code - what was there before} and {@code + what is there now}
 * @param dataDiff likewise for the rows, a line per table
 * @param locks strongest lock that was held on each table that existed before, by table
 * @param rewritten tables whose storage was written anew
 * @param touched rows inserted, updated and deleted while applying, by table
 * @param survival what became of rows written between apply and revert
 * @param changedBack tables whose rows or shape the way there or the way back can change,
 * as they are called in between; null where nobody knows
 * @param basis digest of all that it stands on: the changelog up to and with this
 * changeset, and the rows that it began with; null where nothing was measured
 */
public record ChangesetProof(ProofOutcome outcome, List<ProofOutcome> also, @Nullable String why, long applyMillis,
		long revertMillis, List<String> schemaDiff, List<String> dataDiff, Map<String, String> locks,
		List<String> rewritten, Map<String, Touched> touched, @Nullable Survival survival,
		@Nullable List<String> changedBack, @Nullable String basis) {

	public ChangesetProof {
		also = List.copyOf(also);
		schemaDiff = List.copyOf(schemaDiff);
		dataDiff = List.copyOf(dataDiff);
		locks = Map.copyOf(locks);
		rewritten = List.copyOf(rewritten);
		touched = Map.copyOf(touched);
		changedBack = (changedBack != null) ? List.copyOf(changedBack) : null;
	}

	/** Nothing could be measured, for the given reason. */
	public static ChangesetProof skipped(String why) {
		return new ChangesetProof(ProofOutcome.SKIPPED, List.of(), why, 0, 0, List.of(), List.of(), Map.of(), List.of(),
				Map.of(), null, null, null);
	}

	ChangesetProof on(String digest) {
		return new ChangesetProof(this.outcome, this.also, this.why, this.applyMillis, this.revertMillis,
				this.schemaDiff, this.dataDiff, this.locks, this.rewritten, this.touched, this.survival,
				this.changedBack, digest);
	}

	/** Rows that a changeset touched in one table. */
	public record Touched(long inserted, long updated, long deleted) {

		public long rows() {
			return this.inserted + this.updated + this.deleted;
		}

	}

	/**
	 * Rows written after the change: how many, and how many were there after the revert.
	 */
	public record Survival(long written, long survived) {
	}

}
