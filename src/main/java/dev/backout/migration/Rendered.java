package dev.backout.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import liquibase.Scope;
import liquibase.change.Change;
import liquibase.change.core.EmptyChange;
import liquibase.change.core.LoadDataChange;
import liquibase.change.core.LoadUpdateDataChange;
import liquibase.change.core.OutputChange;
import liquibase.change.core.RawSQLChange;
import liquibase.change.core.TagDatabaseChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.sqlgenerator.SqlGeneratorFactory;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.RuntimeStatement;

import dev.backout.migration.Effect.Kind;
import dev.backout.migration.guard.RunsCode;

/**
 * A changeset as SQL, read into what it does. Nothing is executed: what would run while
 * its SQL is asked for is never asked.
 *
 * @param forward what applying it does, by change
 * @param back what its own rollback does
 * @param emptyBack whether it has a rollback that says there is nothing to do
 */
record Rendered(List<Part> forward, List<Effect> back, boolean emptyBack) {

	static Rendered of(ChangeSet changeset, Database database) {
		var forward = changeset.getChanges().stream().map((change) -> Part.of(change, database)).toList();
		var rollback = changeset.getRollback().getChanges();
		var back = rollback.stream().flatMap((change) -> effects(change, database).stream()).toList();
		return new Rendered(forward, back, !rollback.isEmpty() && rollback.stream().allMatch(Rendered::saysNothing));
	}

	List<Effect> effects() {
		return this.forward.stream().flatMap((part) -> part.effects.stream()).toList();
	}

	private static boolean saysNothing(Change change) {
		return change instanceof EmptyChange
				|| (change instanceof RawSQLChange raw && (raw.getSql() == null || raw.getSql().isBlank()
						|| raw.getSql().strip().toLowerCase(java.util.Locale.ROOT).matches("empty|not required.*")));
	}

	/** What applying one change does. */
	static List<Effect> effects(Change change, Database database) {
		if (ElsewhereOnly.leftOut(change, database)) {
			return List.of();
		}
		if (change instanceof RunsCode code) {
			return List.of(new Effect(Kind.HOST, "", "", "", false, code.what(), code.what()));
		}
		if (change instanceof LoadDataChange load) {
			var kind = (change instanceof LoadUpdateDataChange) ? Kind.MERGE : Kind.INSERT;
			return EffectReader.read((kind == Kind.MERGE) ? "merge into " + load.getTableName() + " using x"
					: "insert into " + load.getTableName() + " select");
		}
		if (change instanceof EmptyChange || change instanceof OutputChange || change instanceof TagDatabaseChange) {
			return List.of();
		}
		try {
			return Scope.child(Map.of(Change.SHOULD_EXECUTE, false, Scope.Attr.database.name(), database),
					() -> statements(change, database));
		}
		catch (Exception ex) {
			return List.of(new Effect(Kind.UNKNOWN, "", "", "unknown", false, "",
					"%s: %s".formatted(change.getSerializedObjectName(), ParsedChangelog.deepest(ex))));
		}
	}

	private static List<Effect> statements(Change change, Database database) {
		return texts(change, database).stream().flatMap((sql) -> EffectReader.read(sql).stream()).toList();
	}

	private static List<String> texts(Change change, Database database) {
		var texts = new ArrayList<String>();
		var statements = change.generateStatements(database);
		for (var statement : (statements != null) ? statements : new SqlStatement[0]) {
			if (statement instanceof RuntimeStatement) {
				throw new IllegalStateException("decides what to do only when it runs");
			}
			for (var sql : SqlGeneratorFactory.getInstance().generateSql(statement, database)) {
				texts.add(sql.toSql());
			}
		}
		return texts;
	}

	/** Whether protection knows a way back of every statement. */
	private static boolean protectable(Change change, Database database) {
		if (change instanceof RunsCode) {
			return false;
		}
		if (change instanceof LoadDataChange || ElsewhereOnly.leftOut(change, database)) {
			return true;
		}
		try {
			return Scope.child(Map.of(Change.SHOULD_EXECUTE, false, Scope.Attr.database.name(), database),
					() -> texts(change, database).stream()
						.flatMap((sql) -> StatementText.split(sql).stream())
						.allMatch(Rendered::protectable));
		}
		catch (Exception ex) {
			return false;
		}
	}

	private static boolean protectable(StatementText sql) {
		return switch (StatementKind.of(sql).kind()) {
			case UNKNOWN, OURS -> false;
			case ALTER_TABLE ->
				AlterAction.of(sql).stream().noneMatch((action) -> action.kind() == AlterAction.Kind.UNKNOWN);
			default -> true;
		};
	}

	/**
	 * One change.
	 *
	 * @param change Liquibase's form
	 * @param effects what it does
	 * @param invertible whether Liquibase derives its inverse
	 * @param protectable whether protection knows a way back of all it does
	 */
	record Part(Change change, List<Effect> effects, boolean invertible, boolean protectable) {

		static Part of(Change change, Database database) {
			return new Part(change, Rendered.effects(change, database), change.supportsRollback(database),
					Rendered.protectable(change, database));
		}

	}

}
