package dev.backout.migration;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import liquibase.change.Change;
import liquibase.change.DbmsTargetedChange;
import liquibase.changelog.ChangeSet;
import liquibase.database.Database;
import liquibase.database.DatabaseList;
import liquibase.precondition.Precondition;
import liquibase.precondition.core.AndPrecondition;
import liquibase.precondition.core.DBMSPrecondition;
import liquibase.precondition.core.NotPrecondition;
import liquibase.precondition.core.OrPrecondition;
import liquibase.precondition.core.PreconditionContainer;
import liquibase.precondition.core.PreconditionContainer.FailOption;
import org.jspecify.annotations.Nullable;

/** What of a changelog is meant for other databases than PostgreSQL. */
final class ElsewhereOnly {

	private static final Map<String, Pattern> DIALECTS = Map.of("MySQL", Pattern.compile(
			"`|\\bengine ?= ?(?:innodb|myisam)\\b|\\bauto_increment\\b|\\b(?:modify|change) column\\b|\\bon update current_timestamp\\b|\\b(?:int|integer|bigint)(?: ?\\(\\d+\\))? unsigned\\b|^set foreign_key_checks"),
			"Oracle",
			Pattern.compile(
					"\\bn?varchar2 ?\\(|\\bnumber ?\\(\\d|\\bfrom dual\\b|\\bexecute immediate\\b|\\.nextval\\b|\\bmodify ?\\("),
			"SQL Server", Pattern.compile(
					"\\[\\w+\\]\\.\\[\\w+\\]|\\bnvarchar ?\\(|\\bidentity ?\\(1, ?1\\)|\\bexec sp_|\\bsp_rename\\b|\\bgetdate ?\\(|\\bdatetime2\\b"));

	private ElsewhereOnly() {
	}

	/** Whether a change of a changeset names other databases. */
	static boolean leftOut(Change change, Database database) {
		return change instanceof DbmsTargetedChange targeted && targeted.getDbms() != null
				&& !DatabaseList.definitionMatches(targeted.getDbms(), database, true);
	}

	/** The database whose SQL a statement, made plain, seems to be; null for ours. */
	static @Nullable String dialect(String statement) {
		return DIALECTS.entrySet()
			.stream()
			.filter((dialect) -> dialect.getValue().matcher(statement).find())
			.map(Map.Entry::getKey)
			.sorted()
			.findFirst()
			.orElse(null);
	}

	/** Whether its preconditions leave a changeset out, whatever the database holds. */
	static boolean leftOut(ChangeSet changeset, Database database) {
		var conditions = changeset.getPreconditions();
		return conditions != null && List.of(FailOption.MARK_RAN, FailOption.CONTINUE).contains(conditions.getOnFail())
				&& Boolean.FALSE.equals(holds(conditions, database));
	}

	/** Whether its preconditions stop the update here, whatever the database holds. */
	static boolean stops(@Nullable PreconditionContainer conditions, Database database) {
		return conditions != null && conditions.getOnFail() == FailOption.HALT
				&& Boolean.FALSE.equals(holds(conditions, database));
	}

	/** Null if only the database itself could tell. */
	private static @Nullable Boolean holds(Precondition condition, Database database) {
		if (condition instanceof DBMSPrecondition dbms) {
			return DatabaseList.definitionMatches(dbms.getType(), database, false);
		}
		if (condition instanceof OrPrecondition either) {
			return any(either.getNestedPreconditions(), database, true);
		}
		if (condition instanceof NotPrecondition not) {
			var all = any(not.getNestedPreconditions(), database, true);
			return (all != null) ? !all : null;
		}
		if (condition instanceof PreconditionContainer nested && nested.getOnFail() != FailOption.HALT
				&& nested.getOnFail() != FailOption.MARK_RAN && nested.getOnFail() != FailOption.CONTINUE) {
			return true;
		}
		if (condition instanceof AndPrecondition all) {
			return any(all.getNestedPreconditions(), database, false);
		}
		return null;
	}

	/** One that is like this decides; with none, all have to be known. */
	private static @Nullable Boolean any(List<Precondition> conditions, Database database, boolean like) {
		var all = conditions.stream().map((condition) -> String.valueOf(holds(condition, database))).toList();
		if (all.contains(String.valueOf(like))) {
			return like;
		}
		return all.contains("null") ? null : !like;
	}

}
