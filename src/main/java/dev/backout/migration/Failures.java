package dev.backout.migration;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import dev.backout.kernel.Rejected;
import liquibase.exception.LiquibaseException;

/** What Liquibase wraps, unwrapped. */
final class Failures {

	private static final String DISK_FULL = "53100";

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
		var said = ParsedChangelog.deepest(ex);
		var full = sql(ex).filter((cause) -> DISK_FULL.equals(cause.getSQLState())).isPresent();
		return new ChangesetFailed(full
				? "%s. The disk of the database's server is full: make room there, or let kept things go that are not needed any more, then run it again. The changeset was taken back, or goes on where it stopped if it asks for no transaction; those before it stay"
					.formatted(said)
				: said, ex);
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
