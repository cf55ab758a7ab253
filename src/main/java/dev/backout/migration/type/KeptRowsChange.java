package dev.backout.migration.type;

import liquibase.change.ChangeMetaData;
import liquibase.change.DatabaseChange;
import liquibase.change.DatabaseChangeProperty;
import liquibase.database.Database;
import liquibase.serializer.LiquibaseSerializable;
import liquibase.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Change {@code keptRows}: a bulk update, delete or insert whose rows are kept. */
@DatabaseChange(name = "keptRows", description = "Runs a statement and keeps the rows that it changes",
		priority = ChangeMetaData.PRIORITY_DEFAULT, appliesTo = "table")
public class KeptRowsChange extends KeepingChange {

	private @Nullable String sql;

	@DatabaseChangeProperty(description = "The statement", requiredForDatabase = "postgresql",
			serializationType = LiquibaseSerializable.SerializationType.DIRECT_VALUE)
	public @Nullable String getSql() {
		return this.sql;
	}

	public void setSql(@Nullable String sql) {
		this.sql = sql;
	}

	@Override
	public SqlStatement[] generateStatements(Database database) {
		var name = literal(stash(String.valueOf(getTableName())));
		return withFunctions("select backout.capture_begin(array[%s], %s)".formatted(table(), name),
				String.valueOf(this.sql), "select backout.capture_end(%s)".formatted(name));
	}

	@Override
	public SqlStatement[] generateRollbackStatements(Database database) {
		return call("undo_rows(%s)".formatted(literal(stash(String.valueOf(getTableName())))));
	}

	@Override
	public String getConfirmationMessage() {
		return "Rows of " + getTableName() + " changed and kept";
	}

}
