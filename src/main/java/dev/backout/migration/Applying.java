package dev.backout.migration;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import liquibase.RuntimeEnvironment;
import liquibase.change.Change;
import liquibase.changelog.ChangeLogIterator;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.filter.ChangeSetFilter;
import liquibase.changelog.filter.ChangeSetFilterResult;
import liquibase.changelog.filter.ShouldRunChangeSetFilter;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.changelog.visitor.UpdateVisitor;
import liquibase.database.Database;
import liquibase.exception.LiquibaseException;
import org.jspecify.annotations.Nullable;

/**
 * Applies chosen changesets, each as one transaction with its history and journal rows.
 */
final class Applying {

	private final LiquibaseSession session;

	private final Map<Long, ChangesetId> done = new LinkedHashMap<>();

	private final List<String> notes = new ArrayList<>();

	private boolean observing = true;

	Applying(LiquibaseSession session) {
		this.session = session;
	}

	Outcome apply(Collection<ChangesetId> wanted) throws LiquibaseException, SQLException {
		var selected = preflight(wanted);
		var total = selected.size();
		var filters = new ArrayList<ChangeSetFilter>(this.session.filters());
		filters.add(0, new Selected(selected));
		var environment = new RuntimeEnvironment(this.session.database, this.session.contexts(), this.session.labels());
		var whole = this.session.options.wholePlan();
		if (whole) {
			this.session.gated.gate(GatedConnection.Gate.PLAN);
		}
		try {
			new ChangeLogIterator(this.session.parsed.log(), filters)
				.run(new Visitor(total, new ShouldRunChangeSetFilter(this.session.database)), environment);
			if (whole) {
				this.session.gated.reallyCommit();
			}
		}
		finally {
			if (whole) {
				this.session.gated.reallyRollback();
			}
			this.session.liquibaseHistory().reset();
		}
		return new Kept(this.session).outcome(this.done, this.notes);
	}

	/** Liquibase's visitor for changesets that are known not to be there yet. */
	Visitor everything() throws LiquibaseException {
		return new Visitor(0, null);
	}

	/** What changesets make is not to be told. */
	void unobserved() {
		this.observing = false;
	}

	/** Everything that can be known to be wrong before anything is touched. */
	Set<ChangesetId> preflight(Collection<ChangesetId> wanted) throws LiquibaseException, SQLException {
		var known = this.session.parsed.all().stream().map(ParsedChangelog::id).toList();
		var unknown = wanted.stream().filter((id) -> !known.contains(id)).toList();
		if (!unknown.isEmpty()) {
			throw new ApplyRefused("Not in changelog '%s': %s".formatted(this.session.source.file(), unknown));
		}
		try {
			this.session.parsed.log().validate(this.session.database, this.session.contexts(), this.session.labels());
		}
		catch (LiquibaseException ex) {
			throw new ApplyRefused(ParsedChangelog.deepest(ex));
		}
		finally {
			this.session.connection.rollback();
		}
		var selected = new LinkedHashSet<ChangesetId>();
		for (var changeset : this.session.wouldRun()) {
			var id = ParsedChangelog.id(changeset);
			if (wanted.contains(id)) {
				if (this.session.options.wholePlan() && !changeset.isRunInTransaction()) {
					throw new ApplyRefused(
							"%s asks for no transaction and cannot be part of one plan; apply it alone".formatted(id));
				}
				selected.add(id);
			}
		}
		refuseHalfDoneOthers(selected);
		StashRoom.check(stash(selected), "Keeping what the changesets destroy");
		this.session.connection.rollback();
		return selected;
	}

	/** What keeping what these destroy takes. */
	StashEstimate stash(Collection<ChangesetId> selected) throws SQLException {
		var changesets = selected.stream().flatMap((id) -> this.session.parsed.find(id).stream()).toList();
		return new StashRoom(this.session).forward(changesets);
	}

	private void refuseHalfDoneOthers(Set<ChangesetId> selected) throws SQLException {
		for (var open : this.session.journal.unfinished()) {
			if (open.direction() == MigrationListener.Direction.REVERT || !selected.contains(open.changeset())) {
				throw new ApplyRefused("%s was interrupted on its way %s; finish that first".formatted(open.changeset(),
						(open.direction() == MigrationListener.Direction.REVERT) ? "back" : "forward"));
			}
		}
	}

	private record Selected(Set<ChangesetId> ids) implements ChangeSetFilter {

		@Override
		public ChangeSetFilterResult accepts(ChangeSet changeset) {
			return new ChangeSetFilterResult(this.ids.contains(ParsedChangelog.id(changeset)), "chosen", getClass());
		}

	}

