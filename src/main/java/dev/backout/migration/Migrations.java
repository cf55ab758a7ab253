package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.catalog.Release;
import dev.backout.catalog.ReleaseComponent;
import dev.backout.catalog.Releases;
import dev.backout.database.Targets;
import dev.backout.kernel.Digests;
import org.springframework.stereotype.Component;

/** Applies and reverts whole releases on managed databases. */
@Component
public class Migrations {

	private static final int OPERATION_LENGTH = 10;

	private final Targets targets;

	private final Releases releases;

	Migrations(Targets targets, Releases releases) {
		this.targets = targets;
		this.releases = releases;
	}

	/** For the command line, without an application. */
	public static Migrations of(Targets targets, Releases releases) {
		return new Migrations(targets, releases);
	}

	/**
	 * Applies what of the release is not there yet, component by component.
	 * @param owner who works, for the lock and the journal: a run's id
	 * @throws ApplyRefused if the changelog does not fit the database
	 * @throws TargetLocked if somebody else works on it
	 */
	public Outcome apply(String target, String release, String owner, MigrationListener listener) {
		var found = this.releases.get(release);
		try (var connection = this.targets.named(target).open("migration")) {
			var halfDone = Recording.halfDone(connection);
			return Recording.around(connection, owner, () -> apply(connection, found, owner, listener, halfDone));
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	/**
	 * What was cut short in a later component comes first: until then nothing else may
	 * begin.
	 */
	private static Outcome apply(Connection connection, Release release, String owner, MigrationListener listener,
			boolean halfDone) {
		var outcomes = new ArrayList<Outcome>();
		if (halfDone) {
			outcomes.addAll(finish(connection, release, owner, listener));
		}
		for (var component : release.components()) {
			try (var session = open(connection, component, release, owner, listener)) {
				var chosen = selected(component, session.changesets());
				outcomes.add(session.apply(chosen));
			}
		}
		return together(outcomes);
	}

	/**
	 * What undoing the release would take, in the order in which it would be done; reads
	 * only. Changesets that run on every update stay: they belong to no release.
	 */
	public Reversal plan(String target, String release) {
		var found = this.releases.get(release);
		var listener = MigrationListener.NONE;
		try (var connection = this.targets.named(target).open("migration")) {
			var steps = plans(connection, found, "plan", listener).stream()
				.flatMap((plan) -> plan.reversal().steps().stream())
				.sorted(lastFirst())
				.toList();
			return new Reversal(steps, collateral(connection, found));
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	/**
	 * Undoes the release, last deployed first, over all its components. What an earlier
	 * call left half done is finished first; what is undone already is left alone.
	 * @throws IrreversibleChange before anything is touched
	 * @throws TargetLocked if somebody else works on it
	 */
	public Outcome revert(String target, String release, String owner, MigrationListener listener) {
		var found = this.releases.get(release);
		try (var connection = this.targets.named(target).open("migration")) {
			return Recording.around(connection, owner, () -> revert(connection, found, owner, listener));
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	private static Outcome revert(Connection connection, Release release, String owner, MigrationListener listener) {
		var outcomes = new ArrayList<Outcome>();
		finish(connection, release, owner, listener);
		var plans = plans(connection, release, owner, listener);
		refuseIfNotAllGoBack(plans);
		for (var leg : legs(plans)) {
			try (var session = open(connection, leg.component(), release, owner, listener)) {
				var ids = leg.steps().stream().map((step) -> step.deployed().id()).toList();
				outcomes.add(session.revert(session.plan(ids, leg.component().newRows())));
			}
		}
		return together(outcomes);
	}

	/**
	 * Lets go of what is kept for a release: the point of no return for its changesets.
	 * @return how many things were let go; 0 when called again
	 */
	public int retire(String target, String release) {
		try (var connection = this.targets.named(target).open("migration");
				var lock = HistoryLock.take(connection, MigrationOptions.of("retire"));
				var retire = connection.prepareStatement("""
						select count(*) filter (where backout.retire_stash(s.stash_id) = 'retired') from backout.stash s
						where s.retired_at is null and (s.restored_at is null or s.kind <> 'table') and exists (
							select 1 from backout.change_run r where r.release = ? and r.run = s.run)""")) {
			var before = Recording.beforeLettingGo(connection);
			retire.setString(1, release);
			try (var rows = retire.executeQuery()) {
				rows.next();
				var gone = rows.getInt(1);
				before.changedByUs(connection);
				return gone;
			}
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	/** Whether a changeset was cut short there, which would be finished first. */
	boolean halfDone(String target) {
		try (var connection = this.targets.named(target).open("migration")) {
			return Recording.halfDone(connection);
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	/** Whether this owner has undone part of the release already. */
	boolean underWay(String target, String owner) {
		try (var connection = this.targets.named(target).open("migration"); var find = connection.prepareStatement("""
				select to_regclass('backout.change_run') is not null""")) {
			try (var rows = find.executeQuery()) {
				rows.next();
				if (!rows.getBoolean(1)) {
					return false;
				}
			}
			try (var count = connection.prepareStatement(
					"select exists (select 1 from backout.change_run where owner = ? and direction = 'REVERT')")) {
				count.setString(1, owner);
				try (var rows = count.executeQuery()) {
					rows.next();
					return rows.getBoolean(1);
				}
			}
		}
		catch (SQLException ex) {
			throw brokeOff(target, ex);
		}
	}

	/**
	 * A changeset that was interrupted on its way forward has to arrive before it can
	 * turn back.
	 */
	private static List<Outcome> finish(Connection connection, Release release, String owner,
			MigrationListener listener) {
		var outcomes = new ArrayList<Outcome>();
		for (var component : release.components()) {
			try (var session = open(connection, component, release, owner, listener)) {
				var open = session.interrupted();
				var chosen = selected(component, session.changesets()).stream().filter(open::contains).toList();
				if (!chosen.isEmpty()) {
					outcomes.add(session.apply(chosen));
				}
			}
		}
		return outcomes;
	}

	private static List<Plan> plans(Connection connection, Release release, String owner, MigrationListener listener) {
		var plans = new ArrayList<Plan>();
		for (var component : release.components()) {
			try (var session = open(connection, component, release, owner, listener)) {
				var chosen = deployed(session, component, release);
				plans.add(new Plan(component, session.plan(chosen, component.newRows())));
			}
		}
		return plans;
	}

	private static List<Reversal.Collateral> collateral(Connection connection, Release release) {
		return plans(connection, release, "plan", MigrationListener.NONE).stream()
			.flatMap((plan) -> plan.reversal().collateral().stream())
			.toList();
	}

	private static void refuseIfNotAllGoBack(List<Plan> plans) {
		var problems = plans.stream().flatMap((plan) -> plan.reversal().problems().stream()).toList();
		if (!problems.isEmpty()) {
			throw new IrreversibleChange(problems);
		}
	}

	/** Stretches of the true order within which the component does not change. */
	private static List<Leg> legs(List<Plan> plans) {
		var legs = new ArrayList<Leg>();
		var all = plans.stream()
			.flatMap((plan) -> plan.reversal().steps().stream().map((step) -> new Leg(plan.component(), List.of(step))))
			.sorted(Comparator.comparing((leg) -> leg.steps().get(0), lastFirst()))
			.toList();
		for (var leg : all) {
			var last = legs.isEmpty() ? null : legs.get(legs.size() - 1);
			if (last != null && last.component().equals(leg.component())) {
				legs.set(legs.size() - 1,
						new Leg(last.component(), Stream.concat(last.steps().stream(), leg.steps().stream()).toList()));
			}
			else {
				legs.add(leg);
			}
		}
		return legs;
	}

	private static Comparator<Reversal.Step> lastFirst() {
		return Comparator.comparingInt((Reversal.Step step) -> step.deployed().order()).reversed();
	}

	private record Plan(ReleaseComponent component, Reversal reversal) {
	}

	private record Leg(ReleaseComponent component, List<Reversal.Step> steps) {
	}

	private static MigrationSession open(Connection connection, ReleaseComponent component, Release release,
			String owner, MigrationListener listener) {
		var source = source(component);
		var operation = Digests.sha256Hex(owner).substring(0, OPERATION_LENGTH);
		return MigrationSession.open(connection, source,
				MigrationOptions.of(operation).ownedBy(owner).forRelease(release.id()).heardBy(listener));
	}

	static ChangelogSource source(ReleaseComponent component) {
		var changelog = component.component().changelog();
		return new ChangelogSource(changelog.root(), changelog.file(), component.contextFilter(), "", Map.of());
	}

	static List<ChangesetId> selected(ReleaseComponent component, List<Changeset> changesets) {
		return changesets.stream()
			.filter((changeset) -> component.selection()
				.includes(changeset.id().file(), changeset.id().author(), changeset.id().id(), labels(changeset)))
			.map(Changeset::id)
			.toList();
	}

	/**
	 * Selected, deployed for this release as far as that is known, and not run on every
	 * update.
	 */
	private static List<ChangesetId> deployed(MigrationSession session, ReleaseComponent component, Release release) {
		var always = session.changesets().stream().filter(Changeset::runAlways).map(Changeset::id).toList();
		var chosen = selected(component, session.changesets());
		return session.history()
			.stream()
			.filter((row) -> row.release() == null || row.release().equals(release.id()))
			.map(Deployed::id)
			.filter((id) -> chosen.contains(id) && !always.contains(id))
			.toList();
	}

	private static Set<String> labels(Changeset changeset) {
		return Stream.of(changeset.labels().split(",")).map(String::strip).collect(Collectors.toSet());
	}

	private static Outcome together(List<Outcome> outcomes) {
		return new Outcome(outcomes.stream().flatMap((one) -> one.changesets().stream()).toList(),
				outcomes.stream().flatMap((one) -> one.kept().stream()).toList(),
				outcomes.stream().flatMap((one) -> one.conflicts().stream()).limit(Outcome.LISTED).toList(),
				outcomes.stream().flatMap((one) -> one.tallies().stream()).toList(),
				outcomes.stream().flatMap((one) -> one.notes().stream()).toList());
	}

	private static IllegalStateException brokeOff(String target, SQLException ex) {
		return new IllegalStateException("The connection to target '%s' broke off".formatted(target), ex);
	}

}
