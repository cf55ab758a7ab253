package dev.backout.migration.type;

import java.util.Arrays;
import java.util.stream.Collectors;

import liquibase.ChecksumVersion;
import liquibase.change.AbstractChange;
import liquibase.change.DatabaseChangeProperty;
import liquibase.database.Database;
import liquibase.database.core.PostgresDatabase;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.RawSqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * A change that calls our functions in the target. What belongs to the way forward is in
 * the checksum; the policy for the way back may be edited after deployment.
 */
public abstract class KeepingChange extends AbstractChange {

	private @Nullable String schemaName;

	private @Nullable String tableName;

	private @Nullable String stashId;

	private @Nullable String onMissing;

	@DatabaseChangeProperty(description = "Schema of the table", mustEqualExisting = "table.schema")
	public @Nullable String getSchemaName() {
		return this.schemaName;
	}

	public void setSchemaName(@Nullable String schemaName) {
		this.schemaName = schemaName;
	}

	@DatabaseChangeProperty(description = "Table", requiredForDatabase = "postgresql", mustEqualExisting = "table")
	public @Nullable String getTableName() {
		return this.tableName;
	}

	public void setTableName(@Nullable String tableName) {
		this.tableName = tableName;
	}

	@DatabaseChangeProperty(description = "Name of what is kept; by default the changeset and the object")
	public @Nullable String getStashId() {
		return this.stashId;
	}

	public void setStashId(@Nullable String stashId) {
		this.stashId = stashId;
	}

	@DatabaseChangeProperty(description = "fail, or nullable: what to do on the way back when rows have no value")
	public @Nullable String getOnMissing() {
		return this.onMissing;
	}

	public void setOnMissing(@Nullable String onMissing) {
		this.onMissing = onMissing;
	}

	@Override
	public String[] getExcludedFieldFilters(ChecksumVersion version) {
		return new String[] { "newRowsValue", "onMissing" };
	}

	@Override
	public boolean supports(Database database) {
		return database instanceof PostgresDatabase;
	}

	@Override
	public boolean supportsRollback(Database database) {
		return supports(database);
	}

	@Override
	public boolean generateStatementsVolatile(Database database) {
		return false;
	}

	/** Name of the stash; the same on the way forward and on the way back. */
	protected String stash(String object) {
		if (this.stashId != null) {
			return this.stashId;
		}
		return (getChangeSet() != null) ? getChangeSet().toString(false) + "::" + object : object;
	}

	protected String table() {
		var schema = (this.schemaName != null) ? quoted(this.schemaName) + "." : "";
		return literal(schema + quoted(String.valueOf(this.tableName))) + "::regclass";
	}

	protected String missing() {
		return literal((this.onMissing != null) ? this.onMissing : "fail");
	}

	protected static String columns(@Nullable String names) {
		return (names == null) ? "null"
				: Arrays.stream(names.split(","))
					.map((name) -> literal(name.strip()))
					.collect(Collectors.joining(", ", "array[", "]::name[]"));
	}

	protected static SqlStatement[] call(String call) {
		return withFunctions("select backout." + call);
	}

	/** Plain Liquibase may run this too: it brings along what the call needs. */
	protected static SqlStatement[] withFunctions(String... statements) {
		return java.util.stream.Stream
			.concat(java.util.stream.Stream.of(TargetFunctions.SQL), Arrays.stream(statements))
			.map(RawSqlStatement::new)
			.toArray(SqlStatement[]::new);
	}

	protected static String literal(@Nullable String text) {
		return (text == null) ? "null" : "'" + text.replace("'", "''") + "'";
	}

	private static String quoted(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

}