	/** Liquibase's own visitor, inside our transaction. */
	final class Visitor extends UpdateVisitor {

		private final int total;

		private Visitor(int total, @Nullable ShouldRunChangeSetFilter filter) {
			super(Applying.this.session.database, new ChangeCounter(Applying.this.session.executor), filter);
			this.total = total;
		}

		@Override
		public void visit(ChangeSet changeset, DatabaseChangeLog log, Database database,
				Set<ChangeSetFilterResult> results) throws LiquibaseException {
			var session = Applying.this.session;
			session.options.listener().progress(Applying.this.done.size(), this.total);
			session.options.listener().checkpoint();
			Attempts.of(session).run(ParsedChangelog.id(changeset), () -> {
				once(changeset, log, database, results);
				return null;
			});
			session.options.listener().progress(Applying.this.done.size(), this.total);
		}

		private void once(ChangeSet changeset, DatabaseChangeLog log, Database database,
				Set<ChangeSetFilterResult> results) throws LiquibaseException, SQLException {
			var session = Applying.this.session;
			var id = ParsedChangelog.id(changeset);
			var stepwise = !changeset.isRunInTransaction();
			session.database.begins(!stepwise && changeset.getPreconditions() == null);
			var run = stepwise ? announced(id) : session.journal.next();
			if (!session.options.wholePlan()) {
				session.gated.gate(GatedConnection.Gate.CHANGESET);
			}
			session.options.listener().begins(id, MigrationListener.Direction.APPLY, session.connection);
			var before = before();
			session.executor.begin(id, run, protects(changeset), false, stepwise);
			List<SteppingExecutor.Executed> executed;
			try {
				super.visit(changeset, log, database, results);
			}
			finally {
				executed = session.executor.end();
			}
			session.options.listener().ends(id, MigrationListener.Direction.APPLY, session.connection);
			finish(changeset, run, executed, touched(before, stepwise));
			if (session.options.wholePlan()) {
				session.gated.commit();
			}
			else {
				session.gated.reallyCommit();
			}
			Applying.this.done.put(run, id);
		}

		/**
		 * Its own way back, if it has one, is respected: it is then not ours to invent.
		 */
		private static boolean declares(ChangeSet changeset) {
			return RollbackPlans.declared(changeset);
		}

		private boolean protects(ChangeSet changeset) {
			return Applying.this.session.options.protect() && !declares(changeset);
		}

		private long announced(ChangesetId id) throws SQLException {
			var session = Applying.this.session;
			var open = session.journal.unfinished(id, MigrationListener.Direction.APPLY);
			if (open.isPresent()) {
				Applying.this.notes.add(id + " was interrupted before; went on from there");
				return open.get();
			}
			var run = session.journal.next();
			session.journal.begin(run, id, MigrationListener.Direction.APPLY, session.options);
			session.connection.commit();
			return run;
		}

		private void finish(ChangeSet changeset, long run, List<SteppingExecutor.Executed> executed, String touched)
				throws LiquibaseException, SQLException {
			var session = Applying.this.session;
			var id = ParsedChangelog.id(changeset);
			var outcome = String.valueOf(changeset.getAttribute("updateExecType"));
			if (outcome.equals("SKIPPED") || outcome.equals("FAILED")) {
				Applying.this.notes.add("%s: %s".formatted(id, outcome));
			}
			var ran = executed.stream().flatMap((step) -> step.kept().ran().stream()).toList();
			var plan = new RollbackPlans(session).of(changeset, executed, outcome, protects(changeset));
			session.journal.applied(run, id, !changeset.isRunInTransaction(), session.options, outcome,
					String.valueOf(changeset.generateCheckSum(liquibase.ChecksumVersion.latest())), ran, plan, touched);
		}

		private @Nullable CatalogNames before() throws SQLException {
			return Applying.this.observing ? CatalogNames.read(Applying.this.session.connection) : null;
		}

		private String touched(@Nullable CatalogNames before, boolean stepwise) throws SQLException {
			if (before == null || (!stepwise && !Applying.this.session.options.listener().changedNames())) {
				return "[]";
			}
			return before.changesTo(CatalogNames.read(Applying.this.session.connection)).json();
		}

	}

	/** Tells the executor which change its next statements belong to. */
	private static final class ChangeCounter extends AbstractChangeExecListener {

		private final SteppingExecutor executor;

		ChangeCounter(SteppingExecutor executor) {
			this.executor = executor;
		}

		@Override
		public void willRun(Change change, ChangeSet changeset, DatabaseChangeLog log, Database database) {
			this.executor.change(changeset.getChanges().indexOf(change));
		}

	}

}
