package dev.backout.migration.type;

import liquibase.change.ChangeMetaData;
import liquibase.change.DatabaseChange;
import liquibase.change.DatabaseChangeProperty;
import liquibase.database.Database;
import liquibase.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Change {@code stashDropColumn}: Keeps the values of a column by key, then drops it. */
@DatabaseChange(name = "stashDropColumn", description = "Keeps the values of a column by key, then drops it",
		priority = ChangeMetaData.PRIORITY_DEFAULT, appliesTo = "column")
public class StashDropColumnChange extends KeepingChange {

	private @Nullable String columnName;

	private @Nullable String newRowsValue;

	private @Nullable String keyColumns;

	@DatabaseChangeProperty(description = "Key by commas, where the table has no primary key")
	public @Nullable String getKeyColumns() {
		return this.keyColumns;
	}

	public void setKeyColumns(@Nullable String keyColumns) {
		this.keyColumns = keyColumns;
	}

	@DatabaseChangeProperty(description = "Column", requiredForDatabase = "postgresql", mustEqualExisting = "column")
	public @Nullable String getColumnName() {
		return this.columnName;
	}

	public void setColumnName(@Nullable String columnName) {
		this.columnName = columnName;
	}

	@DatabaseChangeProperty(description = "SQL expression that gives the value to rows inserted meanwhile")
	public @Nullable String getNewRowsValue() {
		return this.newRowsValue;
	}

	public void setNewRowsValue(@Nullable String newRowsValue) {
		this.newRowsValue = newRowsValue;
	}

	@Override
	public SqlStatement[] generateStatements(Database database) {
		return call("stash_column(%s, %s, %s, 'restrict', %s)".formatted(table(), literal(this.columnName),
				literal(stash(object())), columns(this.keyColumns)));
	}

	@Override
	public SqlStatement[] generateRollbackStatements(Database database) {
		return call("unhide_or_restore(%s, %s, %s)".formatted(literal(stash(object())), literal(this.newRowsValue),
				missing()));
	}

	@Override
	public String getConfirmationMessage() {
		return "Column " + object() + " kept and dropped";
	}

	private String object() {
		return getTableName() + "." + this.columnName;
	}

}
