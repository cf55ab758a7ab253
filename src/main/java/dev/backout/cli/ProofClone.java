package dev.backout.cli;

import java.sql.SQLException;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.database.ThrowAwayDatabase;
import dev.backout.kernel.Rejected;

/** A database to prove in that nobody will miss; gone when closed. */
final class ProofClone implements AutoCloseable {

	private static final String IN_USE = "55006";

	private final Target target;

	private final AutoCloseable end;

	private ProofClone(Target target, AutoCloseable end) {
		this.target = target;
		this.end = end;
	}

	/** An empty database on a server of our own. */
	static ProofClone embedded() {
		var empty = ThrowAwayDatabase.start();
		return new ProofClone(empty.target(), empty);
	}

	/** A copy beside a database of the user's; that one is only read. */
	static ProofClone copyOf(Target source) {
		try {
			var scratch = new ScratchDatabases().copy(source, source.database(), "proof");
			return new ProofClone(scratch.target(), scratch);
		}
		catch (IllegalStateException ex) {
			if (ex.getCause() instanceof SQLException sql && IN_USE.equals(sql.getSQLState())) {
				throw new Rejected("cli.clone",
						"Database '%s' has other sessions, so PostgreSQL does not copy it. Restore a backup of it into a database of its own and name that one, with --in-place if it may be changed"
							.formatted(source.database()));
			}
			throw ex;
		}
	}

	/** The user's own throw-away database; it stays. */
	static ProofClone inPlace(Target target) {
		return new ProofClone(target, () -> {
		});
	}

	Target target() {
		return this.target;
	}

	@Override
	public void close() throws Exception {
		this.end.close();
	}

}
