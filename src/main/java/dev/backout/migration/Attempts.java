package dev.backout.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;

import liquibase.exception.LiquibaseException;
import liquibase.exception.UnexpectedLiquibaseException;

/**
 * Runs a changeset until the locks that it needs are to be had. It gives up waiting
 * quickly, so that readers who queue behind it wait no longer than that, and tries again
 * a little later.
 */
final class Attempts {

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

	private final LiquibaseSession session;

	private Attempts(LiquibaseSession session) {
		this.session = session;
	}

	static Attempts of(LiquibaseSession session) {
		return new Attempts(session);
	}

	void run(ChangesetId id, Callable<?> work) throws LiquibaseException {
		for (var attempt = 1;; attempt++) {
			try {
				work.call();
				return;
			}
			catch (Exception ex) {
				takeBack(ex);
				if (!Failures.worthAnotherTry(ex)) {
					throw unwrapped(ex);
				}
				if (attempt >= this.session.options.lockTries() || this.session.options.wholePlan()) {
					throw new TargetLocked("%s did not get its locks in %d tries of %s: %s".formatted(id, attempt,
							this.session.options.lockTimeout(), blockers()));
				}
				pause(attempt);
			}
		}
	}

	private void takeBack(Exception ex) throws LiquibaseException {
		try {
			this.session.gated.reallyRollback();
			this.session.connection.setAutoCommit(false);
		}
		catch (LiquibaseException | SQLException broken) {
			ex.addSuppressed(broken);
		}
	}

	private static LiquibaseException unwrapped(Exception ex) throws LiquibaseException {
		if (ex instanceof RuntimeException unchecked) {
			throw unchecked;
		}
		return (ex instanceof LiquibaseException known) ? known : new LiquibaseException(ex.getMessage(), ex);
	}

	private void pause(int attempt) {
		var longest = Math.min(LONGEST_PAUSE.toMillis(), 50L << Math.min(attempt, 6));
		try {
			Thread.sleep(ThreadLocalRandom.current().nextLong(longest / 2, longest + 1));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CancellationException("Interrupted while waiting for locks");
		}
		this.session.options.listener().checkpoint();
	}

	private String blockers() {
		try (var statement = this.session.connection.createStatement();
				var rows = statement.executeQuery(
						"""
								select coalesce(string_agg(format('%s of %s has been in a transaction since %s', pid,
									coalesce(nullif(application_name, ''), usename), to_char(xact_start, 'HH24:MI:SS')), '; ' order by xact_start), 'nobody any more')
								from pg_catalog.pg_stat_activity where datname = current_database() and pid <> pg_catalog.pg_backend_pid()
								and xact_start < now() - interval '100 ms' and backend_type = 'client backend'""")) {
			rows.next();
			return rows.getString(1);
		}
		catch (SQLException ex) {
			throw new UnexpectedLiquibaseException(ex);
		}
	}

}
