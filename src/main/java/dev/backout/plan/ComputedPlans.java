package dev.backout.plan;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import dev.backout.catalog.Release;
import dev.backout.catalog.Releases;
import dev.backout.database.Target;
import dev.backout.database.Targets;
import dev.backout.kernel.Rejected;
import dev.backout.migration.PlanDigests;
import dev.backout.migration.Proofs;
import dev.backout.migration.Reason;
import dev.backout.migration.ReleaseProof;
import dev.backout.migration.Reversal;
import dev.backout.migration.Verdict;
import dev.backout.plan.Reversals.Undo;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Computes plans from the catalogue, the target's history and what analysis says. */
@Component
class ComputedPlans implements Plans, PlanDigests {

	private final Releases releases;

	private final Targets targets;

	private final Reversals reversals;

	private final Estimates estimates;

	private final Optional<Proofs> proofs;

	ComputedPlans(Releases releases, Targets targets, Reversals reversals, Estimates estimates,
			Optional<Proofs> proofs) {
		this.releases = releases;
		this.targets = targets;
		this.reversals = reversals;
		this.estimates = estimates;
		this.proofs = proofs;
	}

	@Override
	public BackoutPlan compute(String release, String target) {
		var what = this.releases.get(release);
		var database = this.targets.named(target);
		var found = this.reversals.of(what, target);
		if (found.steps().isEmpty()) {
			throw new Rejected("plan.nothing-deployed",
					"Nothing of release '%s' is deployed on target '%s': there is nothing to roll back"
						.formatted(release, target));
		}
		var proof = this.proofs.flatMap((kept) -> kept.of(release));
		return new BackoutPlan(release, target, steps(what, database, found.steps(), proof), losses(found.steps()),
				harmed(found), new ChangedTables(database, proof).of(found.steps()),
				digest(what, database, found.steps()));
	}

	@Override
	public String now(String release, String target) {
		return compute(release, target).digest();
	}

	/** Everything that decides what will run, and nothing else. */
	private static String digest(Release release, Target target, List<Undo> undos) {
		return PlanDigest.of(Map.of("release", release.id(), "target", target.name(), "database", target.database(),
				"flags", release.flags(), "checks", release.checks(), "changesets",
				undos.stream().map(ComputedPlans::digested).toList()));
	}

	private static Map<String, Object> digested(Undo undo) {
		var deployed = undo.step().deployed();
		return Map.of("changeset", deployed.id().toString(), "storedFile", deployed.storedFile(), "checksum",
				Objects.toString(deployed.checksum(), ""), "deployment", Objects.toString(deployed.deployment(), ""),
				"way", undo.step().way().name(), "statements", undo.step().statements());
	}

	private List<PlanStep> steps(Release release, Target target, List<Undo> undos, Optional<ReleaseProof> proof) {
		var steps = new Steps(this.estimates, target.name());
		var bytes = bytes(target);
		for (var flag : release.flags()) {
			steps.add("flag.set", "Switch off " + flag,
					this.estimates.fixed("flag.set", target.name(), Duration.ofSeconds(2)));
		}
		steps.add("target.freeze", "Freeze " + target.name(),
				this.estimates.fixed("target.freeze", target.name(), Duration.ofSeconds(1)));
		steps.add("backup.take", "Back up " + target.name(),
				this.estimates.bySize("backup.take", target.name(), bytes, 40_000_000));
		steps.add("backup.verify", "Restore the backup beside it and compare",
				this.estimates.bySize("backup.verify", target.name(), bytes, 25_000_000));
		undos.forEach((undo) -> steps.revert(undo, this.proofs.isEmpty() ? null : sentence(proof, undo)));
		steps.add("check.run", "Check with suite " + release.checks(),
				this.estimates.fixed("check.run", target.name(), Duration.ofSeconds(3)));
		steps.add("target.thaw", "Thaw " + target.name(),
				this.estimates.fixed("target.thaw", target.name(), Duration.ofSeconds(1)));
		return steps.all();
	}

	private static String sentence(Optional<ReleaseProof> proof, Undo undo) {
		return proof.map((kept) -> kept.sentence(undo.component(), undo.step().deployed().id())).orElse("Not proven");
	}

	private static long bytes(Target target) {
		try (var connection = target.open("plan");
				var statement = connection.createStatement();
				var rows = statement.executeQuery("select pg_database_size(current_database())")) {
			rows.next();
			return rows.getLong(1);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The size of '%s' cannot be read".formatted(target.name()), ex);
		}
	}

	private static List<Loss> losses(List<Undo> undos) {
		var losses = new ArrayList<Loss>();
		for (var undo : undos) {
			var problem = undo.step().problem();
			if (problem != null) {
				losses.add(new Loss(undo.component(), undo.changeset(), problem));
			}
			undo.losses().forEach((loss) -> losses.add(new Loss(undo.component(), undo.changeset(), loss)));
		}
		return losses;
	}

	/**
	 * Changes of others: what another component of the release brought is undone as well.
	 */
	private static List<String> harmed(Reversals.Found found) {
		var undone = found.steps().stream().map((undo) -> undo.step().deployed().id()).toList();
		return found.collateral()
			.stream()
			.filter((collateral) -> !undone.contains(collateral.later()))
			.map(ComputedPlans::sentence)
			.toList();
	}

	private static String sentence(Reversal.Collateral collateral) {
		return "%s was deployed later and stands on %s of %s".formatted(collateral.later(), collateral.object(),
				collateral.on());
	}

	/** Numbers steps and marks the first after which only a restore helps. */
	private static final class Steps {

		private final List<PlanStep> steps = new ArrayList<>();

		private final Estimates estimates;

		private final String target;

		private boolean passed;

		Steps(Estimates estimates, String target) {
			this.estimates = estimates;
			this.target = target;
		}

		void add(String type, String title, Estimate estimate) {
			this.steps.add(new PlanStep(this.steps.size() + 1, type, title, null, null, null, List.of(), List.of(),
					estimate, false));
		}

		void revert(Undo undo, @Nullable String proof) {
			var verdict = undo.verdict();
			var first = !this.passed && !verdict.within(Verdict.REVERSIBLE_WITH_STASH);
			this.passed |= first;
			this.steps.add(new PlanStep(this.steps.size() + 1, "migration.revert",
					"Revert %s of %s".formatted(undo.changeset(), undo.component()), undo.component(), undo.changeset(),
					verdict.name(), undo.reasons().stream().map(Reason::text).toList(), undo.step().statements(),
					this.estimates.fixed("revert " + undo.changeset(), this.target, Duration.ofSeconds(1)), first,
					proof));
		}

		List<PlanStep> all() {
			return this.steps;
		}

	}

}
