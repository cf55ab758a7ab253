package dev.backout.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import dev.backout.database.Fence;
import dev.backout.database.ScratchDatabases;
import dev.backout.database.ServerRoom;
import dev.backout.database.Target;
import dev.backout.kernel.Rejected;

/**
 * Restores a backup into a database beside the target, compares, and keeps it under a
 * name of its own until it takes the place or is dropped. It has that name only when it
 * is whole: the rename is the last thing that is done.
 */
final class RestoreBeside {

	/** What a restore takes beyond the target's own size, for its log and its sorting. */
	private static final double ROOM = 1.1;

	private static final long SPARE = 128L << 20;

	private final Target target;

	private final ScratchDatabases scratches;

	private final ServerRoom room;

	RestoreBeside(Target target, ScratchDatabases scratches) {
		this(target, scratches, ServerRoom.HERE);
	}

	RestoreBeside(Target target, ScratchDatabases scratches, ServerRoom room) {
		this.target = target;
		this.scratches = scratches;
		this.room = room;
	}

	/** What fills an empty database from a backup, and says in what it differs. */
	interface Filling {

		/** Gives one sentence for each thing that is not as it was. */
		List<String> into(Target empty) throws Exception;

	}

	/**
	 * Restores, or finds it done.
	 * @param key of who asks: the same one gets the same database
	 * @return what differs; empty when there is now a database that may take the place
	 */
	List<String> run(String backup, String key, Filling filling) throws Exception {
		var name = Beside.restored(this.target.database(), key);
		if (isThere(name, backup)) {
			return List.of();
		}
		checkSpace();
		try (var scratch = this.scratches.create(this.target, "restore")) {
			var findings = filling.into(scratch.target());
			if (findings.isEmpty()) {
				finish(scratch.target());
				keep(scratch.target().database(), name, backup);
				scratch.keep();
			}
			return findings;
		}
	}

	/** Drops the database that was restored for this key, unless it took the place. */
	boolean discard(String key) throws SQLException {
		var name = Beside.restored(this.target.database(), key);
		try (var connection = server();
				var fence = Fence.take(connection, "restore " + name, java.time.Duration.ofSeconds(30))) {
			return new SwapMarks(connection).backupOf(name).isPresent() && drop(connection, name);
		}
	}

	/**
	 * Drops a former database for good.
	 * @return whether it was still there
	 */
	boolean release(String former) throws SQLException {
		try (var connection = server()) {
			var marks = new SwapMarks(connection);
			if (!marks.exists(former)) {
				return false;
			}
			if (!marks.isFormer(former) || former.equals(this.target.database())) {
				throw new Rejected("backup.not-former",
						"Database '%s' was not replaced by Backout: it is left alone".formatted(former));
			}
			return drop(connection, former);
		}
	}

	List<Former> formers() throws SQLException {
		try (var connection = server()) {
			return new SwapMarks(connection).formers();
		}
	}

	private static boolean drop(Connection connection, String name) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute("drop database if exists %s with (force)".formatted(Swap.quoted(name)));
			return true;
		}
	}

	private boolean isThere(String name, String backup) throws SQLException {
		try (var connection = server()) {
			var marks = new SwapMarks(connection);
			var from = marks.backupOf(name);
			if (from.isEmpty()) {
				Swap.refuseATakenName(name, marks);
				return false;
			}
			if (!from.get().equals(backup)) {
				// Chosen anew: the one before is of no use any more.
				drop(connection, name);
				return false;
			}
			return true;
		}
	}

	/** In one transaction: nobody finds the name without what it promises. */
	private void keep(String scratch, String name, String backup) throws SQLException {
		try (var connection = server(); var statement = connection.createStatement()) {
			statement.execute("begin");
			new SwapMarks(connection).restored(scratch, this.target.database(), backup);
			statement.execute("alter database %s allow_connections false".formatted(Swap.quoted(scratch)));
			statement.execute("alter database %s rename to %s".formatted(Swap.quoted(scratch), Swap.quoted(name)));
			statement.execute("commit");
		}
	}

	/**
	 * A lock that was held when the backup was taken is nobody's any more, and a planner
	 * without statistics is an outage of its own.
	 */
	private static void finish(Target restored) throws SQLException {
		try (var connection = restored.open("restore"); var statement = connection.createStatement()) {
			statement.execute(
					"""
							do $$ declare t text; begin
								for t in select format('%I.%I', n.nspname, c.relname) from pg_catalog.pg_class c
									join pg_catalog.pg_namespace n on n.oid = c.relnamespace
									where c.relname = 'databasechangeloglock' and c.relkind = 'r'
								loop
									execute format('update %s set locked = false, lockgranted = null, lockedby = null where locked', t);
								end loop;
							end $$""");
			statement.execute("analyze");
		}
	}

	/**
	 * Where the server's disk is ours to look at; elsewhere the server says it itself.
	 */
	private void checkSpace() throws Exception {
		try (var connection = server();
				var find = connection.prepareStatement("select pg_catalog.pg_database_size(?)")) {
			var free = this.room.free(connection);
			if (free.isEmpty()) {
				return;
			}
			find.setString(1, this.target.database());
			try (var rows = find.executeQuery()) {
				rows.next();
				var need = (long) (rows.getLong(1) * ROOM) + SPARE;
				var have = free.get().bytes();
				if (have < need) {
					throw new Rejected("backup.no-space",
							"Restoring beside '%s' takes up to %d MB on the server, %d MB are free: free some, or restore chosen tables in place"
								.formatted(this.target.database(), need >> 20, have >> 20));
				}
			}
		}
		catch (SQLException ex) {
			if (!"42501".equals(ex.getSQLState())) {
				throw ex;
			}
			// Not ours to ask how large it is.
		}
	}

	private Connection server() {
		return this.target.at("postgres").open("restore");
	}

}
