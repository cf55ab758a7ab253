package dev.backout.migration.type;

import liquibase.change.ChangeMetaData;
import liquibase.change.DatabaseChange;
import liquibase.change.DatabaseChangeProperty;
import liquibase.database.Database;
import liquibase.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * Change {@code hideColumn}: Renames a column away instead of dropping it, until it is
 * retired.
 */
@DatabaseChange(name = "hideColumn", description = "Renames a column away instead of dropping it, until it is retired",
		priority = ChangeMetaData.PRIORITY_DEFAULT, appliesTo = "column")
public class HideColumnChange extends KeepingChange {

	private @Nullable String columnName;

	private @Nullable String newRowsValue;

	private @Nullable String down;

	@DatabaseChangeProperty(
			description = "SQL expression that keeps the hidden column valid for rows that are inserted meanwhile")
	public @Nullable String getDown() {
		return this.down;
	}

	public void setDown(@Nullable String down) {
		this.down = down;
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
		return call("hide_column(%s, %s, %s, 'restrict', %s)".formatted(table(), literal(this.columnName),
				literal(stash(object())), literal(this.down)));
	}

	@Override
	public SqlStatement[] generateRollbackStatements(Database database) {
		return call("unhide_or_restore(%s, %s, %s)".formatted(literal(stash(object())), literal(this.newRowsValue),
				missing()));
	}

	@Override
	public String getConfirmationMessage() {
		return "Column " + object() + " hidden";
	}

	private String object() {
		return getTableName() + "." + this.columnName;
	}

}
