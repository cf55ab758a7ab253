package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Scope;
import liquibase.changelog.ChangeLogHistoryService;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.filter.ChangeSetFilter;
import liquibase.changelog.filter.ContextChangeSetFilter;
import liquibase.changelog.filter.DbmsChangeSetFilter;
import liquibase.changelog.filter.IgnoreChangeSetFilter;
import liquibase.changelog.filter.LabelChangeSetFilter;
import liquibase.changelog.filter.ShouldRunChangeSetFilter;
import liquibase.exception.LiquibaseException;
import liquibase.executor.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The session on Liquibase's own parts: its parser, visitors and history, never its
 * commands.
 */
final class LiquibaseSession implements MigrationSession {

	final Connection connection;

	final ChangelogSource source;

	final MigrationOptions options;

	final LiquibaseScope scope;

	final GatedConnection gated;

	final TargetDatabase database;

	final ParsedChangelog parsed;

	final Journal journal;

	final SteppingExecutor executor;

	private final SessionSettings settings;

	private final HistoryLock lock;

	private boolean prepared;

	private LiquibaseSession(Connection connection, ChangelogSource source, MigrationOptions options,
			SessionSettings settings, HistoryLock lock) throws LiquibaseException, SQLException {
		this.connection = connection;
		this.source = source;
		this.options = options;
		this.settings = settings;
		this.lock = lock;
		this.scope = LiquibaseScope.of(source.root(), options.operation(), source.trusted(), (sql) -> {
		});
		this.gated = new GatedConnection(connection);
		this.database = this.scope.call(() -> {
			var postgres = new TargetDatabase();
			postgres.setConnection(this.gated);
			return postgres;
		});
		this.parsed = ParsedChangelog.parse(source, this.scope, this.database);
		this.journal = new Journal(connection);
		this.executor = new SteppingExecutor(connection, this.journal, options.listener(), this.database);
		connection.setAutoCommit(false);
	}

	static LiquibaseSession open(Connection connection, ChangelogSource source, MigrationOptions options) {
		SessionSettings settings = null;
		HistoryLock lock = null;
		try {
			settings = SessionSettings.of(connection, options);
			Preflight.check(connection);
			lock = HistoryLock.take(connection, options);
			return new LiquibaseSession(connection, source, options, settings, lock);
		}
		catch (SQLException | LiquibaseException ex) {
			giveBack(connection, settings, lock);
			throw new IllegalStateException("The database could not be worked on: " + ParsedChangelog.deepest(ex), ex);
		}
		catch (RuntimeException ex) {
			giveBack(connection, settings, lock);
			throw ex;
		}
	}

	/** Our schema and Liquibase's history table, once per session and only for work. */
	void prepare() throws LiquibaseException, SQLException {
		if (!this.prepared) {
			TargetLibrary.install(this.connection);
			this.connection.commit();
			inScope(() -> {
				liquibaseHistory().init();
				return null;
			});
			this.connection.commit();
			this.prepared = true;
		}
	}

	boolean prepared() {
		return this.prepared;
	}

	<T extends @Nullable Object> T inScope(java.util.concurrent.Callable<T> work) throws LiquibaseException {
		return this.scope.call(() -> {
			this.executor.setDatabase(this.database);
			Scope.getCurrentScope()
				.getSingleton(ExecutorService.class)
				.setExecutor("jdbc", this.database, this.executor);
			return work.call();
		});
	}

	/** For calls of the API: what a person cannot mend flies as it is. */
	<T extends @Nullable Object> T doing(java.util.concurrent.Callable<T> work) {
		try {
			return inScope(work);
		}
		catch (LiquibaseException ex) {
			throw Failures.translated(ex);
		}
	}

	ChangeLogHistoryService liquibaseHistory() {
		return Scope.getCurrentScope()
			.getSingleton(ChangeLogHistoryServiceFactory.class)
			.getChangeLogService(this.database);
	}

	Contexts contexts() {
		return new Contexts(this.source.contexts());
	}

	LabelExpression labels() {
		return new LabelExpression(this.source.labels());
	}

	/** What decides whether a changeset would run now. */
	List<ChangeSetFilter> filters() throws LiquibaseException {
		return List.of(new ContextChangeSetFilter(contexts()), new LabelChangeSetFilter(labels()),
				new DbmsChangeSetFilter(this.database), new IgnoreChangeSetFilter(),
				new ShouldRunChangeSetFilter(this.database));
	}

	List<ChangeSet> wouldRun() throws LiquibaseException {
		liquibaseHistory().reset();
		var filters = filters();
		return this.parsed.all()
			.stream()
			.filter((changeset) -> filters.stream().allMatch((filter) -> filter.accepts(changeset).isAccepted()))
			.toList();
	}

	@Override
	public List<Changeset> changesets() {
		return this.parsed.changesets();
	}

	@Override
	public List<Changeset> pending() {
		var ids = doing(() -> {
			var pending = wouldRun().stream().map(ParsedChangelog::id).toList();
			this.connection.rollback();
			return pending;
		});
		return changesets().stream().filter((changeset) -> ids.contains(changeset.id())).toList();
	}

	@Override
	public List<Deployed> history() {
		return doing(() -> {
			var deployed = new History(this).all();
			this.connection.rollback();
			return deployed;
		});
	}

	@Override
	public List<ChangesetId> interrupted() {
		return doing(() -> {
			if (!new History(this).journaled()) {
				return List.<ChangesetId>of();
			}
			var open = this.journal.unfinished();
			this.connection.rollback();
			return open.stream()
				.filter((run) -> run.direction() == MigrationListener.Direction.APPLY)
				.map(Journal.Unfinished::changeset)
				.toList();
		});
	}

	@Override
	public Outcome apply(Collection<ChangesetId> changesets) {
		return doing(() -> {
			prepare();
			return new Applying(this).apply(changesets);
		});
	}

	@Override
	public StashEstimate stash(Collection<ChangesetId> changesets) {
		return doing(() -> {
			var estimate = new Applying(this).stash(changesets);
			this.connection.rollback();
			return estimate;
		});
	}

	@Override
	public Reversal plan(Collection<ChangesetId> changesets, Map<String, String> newRows) {
		return doing(() -> {
			var reversal = new Reversing(this).plan(changesets, newRows);
			this.connection.rollback();
			return reversal;
		});
	}

	@Override
	public Outcome revert(Reversal reversal) {
		return doing(() -> {
			prepare();
			return new Reversing(this).revert(reversal);
		});
	}

	@Override
	public void close() {
		try {
			inScope(() -> {
				Scope.getCurrentScope().getSingleton(ChangeLogHistoryServiceFactory.class).resetAll();
				Scope.getCurrentScope().getSingleton(ExecutorService.class).clearExecutor("jdbc", this.database);
				return null;
			});
		}
		catch (LiquibaseException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			giveBack(this.connection, this.settings, this.lock);
		}
	}

	private static void giveBack(Connection connection, @Nullable SessionSettings settings,
			@Nullable HistoryLock lock) {
		try {
			if (!connection.isClosed()) {
				if (!connection.getAutoCommit()) {
					connection.rollback();
					connection.setAutoCommit(true);
				}
				if (lock != null) {
					lock.close();
				}
				if (settings != null) {
					settings.close();
				}
			}
		}
		catch (SQLException ex) {
			// The session is broken: the server ends it, and its locks with it.
		}
	}

}
