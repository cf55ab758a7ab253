package dev.backout.migration.guard;

import liquibase.change.ChangeMetaData;
import liquibase.change.CheckSum;
import liquibase.change.DatabaseChange;
import liquibase.change.custom.CustomChangeWrapper;
import liquibase.database.Database;
import liquibase.exception.CustomChangeException;
import liquibase.exception.RollbackImpossibleException;
import liquibase.exception.UnexpectedLiquibaseException;
import liquibase.exception.ValidationErrors;
import liquibase.exception.Warnings;
import liquibase.parser.core.ParsedNode;
import liquibase.parser.core.ParsedNodeException;
import liquibase.resource.ResourceAccessor;
import liquibase.statement.SqlStatement;

/**
 * A custom change whose class is neither loaded nor created unless it is trusted.
 * Liquibase creates it while it reads the changelog.
 */
@DatabaseChange(name = "customChange", description = "A custom change of a trusted class",
		priority = ChangeMetaData.PRIORITY_DEFAULT + 50)
public class GuardedCustomChange extends CustomChangeWrapper implements RunsCode {

	private String name = "";

	private boolean trusted;

	private boolean leftOut;

	@Override
	public CustomChangeWrapper setClass(String className) throws CustomChangeException {
		this.name = className;
		this.trusted = !Trust.active() || Trust.has(className);
		this.leftOut = !this.trusted && Trust.has(Trust.LEAVE_OUT);
		return this.trusted ? super.setClass(className) : this;
	}

	@Override
	public String getClassName() {
		return this.name;
	}

	@Override
	public void customLoadLogic(ParsedNode node, ResourceAccessor resources) throws ParsedNodeException {
		if (this.trusted) {
			super.customLoadLogic(node, resources);
		}
	}

	@Override
	public boolean supports(Database database) {
		return true;
	}

	@Override
	public SqlStatement[] generateStatements(Database database) {
		if (this.leftOut) {
			return new SqlStatement[0];
		}
		check();
		return super.generateStatements(database);
	}

	@Override
	public SqlStatement[] generateRollbackStatements(Database database) throws RollbackImpossibleException {
		check();
		return super.generateRollbackStatements(database);
	}

	@Override
	public boolean supportsRollback(Database database) {
		return this.trusted && super.supportsRollback(database);
	}

	@Override
	public ValidationErrors validate(Database database) {
		return this.trusted ? super.validate(database) : new ValidationErrors();
	}

	@Override
	public Warnings warn(Database database) {
		return new Warnings();
	}

	@Override
	public CheckSum generateCheckSum() {
		return this.trusted ? super.generateCheckSum() : CheckSum.compute(this.name);
	}

	@Override
	public String getConfirmationMessage() {
		return this.trusted ? super.getConfirmationMessage() : what();
	}

	@Override
	public String what() {
		return "Custom change '%s'".formatted(this.name);
	}

	@Override
	public String trustedAs() {
		return this.name;
	}

	@Override
	public boolean trusted() {
		return this.trusted;
	}

	private void check() {
		if (!this.trusted) {
			throw new UnexpectedLiquibaseException(Trust.refusal(what(), this.name));
		}
	}

}
