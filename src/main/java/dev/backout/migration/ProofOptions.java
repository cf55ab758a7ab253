package dev.backout.migration;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * How a changelog is proven.
 *
 * @param from first changeset to prove; those before it are only applied. Null for the
 * first
 * @param to last changeset to prove; nothing after it is touched. Null for the last
 * @param dataSql run once before the first proof, to bring rows; empty for none
 * @param generateRows whether tables without rows get some of ours
 * @param timeBox after that the rest is skipped; zero for none
 * @param statementTimeout limit of one statement; zero for none
 * @param known proofs of an earlier try, by changeset: taken over, not repeated, where
 * their basis is the same
 * @param only changesets to prove within the range; the others are only applied. Empty
 * for all
 * @param heard told before each changeset and after each proof
 */
public record ProofOptions(@Nullable ChangesetId from, @Nullable ChangesetId to, String dataSql, boolean generateRows,
		Duration timeBox, Duration statementTimeout, Map<ChangesetId, ChangesetProof> known, Set<ChangesetId> only,
		Consumer<ProofProgress> heard) {

	/** Everything, with rows of ours, without limits. */
	public static final ProofOptions DEFAULT = new ProofOptions(null, null, "", true, Duration.ZERO, Duration.ZERO,
			Map.of(), Set.of(), (progress) -> {
			});

	public ProofOptions {
		known = Map.copyOf(known);
		only = Set.copyOf(only);
	}

	public ProofOptions range(@Nullable ChangesetId first, @Nullable ChangesetId last) {
		return new ProofOptions(first, last, this.dataSql, this.generateRows, this.timeBox, this.statementTimeout,
				this.known, this.only, this.heard);
	}

	public ProofOptions withData(String sql) {
		return new ProofOptions(this.from, this.to, sql, this.generateRows, this.timeBox, this.statementTimeout,
				this.known, this.only, this.heard);
	}

	public ProofOptions withoutGeneratedRows() {
		return new ProofOptions(this.from, this.to, this.dataSql, false, this.timeBox, this.statementTimeout,
				this.known, this.only, this.heard);
	}

	public ProofOptions within(Duration box) {
		return new ProofOptions(this.from, this.to, this.dataSql, this.generateRows, box, this.statementTimeout,
				this.known, this.only, this.heard);
	}

	public ProofOptions knowing(Map<ChangesetId, ChangesetProof> proofs) {
		return new ProofOptions(this.from, this.to, this.dataSql, this.generateRows, this.timeBox,
				this.statementTimeout, proofs, this.only, this.heard);
	}

	public ProofOptions only(Set<ChangesetId> changesets) {
		return new ProofOptions(this.from, this.to, this.dataSql, this.generateRows, this.timeBox,
				this.statementTimeout, this.known, changesets, this.heard);
	}

	public ProofOptions heardBy(Consumer<ProofProgress> listener) {
		return new ProofOptions(this.from, this.to, this.dataSql, this.generateRows, this.timeBox,
				this.statementTimeout, this.known, this.only, listener);
	}

}
