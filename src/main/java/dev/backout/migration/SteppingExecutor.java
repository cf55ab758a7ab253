package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.backout.migration.type.TargetFunctions;
import liquibase.exception.DatabaseException;
import liquibase.executor.jvm.JdbcExecutor;
import liquibase.sql.visitor.SqlVisitor;
import liquibase.statement.ExecutablePreparedStatement;
import liquibase.statement.SqlStatement;
import liquibase.statement.core.InsertStatement;
import liquibase.statement.core.RawParameterizedSqlStatement;
import liquibase.statement.core.RuntimeStatement;
import org.jspecify.annotations.Nullable;

/**
 * Takes Liquibase's statements one by one: protects them, writes down what was sent and
 * how it goes back, and, for changesets without a transaction, remembers each statement
 * so that an interrupted run goes on where it stopped.
 */
final class SteppingExecutor extends JdbcExecutor {

	private final Connection connection;

	private final TargetDatabase target;

	private final Journal journal;

	private final MigrationListener listener;

	private final Protection protection;

	private final KeptGuard guard;

	private final List<Executed> executed = new ArrayList<>();

	private @Nullable ChangesetId changeset;

	private boolean keeping;

	private boolean discarding;

	private long run;

	private boolean stepwise;

	private int number;

	private int change;

	/** As the session was before its first changeset, and is again after each. */
	private @Nullable Surroundings surroundings;

	private boolean unsettled;

	/** INSERTs that are watched together and may get more. */
	private @Nullable Inserts inserts;

	SteppingExecutor(Connection connection, Journal journal, MigrationListener listener, TargetDatabase target) {
		this.connection = connection;
		this.target = target;
		this.journal = journal;
		this.listener = listener;
		this.protection = new Protection(connection, this::send);
		this.guard = new KeptGuard(new TargetCatalog(connection));
		target.beforeCommit(this::closeInserts);
	}

	/**
	 * One statement of a changeset, as it went.
	 *
	 * @param change index of the change that it belongs to
	 * @param kept what ran, and its way back
	 */
	record Executed(int change, Protection.Kept kept) {
	}

	/**
	 * From now on statements belong to this changeset.
	 * @param keeping whether what they destroy is kept
	 * @param discarding whether they undo something, so that what was written since into
	 * what now goes is kept
	 * @param stepwise whether there is no transaction around
	 */
	void begin(ChangesetId id, long number, boolean keeping, boolean discarding, boolean stepwise) throws SQLException {
		if (this.surroundings == null) {
			this.surroundings = Surroundings.of(this.connection);
		}
		this.unsettled = false;
		this.changeset = id;
		this.run = number;
		this.keeping = keeping;
		this.discarding = discarding;
		this.stepwise = stepwise;
		this.number = 0;
		this.change = 0;
		this.executed.clear();
		this.inserts = null;
		this.protection.newChangeset();
	}

	void change(int index) {
		this.change = index;
	}

	/** From now on statements are Liquibase's own, and the session is as it was. */
	List<Executed> end() throws SQLException {
		closeInserts();
		this.changeset = null;
		putBack();
		return List.copyOf(this.executed);
	}

	/**
	 * Liquibase's history and locks: never protected, never counted, and never in a
	 * schema that a changeset chose for itself.
	 */
	@Override
	public void execute(SqlStatement statement) throws DatabaseException {
		if (this.changeset != null) {
			settle();
		}
		super.execute(statement, List.of());
	}

