package dev.backout.migration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.backout.migration.type.TargetFunctions;
import liquibase.change.Change;
import liquibase.change.core.EmptyChange;
import liquibase.change.core.ExecuteShellCommandChange;
import liquibase.change.core.RawSQLChange;
import liquibase.change.custom.CustomChangeWrapper;
import liquibase.changelog.ChangeSet;
import liquibase.exception.LiquibaseException;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.RuntimeStatement;

/** Decides, once a changeset ran, how it goes back, and freezes that. */
final class RollbackPlans {

	private final LiquibaseSession session;

	RollbackPlans(LiquibaseSession session) {
		this.session = session;
	}

	/** Whether the changelog itself says how this one goes back. */
	static boolean declared(ChangeSet changeset) {
		var changes = changeset.getRollback().getChanges();
		return !changes.isEmpty() && !changes.stream().allMatch(RollbackPlans::nothing);
	}

	/** Whether it says that nothing is to be done. */
	static boolean declaredEmpty(ChangeSet changeset) {
		var changes = changeset.getRollback().getChanges();
		return !changes.isEmpty() && changes.stream().allMatch(RollbackPlans::nothing);
	}

	private static boolean nothing(Change change) {
		return change instanceof EmptyChange || (change instanceof RawSQLChange sql
				&& "empty".equalsIgnoreCase(String.valueOf(sql.getSql()).strip()));
	}

	RollbackPlan of(ChangeSet changeset, List<SteppingExecutor.Executed> executed, String outcome, boolean kept)
			throws LiquibaseException {
		if (outcome.equals("MARK_RAN")) {
			return new RollbackPlan(Reversal.Way.FORGET, List.of(), null);
		}
		if (declared(changeset)) {
			return new RollbackPlan(Reversal.Way.DECLARED, render(changeset.getRollback().getChanges()), null);
		}
		if (kept) {
			return kept(changeset, executed);
		}
		if (declaredEmpty(changeset)) {
			return new RollbackPlan(Reversal.Way.DECLARED, List.of(), null);
		}
		return natural(changeset);
	}

	/**
	 * Backwards over the changes: what protection knows, else Liquibase's own inverse.
	 */
	private RollbackPlan kept(ChangeSet changeset, List<SteppingExecutor.Executed> executed) throws LiquibaseException {
		var statements = new ArrayList<String>();
		for (var index = changeset.getChanges().size() - 1; index >= 0; index--) {
			var number = index;
			var steps = executed.stream().filter((step) -> step.change() == number).map((step) -> step.kept()).toList();
			var unknown = steps.stream().filter((step) -> step.undo() == null).findFirst();
			if (unknown.isEmpty()) {
				for (var at = steps.size() - 1; at >= 0; at--) {
					var undo = steps.get(at).undo();
					statements.addAll((undo != null) ? undo : List.of());
				}
			}
			else {
				var change = changeset.getChanges().get(index);
				if (runsOnOurHost(change) || !change.supportsRollback(this.session.database)
						|| change instanceof RawSQLChange) {
					return RollbackPlan.none("%s cannot be reverted: %s; write a rollback for it"
						.formatted(ParsedChangelog.id(changeset), unknown.get().why()));
				}
				statements.addAll(inverse(change));
			}
		}
		return new RollbackPlan(Reversal.Way.KEPT, statements, null);
	}

	private RollbackPlan natural(ChangeSet changeset) throws LiquibaseException {
		var statements = new ArrayList<String>();
		for (var index = changeset.getChanges().size() - 1; index >= 0; index--) {
			var change = changeset.getChanges().get(index);
			if (runsOnOurHost(change) || !change.supportsRollback(this.session.database)) {
				return RollbackPlan.none("%s cannot be reverted: there is no inverse of '%s'; write a rollback for it"
					.formatted(ParsedChangelog.id(changeset), change.getSerializedObjectName()));
			}
			statements.addAll(inverse(change));
		}
		return new RollbackPlan(Reversal.Way.INVERSE, statements, null);
	}

	private static boolean runsOnOurHost(Change change) {
		return change instanceof ExecuteShellCommandChange || change instanceof CustomChangeWrapper;
	}

	private List<String> inverse(Change change) throws LiquibaseException {
		try {
			return texts(change.generateRollbackStatements(this.session.database));
		}
		catch (liquibase.exception.RollbackImpossibleException ex) {
			throw new LiquibaseException(ex);
		}
	}

	private List<String> render(List<Change> changes) {
		var rendered = new ArrayList<String>();
		for (var change : changes) {
			if (!nothing(change)) {
				rendered.addAll(runsOnOurHost(change) ? List.of("-- runs " + change.getSerializedObjectName())
						: texts(change.generateStatements(this.session.database)));
			}
		}
		return rendered;
	}

	private List<String> texts(SqlStatement[] statements) {
		var texts = new ArrayList<String>();
		for (var statement : statements) {
			if (statement instanceof RuntimeStatement) {
				continue;
			}
			if (statement instanceof liquibase.statement.core.RawParameterizedSqlStatement raw) {
				if (!TargetFunctions.are(raw.getSql())) {
					texts.add(raw.getSql());
				}
				continue;
			}
			var rendered = SqlGeneratorFactory.getInstance().generateSql(statement, this.session.database);
			if (rendered != null) {
				Arrays.stream(rendered)
					.map((sql) -> sql.toSql())
					.filter((sql) -> !TargetFunctions.are(sql))
					.forEach(texts::add);
			}
		}
		return texts;
	}

}
