package dev.backout.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.kernel.Rejected;
import dev.backout.migration.Changeset;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspector;
import dev.backout.migration.Reason;
import dev.backout.migration.Verdict;

/** Plans from the catalogue's text alone. */
class CataloguePlans implements Plans {

	private static final Duration USUAL = Duration.ofSeconds(1);

	private final Releases releases;

	private final Estimates estimates;

	CataloguePlans(Releases releases, Estimates estimates) {
		this.releases = releases;
		this.estimates = estimates;
	}

	@Override
	public BackoutPlan compute(String release, String target) {
		var manifest = this.releases.get(release);
		if (!manifest.target().equals(target)) {
			throw new Rejected("target.unknown",
					"Release '%s' is deployed to '%s', not to '%s'".formatted(release, manifest.target(), target));
		}
		var undone = undone(manifest);
		if (undone.isEmpty()) {
			throw new Rejected("plan.nothing-deployed",
					"The catalogue gives release '%s' no changeset: there is nothing to roll back".formatted(release));
		}
		return new BackoutPlan(release, target, steps(manifest, undone), losses(undone), List.of(),
				PlanTables.unknown("no database was asked"), digest(release, undone));
	}

	/** A changeset in its component. */
	private record Undone(ReleaseComponent component, ChangesetVerdict verdict) {

		String changeset() {
			return this.verdict.changeset().author() + ":" + this.verdict.changeset().id();
		}

	}

	/** What was deployed last comes first. */
	private static List<Undone> undone(Release release) {
		var deployed = new ArrayList<Undone>();
		release.components()
			.forEach((component) -> verdicts(component)
				.forEach((verdict) -> deployed.add(new Undone(component, verdict))));
		Collections.reverse(deployed);
		return deployed;
	}

	private static List<ChangesetVerdict> verdicts(ReleaseComponent component) {
		var changelog = component.component().changelog();
		return Inspector.inspect(
				new ChangelogSource(changelog.root(), changelog.file(), component.contextFilter(), "", Map.of()),
				(changeset) -> !changeset.runAlways() && component.selection()
					.includes(changeset.id().file(), changeset.id().author(), changeset.id().id(), labels(changeset)))
			.changesets();
	}

	private static Set<String> labels(Changeset changeset) {
		return Stream.of(changeset.labels().split(",")).map(String::strip).collect(Collectors.toSet());
	}

	private List<PlanStep> steps(Release release, List<Undone> undone) {
		var steps = new ArrayList<PlanStep>();
		release.flags().forEach((flag) -> add(steps, "flag.set", "Switch off " + flag));
		add(steps, "target.freeze", "Freeze " + release.target());
		add(steps, "backup.take", "Back up " + release.target());
		add(steps, "backup.verify", "Restore the backup beside it and compare");
		var passed = false;
		for (var one : undone) {
			var harmless = one.verdict().verdict().within(Verdict.REVERSIBLE_WITH_STASH);
			steps.add(new PlanStep(steps.size() + 1, "migration.revert",
					"Revert %s of %s".formatted(one.changeset(), one.component().component().id()),
					one.component().component().id(), one.changeset(), one.verdict().verdict().name(),
					one.verdict().reasons().stream().map(Reason::text).toList(), List.of(),
					estimate("migration.revert"), !passed && !harmless));
			passed |= !harmless;
		}
		add(steps, "check.run", "Check with suite " + release.checks());
		add(steps, "target.thaw", "Thaw " + release.target());
		return steps;
	}

	private void add(List<PlanStep> steps, String type, String title) {
		steps.add(new PlanStep(steps.size() + 1, type, title, null, null, null, List.of(), List.of(), estimate(type),
				false));
	}

	private Estimate estimate(String type) {
		return this.estimates.fixed(type, "", USUAL);
	}

	private static List<Loss> losses(List<Undone> undone) {
		return undone.stream()
			.flatMap((one) -> one.verdict()
				.reasons()
				.stream()
				.filter((reason) -> !reason.verdict().within(Verdict.REVERSIBLE_WITH_STASH))
				.map((reason) -> new Loss(one.component().component().id(), one.changeset(), reason.text())))
			.toList();
	}

	/** Never that of a plan that could run: it says where it comes from. */
	private static String digest(String release, List<Undone> undone) {
		return PlanDigest.of(Map.of("from", "catalogue", "release", release, "changesets",
				undone.stream().map((one) -> one.verdict().changeset().toString()).toList()));
	}

}
