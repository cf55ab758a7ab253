package dev.backout.migration;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What Backout says about one changeset.
 *
 * @param changeset what names it
 * @param verdict the worst that the reasons and, where there is one, the proof allow
 * @param inverse where the way back comes from
 * @param dataLoss what does not come back
 * @param lock the strongest lock it needs on existing tables, in PostgreSQL's words, with
 * what it costs; {@code none} if it needs none
 * @param rewrite whether a table is written anew while locked
 * @param reasons most severe first
 * @param proof the measured round trip, if there was one
 */
public record ChangesetVerdict(ChangesetId changeset, Verdict verdict, Inverse inverse, DataLoss dataLoss, String lock,
		boolean rewrite, List<Reason> reasons, @Nullable ChangesetProof proof) {

	public ChangesetVerdict {
		reasons = List.copyOf(reasons);
	}

}
