package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.migration.MigrationListener.Direction;
import dev.backout.migration.type.KeepingChange;
import liquibase.RuntimeEnvironment;
import liquibase.Scope;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.visitor.RollbackVisitor;
import liquibase.exception.LiquibaseException;

/** Undoes an explicit list of changesets, last deployed first. */
final class Reversing {

	private final LiquibaseSession session;

	private final Map<Long, ChangesetId> done = new LinkedHashMap<>();

	private final List<String> notes = new ArrayList<>();

	Reversing(LiquibaseSession session) {
		this.session = session;
	}

	Reversal plan(Collection<ChangesetId> wanted, Map<String, String> newRows) throws LiquibaseException, SQLException {
		var rows = new ArrayList<>(new History(this.session).rows(Set.copyOf(wanted)::contains));
		Collections.reverse(rows);
		var steps = new ArrayList<Reversal.Step>();
		for (var row : rows) {
			steps.add(step(row, newRows));
		}
		return new Reversal(steps, new Dependents(this.session).of(steps));
	}

	Reversal.Step step(History.Row row, Map<String, String> newRows) throws LiquibaseException, SQLException {
		var deployed = row.deployed();
		if (!deployed.executed()) {
			return new Reversal.Step(deployed, Reversal.Way.FORGET, null, List.of());
		}
		if (row.changeset().isEmpty()) {
			return new Reversal.Step(
					deployed, Reversal.Way.FROZEN, "%s is deployed, but not in the changelog any more; put it back%s"
						.formatted(deployed.id(), frozenHint(row)),
					row.entry().map(Journal.Entry::rollback).orElse(List.of()));
		}
		var changeset = row.changeset().get();
		if (!changeset.isCheckSumValid(row.ran().getLastCheckSum()) && !changeset.isRunOnChange()
				&& !changeset.isAlwaysRun()) {
			return new Reversal.Step(deployed, Reversal.Way.NONE,
					"%s reads differently now than when it was deployed; put its text back as it was"
						.formatted(deployed.id()),
					List.of());
		}
		var plan = way(row, changeset);
		var statements = (plan.statements() != null) ? plan.statements() : List.<String>of();
		var problem = problem(row, plan, row.journaled());
		return new Reversal.Step(deployed, plan.way(),
				(problem != null) ? problem
						: new StashCheck(this.session.connection).problem(deployed.id(), statements),
				new NewRows(this.session, newRows).in(statements));
	}

	private static String frozenHint(History.Row row) {
		return row.entry().filter((entry) -> entry.rollback() != null).isPresent()
				? ", or run by hand what was frozen when it was deployed" : "";
	}

	private RollbackPlan way(History.Row row, ChangeSet changeset) throws LiquibaseException {
		var plans = new RollbackPlans(this.session);
		if (RollbackPlans.declared(changeset)) {
			return plans.of(changeset, List.of(), "EXECUTED", false);
		}
		if (changeset.getChanges().stream().allMatch(KeepingChange.class::isInstance)) {
			// Its author may have changed the policy for the way back since.
			return plans.of(changeset, List.of(), "EXECUTED", false);
		}
		if (row.entry().isPresent()) {
			var entry = row.entry().get();
			return new RollbackPlan(entry.way(), entry.rollback(), entry.problem());
		}
		return plans.of(changeset, List.of(), "EXECUTED", false);
	}

	private static @org.jspecify.annotations.Nullable String problem(History.Row row, RollbackPlan plan,
			boolean journaled) {
		if (plan.problem() != null) {
			return plan.problem() + (journaled ? ""
					: "; this database has no journal of Backout's: if it was restored from a backup, restore one that includes the schemas 'backout' and 'backout_stash'");
		}
		if (row.ran().getExecType() == ChangeSet.ExecType.RERAN && row.entry().isEmpty()) {
			return "%s ran more than once, and not by Backout: what it was before is not known"
				.formatted(row.deployed().id());
		}
		return null;
	}

	Outcome revert(Reversal reversal) throws LiquibaseException, SQLException {
		if (!reversal.problems().isEmpty()) {
			throw new IrreversibleChange(reversal.problems());
		}
		refuseHalfDoneOthers(Set.copyOf(reversal.changesets()));
		StashRoom.check(new StashRoom(this.session).back(reversal.steps()), "Giving back what was kept");
		this.session.connection.rollback();
		var log = this.session.parsed.log();
		log.setRuntimeEnvironment(
				new RuntimeEnvironment(this.session.database, this.session.contexts(), this.session.labels()));
		var rows = new History(this.session).rows(Set.copyOf(reversal.changesets())::contains);
		this.session.connection.rollback();
		var whole = this.session.options.wholePlan();
		if (whole) {
			this.session.gated.gate(GatedConnection.Gate.PLAN);
		}
		try {
			for (var step : reversal.steps()) {
				var row = rows.stream()
					.filter((candidate) -> candidate.deployed().id().equals(step.deployed().id()))
					.findFirst();
				this.session.options.listener().progress(this.done.size(), reversal.steps().size());
				this.session.options.listener().checkpoint();
				if (row.isPresent()) {
					Attempts.of(this.session).run(step.deployed().id(), () -> {
						once(step, row.get());
						return null;
					});
				}
				else {
					this.notes.add(step.deployed().id() + " is not deployed any more");
				}
			}
			this.session.options.listener().progress(this.done.size(), reversal.steps().size());
			if (whole) {
				this.session.gated.reallyCommit();
			}
		}
		finally {
			if (whole) {
				this.session.gated.reallyRollback();
			}
			log.setRuntimeEnvironment(null);
			this.session.liquibaseHistory().reset();
		}
		return new Kept(this.session).outcome(this.done, this.notes);
	}