	private void settle() throws DatabaseException {
		try {
			closeInserts();
			putBack();
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex.getMessage(), ex);
		}
	}

	private void putBack() throws SQLException {
		if (this.unsettled && this.surroundings != null) {
			this.unsettled = !this.surroundings.putBack(this.connection);
		}
	}

	@Override
	public void execute(SqlStatement statement, List<SqlVisitor> visitors) throws DatabaseException {
		if (statement instanceof RuntimeStatement) {
			throw new DatabaseException(
					"A change that runs a command on Backout's host is not allowed; use a step of the playbook");
		}
		try {
			if (this.changeset == null) {
				super.execute(statement, visitors);
			}
			else if (prepared(statement)) {
				step("-- " + statement.getClass().getSimpleName() + " " + (this.number + 1),
						(text, stash) -> this.keeping
								? this.protection.rows(text, stash, () -> plainly(statement, visitors))
								: bare(text, () -> plainly(statement, visitors)));
			}
			else {
				var texts = render(statement, visitors);
				for (var rendered : texts) {
					run(rendered, statement instanceof InsertStatement && texts.size() == 1);
				}
			}
		}
		catch (SQLException ex) {
			throw new DatabaseException(ex.getMessage(), ex);
		}
	}

	private static boolean prepared(SqlStatement statement) {
		return statement instanceof ExecutablePreparedStatement
				|| (statement instanceof RawParameterizedSqlStatement raw && !raw.getParameters().isEmpty());
	}

	private List<String> render(SqlStatement statement, List<SqlVisitor> visitors) throws DatabaseException {
		if (statement instanceof RawParameterizedSqlStatement raw) {
			var sql = raw.getSql();
			for (var visitor : visitors) {
				sql = visitor.modifySql(sql, this.database);
			}
			return List.of(sql);
		}
		var rendered = new ArrayList<String>();
		for (var sql : applyVisitors(statement, visitors)) {
			if (sql != null) {
				rendered.add(sql);
			}
		}
		return rendered;
	}

	/** Runs text of one or several statements. */
	void run(String script) throws SQLException {
		run(script, false);
	}

	/**
	 * Likewise.
	 * @param whole whether it is all that its change does
	 */
	private void run(String script, boolean whole) throws SQLException {
		if (TargetFunctions.are(script)) {
			return;
		}
		var statements = StatementText.split(script);
		for (var statement : statements) {
			var table = (this.keeping && !this.stepwise) ? this.protection.inserts(statement) : null;
			if (table != null) {
				insert(statement.text(), table, whole && statements.size() == 1);
				continue;
			}
			if (StatementKind.of(statement).kind() == StatementKind.TRANSACTION) {
				endsOurTransaction(statement);
				continue;
			}
			step(statement.text(), (text, stash) -> this.guard.around(statement, () -> single(statement, stash)));
			if (statement.startsWith("reset", "all") || statement.startsWith("discard", "all")) {
				this.journal.works(this.run);
			}
		}
	}

	private Protection.Kept single(StatementText statement, String stash) throws SQLException {
		if (this.keeping) {
			return this.protection.run(statement, stash);
		}
		return bare(statement.text(), () -> {
			if (this.discarding) {
				new Discards(this.connection, this::send).before(statement, stash);
			}
			send(statement.text());
		});
	}

	/**
	 * Together with those before it into the same table. Across changes only where each
	 * is a change of its own: a change that cannot be undone as it was kept is undone as
	 * a whole by its own inverse.
	 */
	private void insert(String text, String table, boolean whole) throws SQLException {
		this.listener.checkpoint();
		this.unsettled = true;
		if (this.number++ == 0 && this.target.tookBack()) {
			this.journal.works(this.run);
		}
		var open = this.inserts;
		if (open == null || !open.run.into(table) || !(open.change == this.change || (open.whole && whole))) {
			closeInserts();
			open = new Inserts(this.protection.insertsInto(table, stash()), this.change, whole, this.executed.size(),
					this.target.timesTakenBack());
		}
		// Only what went through is closed later.
		this.inserts = null;
		open.run.add(text, stash());
		this.executed.add(new Executed(this.change, Protection.Kept.plainly(text, List.of())));
		this.inserts = open;
	}

	private String stash() {
		return "%s@%d#%d".formatted(this.changeset, this.run, this.number);
	}

	/** Nothing can be added any more, and how they go back is known. */
	private void closeInserts() throws SQLException {
		var open = this.inserts;
		this.inserts = null;
		if (open == null || open.takenBack != this.target.timesTakenBack() || Surroundings.failed(this.connection)) {
			return;
		}
		for (var kept : open.run.close()) {
			var at = open.first++;
			this.executed.set(at, new Executed(this.executed.get(at).change(), kept));
		}
	}

	/** INSERTs that are watched together. */
	private static final class Inserts {

		private final InsertRun run;

		private final int change;

		private final boolean whole;

		private final int takenBack;

		/** Place of the first among what was executed. */
		private int first;

		Inserts(InsertRun run, int change, boolean whole, int first, int takenBack) {
			this.run = run;
			this.change = change;
			this.whole = whole;
			this.first = first;
			this.takenBack = takenBack;
		}

	}

	/** A script that is wrapped into a transaction is in one already. */
	private static void endsOurTransaction(StatementText statement) {
		var wrapping = statement.startsWith("begin") || statement.startsWith("start") || statement.startsWith("end")
				|| statement.startsWith("commit");
		if (!wrapping || statement.contains("chain") || statement.contains("prepared")) {
			throw new ApplyRefused(
					"'%s' would end the transaction that the changeset and its history row share; take it out, or set runInTransaction=\"false\" and split the changeset there"
						.formatted(Protection.abbreviated(statement.text())));
		}
	}

	private static Protection.Kept bare(String text, Protection.Writes work) throws SQLException {
		work.run();
		return Protection.Kept.unprotected(text, "it was run without protection");
	}

	@FunctionalInterface
	private interface Work {

		Protection.Kept run(String text, String stash) throws SQLException;

	}

	private void step(String text, Work work) throws SQLException {
		closeInserts();
		this.listener.checkpoint();
		this.unsettled = true;
		if (this.number++ == 0 && (this.stepwise || this.target.tookBack())) {
			this.journal.works(this.run);
		}
		var stash = stash();
		if (!this.stepwise) {
			this.executed.add(new Executed(this.change, work.run(text, stash)));
			return;
		}
		var step = this.journal.step(this.run, this.number, text);
		if (step.isPresent() && step.get().done()) {
			againInThisSession(text);
			this.protection.remember(step.get().undo());
			this.executed.add(new Executed(this.change, again(text, step.get())));
			return;
		}
		var kept = ALONE.matcher(text).find() ? alone(text, step.orElse(null), stash, work)
				: together(text, stash, work);
		this.executed.add(new Executed(this.change, kept));
	}

	/** A setting was done with the session that is gone. */
	private void againInThisSession(String text) throws SQLException {
		var kind = StatementKind.of(StatementText.split(text.startsWith("--") ? "select 1" : text).get(0)).kind();
		if (kind == StatementKind.SESSION || text.contains("set_config")) {
			send(text);
		}
	}

	/** Statements that PostgreSQL does not run inside a transaction. */
	static final Pattern ALONE = Pattern.compile(
			"^\\s*(create\\s+(unique\\s+)?index\\s+concurrently|drop\\s+index\\s+concurrently|reindex\\b.*\\bconcurrently|vacuum\\b"
					+ "|create\\s+database|drop\\s+database|alter\\s+system|create\\s+tablespace|drop\\s+tablespace"
					+ "|alter\\s+table\\b.*\\bdetach\\s+partition\\b.*\\bconcurrently)",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	/** The statement and its journal row in one transaction. */
	private Protection.Kept together(String text, String stash, Work work) throws SQLException {
		this.connection.setAutoCommit(false);
		try {
			var kept = work.run(text, stash);
			this.journal.mark(this.run, this.number, text, "DONE", kept.undo());
			this.connection.commit();
			return kept;
		}
		catch (SQLException | RuntimeException ex) {
			this.connection.rollback();
			throw ex;
		}
		finally {
			this.connection.setAutoCommit(true);
		}
	}

	/**
	 * Announced with its way back, done, confirmed; one that was only announced is looked
	 * after first. What it was before can only be read before.
	 */
	private Protection.Kept alone(String text, Journal.@Nullable Step announced, String stash, Work work)
			throws SQLException {
		this.connection.setAutoCommit(true);
		if (announced != null && InDoubt.settle(this.connection, text)) {
			this.journal.mark(this.run, this.number, text, "DONE", announced.undo());
			return again(text, announced);
		}
		var ahead = (announced != null) ? announced.undo()
				: this.keeping ? this.protection.ahead(StatementText.split(text).get(0)) : null;
		this.journal.mark(this.run, this.number, text, "BEGUN", ahead);
		var kept = work.run(text, stash);
		if (ahead != null) {
			kept = new Protection.Kept(kept.ran(), ahead, null);
		}
		this.journal.mark(this.run, this.number, text, "DONE", kept.undo());
		return kept;
	}

	private static Protection.Kept again(String text, Journal.Step step) {
		return new Protection.Kept(List.of(new Protection.Ran(text, false)), step.undo(),
				(step.undo() != null) ? null : "no way back is known for '%s'".formatted(Protection.abbreviated(text)));
	}

	private void send(String sql) throws SQLException {
		if (this.changeset != null) {
			this.listener.runs(this.changeset, sql);
		}
		try (var statement = this.connection.createStatement()) {
			statement.setEscapeProcessing(false);
			Cancellable.execute(statement, sql, this.listener);
		}
	}

	private void plainly(SqlStatement statement, List<SqlVisitor> visitors) throws SQLException {
		try {
			super.execute(statement, visitors);
		}
		catch (DatabaseException ex) {
			if (ex.getCause() instanceof SQLException cause) {
				throw cause;
			}
			throw new SQLException(ex.getMessage(), ex);
		}
	}

}
