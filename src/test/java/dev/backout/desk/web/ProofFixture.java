package dev.backout.desk.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetProof;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.DataLoss;
import dev.backout.migration.Inverse;
import dev.backout.migration.ProofOutcome;
import dev.backout.migration.Reason;
import dev.backout.migration.ReleaseProof;
import dev.backout.migration.Verdict;
import org.jspecify.annotations.Nullable;

/** A proof with one of each kind. */
final class ProofFixture {

	private ProofFixture() {
	}

	static ReleaseProof proof() {
		return new ReleaseProof(7, "shop-2026.11.2", "shop", "lena", DeskFixture.NOW.minusSeconds(400),
				DeskFixture.NOW.minusSeconds(340), 3, 3, DeskFixture.NOW.minusSeconds(340), null,
				"shop-20261123-021012-1f0a", DeskFixture.NOW.minus(Duration.ofHours(1)), null,
				List.of(proven("catalog", "split-name", Verdict.REVERSIBLE, ProofOutcome.IDENTICAL, null, List
					.of(), List.of(), false), proven("orders", "drop-note", Verdict.LOSSY, ProofOutcome.DATA_DIFFERS,
							"Rows differ after the way back: public.orders: 12331 rows before, 12331 after; 12331 values of note differ",
							List.of("- grant public.orders app_ro=r/postgres",
									"- index public.orders.orders_note_idx CREATE INDEX orders_note_idx ON public.orders USING btree (lower(note)) WHERE (note IS NOT NULL)"),
							List.of("public.orders: 12331 rows before, 12331 after; 12331 values of note differ (id 17: call before delivery, now NULL)"),
							false),
						proven("orders", "one-closing-status", Verdict.REVERSIBLE_WITH_STASH,
								ProofOutcome.NOT_EXERCISED,
								"No row was touched: bring data with --data, or a clone with --url", List.of(),
								List.of(), true)));
	}

	private static ReleaseProof.Proven proven(String component, String id, Verdict verdict, ProofOutcome outcome,
			@Nullable String why, List<String> schema, List<String> data, boolean stale) {
		var proof = new ChangesetProof(outcome, List.of(), why, 1204, 388, schema, data,
				Map.of("public." + component, "ACCESS EXCLUSIVE"), List.of(), Map.of(), null,
				List.of("public." + component), "basis");
		return new ReleaseProof.Proven(component, new ChangesetVerdict(new ChangesetId(component + ".sql", id, "ana"),
				verdict, Inverse.EXPLICIT, DataLoss.NONE, "none", false,
				List.of(new Reason("kept-column", verdict, true,
						"The rollback makes column orders.note again, but empty: leave the rollback out and its values are kept")),
				proof), stale);
	}

}
