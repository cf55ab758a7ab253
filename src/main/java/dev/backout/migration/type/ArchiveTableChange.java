package dev.backout.migration.type;

import liquibase.change.ChangeMetaData;
import liquibase.change.DatabaseChange;
import liquibase.database.Database;
import liquibase.statement.SqlStatement;

/**
 * Change {@code archiveTable}: Moves a table away instead of dropping it, until it is
 * retired.
 */
@DatabaseChange(name = "archiveTable", description = "Moves a table away instead of dropping it, until it is retired",
		priority = ChangeMetaData.PRIORITY_DEFAULT, appliesTo = "table")
public class ArchiveTableChange extends KeepingChange {

	@Override
	public SqlStatement[] generateStatements(Database database) {
		return call("archive_table(%s, %s)".formatted(table(), literal(stash(String.valueOf(getTableName())))));
	}

	@Override
	public SqlStatement[] generateRollbackStatements(Database database) {
		return call("restore_table(%s, %s)".formatted(literal(stash(String.valueOf(getTableName()))), missing()));
	}

	@Override
	public String getConfirmationMessage() {
		return "Table " + getTableName() + " archived";
	}

}
