package dev.backout.migration;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import dev.backout.kernel.Rejected;
import liquibase.exception.LiquibaseException;

/** What Liquibase wraps, unwrapped. */
final class Failures {

	private Failures() {
	}

	static RuntimeException translated(LiquibaseException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof Rejected rejected) {
				return rejected;
			}
			if (cause instanceof CancellationException cancelled) {
				return cancelled;
			}
		}
		return new ChangesetFailed(ParsedChangelog.deepest(ex), ex);
	}

	static Optional<SQLException> sql(Throwable ex) {
		for (var cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql) {
				return Optional.of(sql);
			}
		}
		return Optional.empty();
	}

	/** Somebody held a lock for too long, or two waited for each other. */
	static boolean worthAnotherTry(Throwable ex) {
		return sql(ex).map(SQLException::getSQLState)
			.filter((state) -> "55P03".equals(state) || "40P01".equals(state))
			.isPresent();
	}

}
