package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;

import liquibase.changelog.ChangeSet;

/** What a changeset's attributes mean for undoing it; nothing is lost by them alone. */
final class Circumstances {

	private Circumstances() {
	}

	static List<Reason> of(ChangeSet changeset) {
		var notes = new ArrayList<Reason>();
		if (changeset.getChanges().isEmpty()) {
			notes.add(Reason.note("empty-changeset",
					"Holds no change that Liquibase knows, so nothing runs: is a change misspelt, or of an unknown namespace?"));
		}
		if (changeset.getSqlVisitors().stream().anyMatch((visitor) -> !visitor.isApplyToRollback())) {
			notes.add(Reason.note("modify-sql", "modifySql changes only the way forward, not the rollback"));
		}
		if (changeset.isAlwaysRun()) {
			notes.add(Reason.note("run-always",
					"Runs on every update and moves to the end of the history: counting changesets back goes wrong"));
		}
		else if (changeset.isRunOnChange()) {
			notes.add(Reason.note("run-on-change",
					"Runs again when its text changes; reverting a second run does not bring back the first"));
		}
		if (changeset.getPreconditions() != null) {
			notes.add(Reason.note("preconditions",
					"Has preconditions: where they did not hold nothing was done, and reverting only removes the history's row"));
		}
		if (!changeset.isRunInTransaction()) {
			notes.add(Reason.note("no-transaction",
					"Runs without a transaction: if it stops half-way, it is finished before it can be reverted"));
		}
		if (Boolean.FALSE.equals(changeset.getFailOnError())) {
			notes.add(Reason.note("ignores-errors", "Goes on after an error: what it did is then not recorded"));
		}
		return notes;
	}

}
