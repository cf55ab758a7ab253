package dev.backout.migration.guard;

import liquibase.change.ChangeMetaData;
import liquibase.change.DatabaseChange;
import liquibase.change.core.ExecuteShellCommandChange;
import liquibase.database.Database;
import liquibase.exception.UnexpectedLiquibaseException;
import liquibase.exception.ValidationErrors;
import liquibase.statement.SqlStatement;

/**
 * A command that is not run unless it is trusted. Liquibase would run it as soon as
 * somebody asks for its SQL.
 */
@DatabaseChange(name = "executeCommand", description = "A trusted command",
		priority = ChangeMetaData.PRIORITY_DEFAULT + 50)
public class GuardedCommand extends ExecuteShellCommandChange implements RunsCode {

	private final boolean trusted = !Trust.active() || Trust.has(Trust.COMMAND);

	private final boolean leftOut = !this.trusted && Trust.has(Trust.LEAVE_OUT);

	@Override
	public boolean supports(Database database) {
		return true;
	}

	@Override
	public ValidationErrors validate(Database database) {
		return this.trusted ? super.validate(database) : new ValidationErrors();
	}

	@Override
	public SqlStatement[] generateStatements(Database database) {
		if (this.leftOut) {
			return new SqlStatement[0];
		}
		if (!this.trusted) {
			throw new UnexpectedLiquibaseException(Trust.refusal(what(), Trust.COMMAND));
		}
		return super.generateStatements(database);
	}

	@Override
	public String what() {
		return "Command '%s'".formatted(getExecutable());
	}

	@Override
	public String trustedAs() {
		return Trust.COMMAND;
	}

	@Override
	public boolean trusted() {
		return this.trusted;
	}

}
