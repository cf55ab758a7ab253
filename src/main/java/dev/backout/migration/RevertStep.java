package dev.backout.migration;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import dev.backout.step.StepType.Field;
import dev.backout.step.StepType.Refusal;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Step {@code migration.revert}. */
@Component
class RevertStep implements StepHandler {

	/** So many kinds of conflicts are told in the summary. */
	private static final int KINDS = 3;

	private final Migrations migrations;

	private final ObjectProvider<PlanDigests> digests;

	private final ObjectProvider<SecuredTables> secured;

	RevertStep(Migrations migrations, ObjectProvider<PlanDigests> digests, ObjectProvider<SecuredTables> secured) {
		this.migrations = migrations;
		this.digests = digests;
		this.secured = secured;
	}

	@Override
	public StepType type() {
		return new StepType("migration.revert", "Revert a release's migrations",
				"Undoes the changesets of a release, last deployed first, giving back what protection kept",
				List.of(Field.required("target", "Name of the target"), Field.required("release", "Id of the release"),
						Field.optional("planDigest", "Digest of the plan that was approved; another plan is refused"),
						Field.optional("backupId",
								"The backup that was taken before; when it has some tables only, no others are changed")),
				List.of(Field.optional("changesets", "How many were undone"),
						Field.optional("conflicts", "How many rows were written since and stay as they are")),
				List.of(new Refusal("stale", "What would run is no longer what was approved"),
						new Refusal("irreversible", "A changeset has no way back; nothing was touched"),
						new Refusal("locked", "Somebody else works on the database's changelog, or holds its tables")),
				true);
	}

	@Override
	public StepOutcome execute(StepContext step) {
		var target = step.required("target");
		var release = step.required("release");
		var stale = stale(step, target, release);
		if (stale != null) {
			return stale;
		}
		try {
			var outcome = this.migrations.revert(target, release, step.runId(), within(step, target, release));
			return new StepOutcome.Done(summary(target, outcome), Map.of("changesets",
					String.valueOf(outcome.changesets().size()), "conflicts", String.valueOf(outcome.conflictCount())));
		}
		catch (IrreversibleChange ex) {
			return new StepOutcome.Refused("irreversible", ex.reason());
		}
		catch (NotSecured ex) {
			return new StepOutcome.Refused("stale", ex.reason());
		}
		catch (TargetLocked ex) {
			return new StepOutcome.Refused("locked", ex.reason());
		}
	}

	/**
	 * Only before the first changeset: a run that goes on after a crash finds less to do,
	 * as it should.
	 */
	private StepOutcome.@org.jspecify.annotations.Nullable Refused stale(StepContext step, String target,
			String release) {
		var approved = step.optional("planDigest");
		var source = this.digests.getIfAvailable();
		if (approved.isEmpty() || source == null || this.migrations.underWay(target, step.runId())) {
			return null;
		}
		var now = source.now(release, target);
		return now.equals(approved.get()) ? null : new StepOutcome.Refused("stale",
				"The plan for release '%s' on '%s' is now %.12s, approved was %.12s; look at it and approve again"
					.formatted(release, target, now, approved.get()));
	}

	/**
	 * Looks before the first changeset, as far as that can be known, and at each one that
	 * is about to commit.
	 */
	private MigrationListener within(StepContext step, String target, String release) {
		var listener = new StepListener(step);
		var backup = step.optional("backupId");
		var source = this.secured.getIfAvailable();
		if (backup.isEmpty() || source == null) {
			return listener;
		}
		var has = source.of(backup.get());
		if (has.isEmpty()) {
			return listener;
		}
		if (this.migrations.halfDone(target)) {
			throw new NotSecured("A changeset that was cut short on '%s' is finished first, and".formatted(target),
					backup.get(), Set.of("tables that nobody knows"));
		}
		if (!this.migrations.underWay(target, step.runId())) {
			demand(source.changedBy(release, target), has.get(), release, backup.get());
		}
		return new OnlySecured(listener, backup.get(), has.get());
	}

	private static void demand(Optional<Set<String>> changed, Set<String> has, String release, String backup) {
		var what = "Undoing release '%s'".formatted(release);
		if (changed.isEmpty()) {
			throw new NotSecured(what, backup, Set.of("tables that no proof names"));
		}
		var others = new TreeSet<>(changed.get());
		others.removeAll(has);
		if (!others.isEmpty()) {
			throw new NotSecured(what, backup, others);
		}
	}

	private static String summary(String target, Outcome outcome) {
		if (outcome.changesets().isEmpty()) {
			return "Nothing of the release is deployed any more";
		}
		return "%d changesets undone%s".formatted(outcome.changesets().size(),
				outcome.tallies().isEmpty() ? "" : conflicts(target, outcome));
	}

	/** How many of each kind, and where the rows themselves are listed. */
	private static String conflicts(String target, Outcome outcome) {
		var most = outcome.tallies()
			.stream()
			.limit(KINDS)
			.map((tally) -> String.format(Locale.ROOT, "%,d of %s: %s", tally.count(), tally.table(), tally.what()))
			.collect(Collectors.joining("; "));
		var others = outcome.tallies().size() - KINDS;
		return String.format(Locale.ROOT,
				"; %,d rows were written since and stay as they are (%s%s). Each is listed with what target '%s' keeps",
				outcome.conflictCount(), most, (others > 0) ? "; and %d other kinds".formatted(others) : "", target);
	}

}
