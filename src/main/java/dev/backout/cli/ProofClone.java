package dev.backout.cli;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.backout.database.ScratchDatabases;
import dev.backout.database.Target;
import dev.backout.database.ThrowAwayDatabase;
import dev.backout.kernel.Rejected;

/** Databases to prove in that nobody will miss; gone when closed. */
final class ProofClone implements AutoCloseable {

	private static final String IN_USE = "55006";

	private final List<Target> targets = new ArrayList<>();

	private final Deque<AutoCloseable> ends = new ArrayDeque<>();

	private ProofClone(Target first, AutoCloseable end) {
		this.targets.add(first);
		this.ends.push(end);
	}

	/** Empty databases on a server of our own. */
	static ProofClone embedded(int number) {
		var empty = ThrowAwayDatabase.start();
		return new ProofClone(empty.target(), empty).with(number - 1);
	}

	/** Copies beside a database of the user's; that one is only read. */
	static ProofClone copyOf(Target source, int number) {
		try {
			var scratch = new ScratchDatabases().copy(source, source.database(), "proof");
			return new ProofClone(scratch.target(), scratch).with(number - 1);
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

	/** As many more that are equal to the first, which nobody has touched yet. */
	private ProofClone with(int more) {
		try {
			for (int copy = 0; copy < more; copy++) {
				var first = this.targets.get(0);
				var scratch = new ScratchDatabases().copy(first, first.database(), "proof");
				this.ends.push(scratch);
				this.targets.add(scratch.target());
			}
			return this;
		}
		catch (RuntimeException ex) {
			close();
			throw ex;
		}
	}

	List<Target> targets() {
		return List.copyOf(this.targets);
	}

	@Override
	public void close() {
		while (!this.ends.isEmpty()) {
			try {
				this.ends.pop().close();
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("A clone could not be dropped", ex);
			}
		}
	}

}
