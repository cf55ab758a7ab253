package dev.backout.plan;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.database.Target;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.Changeset;
import dev.backout.migration.ChangesetId;
import dev.backout.migration.ChangesetVerdict;
import dev.backout.migration.Inspector;
import dev.backout.migration.MigrationOptions;
import dev.backout.migration.MigrationSession;
import dev.backout.migration.Reversal;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What has to be undone of a release, as the target's own history has it. */
@Component
class Reversals {

	/** The deployed changesets of a release, last deployed first. */
	Found of(Release release, Target target) {
		var steps = new ArrayList<Undo>();
		var collateral = new ArrayList<Reversal.Collateral>();
		try (var connection = target.open("plan")) {
			for (var component : release.components()) {
				read(component, connection, steps, collateral);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Target '%s' broke off".formatted(target.name()), ex);
		}
		steps.sort(Comparator.comparingInt((Undo undo) -> undo.step().deployed().order()).reversed());
		var ours = steps.stream().map((undo) -> undo.step().deployed().id()).collect(Collectors.toSet());
		return new Found(steps, collateral.stream().filter((other) -> !ours.contains(other.later())).toList());
	}

	private static void read(ReleaseComponent component, Connection connection, List<Undo> steps,
			List<Reversal.Collateral> collateral) {
		var source = source(component);
		var verdicts = Inspector.inspect(source)
			.changesets()
			.stream()
			.collect(Collectors.toMap(ChangesetVerdict::changeset, Function.identity(), (first, second) -> first));
		try (var session = MigrationSession.open(connection, source, MigrationOptions.of("plan"))) {
			var reversal = session.plan(selected(component, session.changesets()), component.newRows());
			collateral.addAll(reversal.collateral());
			reversal.steps()
				.forEach((step) -> steps.add(new Undo(component.component().id(), step,
						verdicts.get(step.deployed().id()), component.newRows())));
		}
	}

	private static ChangelogSource source(ReleaseComponent component) {
		var changelog = component.component().changelog();
		return new ChangelogSource(changelog.root(), changelog.file(), String.join(",", component.contexts()), "",
				Map.of());
	}

	private static List<ChangesetId> selected(ReleaseComponent component, List<Changeset> changesets) {
		return changesets.stream()
			.filter((changeset) -> component.selection()
				.includes(changeset.id().file(), changeset.id().author(), changeset.id().id(), labels(changeset)))
			.map(Changeset::id)
			.toList();
	}

	private static Set<String> labels(Changeset changeset) {
		return Stream.of(changeset.labels().split(",")).map(String::strip).collect(Collectors.toSet());
	}

	/** What was found, and what would suffer by it. */
	record Found(List<Undo> steps, List<Reversal.Collateral> collateral) {
	}

	/** One changeset to undo. */
	record Undo(String component, Reversal.Step step, @Nullable ChangesetVerdict verdict, Map<String, String> newRows) {

		String changeset() {
			var id = this.step.deployed().id();
			return id.author() + ":" + id.id();
		}

	}

}