	private void refuseHalfDoneOthers(Set<ChangesetId> selected) throws SQLException {
		for (var open : this.session.journal.unfinished()) {
			if (open.direction() == Direction.APPLY || !selected.contains(open.changeset())) {
				throw new ApplyRefused("%s was interrupted on its way %s; finish that first".formatted(open.changeset(),
						(open.direction() == Direction.REVERT) ? "back" : "forward"));
			}
		}
		this.session.connection.rollback();
	}

	void once(Reversal.Step step, History.Row row) throws LiquibaseException, SQLException {
		var id = step.deployed().id();
		var changeset = row.changeset().orElseGet(() -> gone(row));
		changeset.setStoredFilePath(row.deployed().storedFile());
		changeset.setDeploymentId(row.deployed().deployment());
		var stepwise = !changeset.isRunInTransaction() && step.way() != Reversal.Way.FORGET;
		this.session.database.begins(false);
		var run = stepwise ? announced(id) : this.session.journal.next();
		if (!this.session.options.wholePlan()) {
			this.session.gated.gate(GatedConnection.Gate.CHANGESET);
		}
		this.session.options.listener().begins(id, Direction.REVERT, this.session.connection);
		var ran = withChangeset(changeset, () -> {
			this.session.executor.begin(id, run, false, true, stepwise);
			try {
				undo(step, row, changeset, stepwise);
			}
			finally {
				this.session.executor.change(0);
			}
			return this.session.executor.end();
		});
		this.session.connection.setAutoCommit(false);
		forget(row, changeset);
		this.session.journal.reverted(run, id, stepwise, this.session.options, row.deployed().run(), step.way().name(),
				ran.stream().flatMap((executed) -> executed.kept().ran().stream()).toList());
		this.session.options.listener().ends(id, Direction.REVERT, this.session.connection);
		if (this.session.options.wholePlan()) {
			this.session.gated.commit();
		}
		else {
			this.session.gated.reallyCommit();
		}
		this.done.put(run, id);
	}

	private void undo(Reversal.Step step, History.Row row, ChangeSet changeset, boolean stepwise)
			throws LiquibaseException, SQLException {
		switch (step.way()) {
			case FORGET -> {
				// Nothing of it is there.
			}
			case DECLARED -> {
				if (!RollbackPlans.declaredEmpty(changeset)) {
					new WithoutHistory(this.session).visit(changeset, this.session.parsed.log(), this.session.database,
							Set.of());
				}
			}
			default -> {
				this.session.connection.setAutoCommit(stepwise);
				for (var statement : step.statements()) {
					this.session.executor.run(statement);
				}
			}
		}
	}

	/**
	 * A changeset that ran twice goes back to what its former run left, not to nothing.
	 */
	private void forget(History.Row row, ChangeSet changeset) throws LiquibaseException, SQLException {
		var former = (row.ran().getExecType() != ChangeSet.ExecType.RERAN) ? Optional.<Journal.Former>empty()
				: this.session.journal.formerRun(row.deployed().run());
		if (former.isPresent()) {
			this.session.journal.putBackHistory(row.deployed(), former.get());
		}
		else {
			this.session.database.removeRanStatus(changeset);
		}
	}

	private static ChangeSet gone(History.Row row) {
		var id = row.deployed().id();
		return new ChangeSet(id.id(), id.author(), false, false, id.file(), null, null, null);
	}

	private long announced(ChangesetId id) throws SQLException {
		var open = this.session.journal.unfinished(id, Direction.REVERT);
		if (open.isPresent()) {
			this.notes.add(id + " was interrupted before; went on from there");
			return open.get();
		}
		var run = this.session.journal.next();
		this.session.journal.begin(run, id, Direction.REVERT, this.session.options);
		this.session.connection.commit();
		return run;
	}

	private <T> T withChangeset(ChangeSet changeset, java.util.concurrent.Callable<T> work) throws LiquibaseException {
		var values = new HashMap<String, Object>();
		values.put(Scope.Attr.databaseChangeLog.name(), this.session.parsed.log());
		values.put(Scope.Attr.changeSet.name(), changeset);
		values.put(Scope.Attr.database.name(), this.session.database);
		try {
			return Scope.child(values, (Scope.ScopedRunnerWithReturn<T>) work::call);
		}
		catch (LiquibaseException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new LiquibaseException(ex.getMessage(), ex);
		}
	}

	/** Liquibase's rollback, but for the history row, which is ours to remove. */
	private static final class WithoutHistory extends RollbackVisitor {

		private final LiquibaseSession session;

		WithoutHistory(LiquibaseSession session) {
			super(session.database, null);
			this.session = session;
		}

		@Override
		public void visit(ChangeSet changeset, liquibase.changelog.DatabaseChangeLog log,
				liquibase.database.Database database, Set<liquibase.changelog.filter.ChangeSetFilterResult> results)
				throws LiquibaseException {
			changeset.rollback(this.session.database, null);
		}

	}

}
