package dev.backout.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspector;
import dev.backout.migration.Migrations;
import dev.backout.migration.Reason;
import dev.backout.migration.Reversal;
import dev.backout.migration.Verdict;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What has to be undone of a release: the target's own history, with verdicts. */
@Component
class Reversals {

	private final Migrations migrations;

	Reversals(Migrations migrations) {
		this.migrations = migrations;
	}

	/** The deployed changesets of a release, last deployed first. */
	Found of(Release release, String target) {
		var reversal = this.migrations.plan(target, release.id());
		var origins = new HashMap<ChangesetId, Origin>();
		release.components().forEach((component) -> inspect(component, origins));
		return new Found(reversal.steps().stream().map((step) -> undo(step, origins)).toList(), reversal.collateral());
	}

	private static void inspect(ReleaseComponent component, Map<ChangesetId, Origin> origins) {
		var changelog = component.component().changelog();
		var source = new ChangelogSource(changelog.root(), changelog.file(), String.join(",", component.contexts()), "",
				Map.of());
		Inspector.inspect(source)
			.changesets()
			.forEach((verdict) -> origins.put(verdict.changeset(), new Origin(component.component().id(), verdict)));
	}

	private static Undo undo(Reversal.Step step, Map<ChangesetId, Origin> origins) {
		var origin = origins.get(step.deployed().id());
		return new Undo((origin != null) ? origin.component() : "", step, (origin != null) ? origin.verdict() : null);
	}

	private record Origin(String component, ChangesetVerdict verdict) {
	}

	/** What was found, and what would suffer by it. */
	record Found(List<Undo> steps, List<Reversal.Collateral> collateral) {
	}

	/**
	 * One changeset to undo.
	 *
	 * @param analysed what its text says; missing if it is no longer in the changelog
	 */
	record Undo(String component, Reversal.Step step, @Nullable ChangesetVerdict analysed) {

		String changeset() {
			var id = this.step.deployed().id();
			return id.author() + ":" + id.id();
		}

		/**
		 * As it was deployed: what protection kept then counts, not what the text alone
		 * would allow.
		 */
		Verdict verdict() {
			if (this.step.problem() != null || this.step.way() == Reversal.Way.NONE) {
				return Verdict.IRREVERSIBLE;
			}
			return losses().isEmpty() ? best() : Verdict.LOSSY;
		}

		/** An inverse that needs nothing kept is better than one that does. */
		private Verdict best() {
			var byText = (this.analysed != null) ? this.analysed.verdict() : Verdict.IRREVERSIBLE;
			return switch (this.step.way()) {
				case KEPT, FROZEN ->
					byText.within(Verdict.REVERSIBLE_WITH_STASH) ? byText : Verdict.REVERSIBLE_WITH_STASH;
				default -> Verdict.REVERSIBLE;
			};
		}

		/** What does not come back, one sentence each. */
		List<String> losses() {
			return reasons().stream().filter((reason) -> reason.verdict() == Verdict.LOSSY).map(Reason::text).toList();
		}

		/** What is to be said about it, as far as it is so for what was deployed. */
		List<Reason> reasons() {
			return switch (this.step.way()) {
				case FORGET, FROZEN -> List.of();
				default -> (this.analysed == null) ? List.of()
						: this.analysed.reasons()
							.stream()
							.filter((reason) -> reason.verdict() != Verdict.IRREVERSIBLE)
							.toList();
			};
		}

	}

}
