package dev.backout.migration;

import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * The server of a clone gave up in the middle of a proof. That says nothing about the
 * changeset at hand: the proof ends without a verdict.
 */
public class CloneFailed extends RuntimeException {

	private static final String DISK_FULL = "53100";

	CloneFailed(@Nullable ChangesetId changeset, SQLException cause) {
		super("The clone's server gave up%s: %s (SQLSTATE %s). Nothing is proven by that; %s, then prove again"
			.formatted((changeset != null) ? " in the proof of %s".formatted(changeset) : "", cause.getMessage(),
					cause.getSQLState(),
					DISK_FULL.equals(cause.getSQLState()) ? "make room on its disk" : "see to that server"),
				cause);
	}

	/**
	 * Flies if not the statement was at fault, but the server that should have run it.
	 */
	static void check(@Nullable ChangesetId changeset, Throwable ex) {
		if (ex instanceof CloneFailed failed && failed.getCause() instanceof SQLException cause) {
			throw new CloneFailed(changeset, cause);
		}
		Failures.sql(ex).filter(CloneFailed::ofTheServer).ifPresent((cause) -> {
			throw new CloneFailed(changeset, cause);
		});
	}

	/** Out of something, stopped by somebody, broken, or gone. */
	private static boolean ofTheServer(SQLException ex) {
		var state = String.valueOf(ex.getSQLState());
		return state.startsWith("53") || state.startsWith("57P") || state.startsWith("58") || state.startsWith("08");
	}

}
