package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.backout.migration.Protection.Kept;
import dev.backout.migration.Protection.Ran;
import org.jspecify.annotations.Nullable;

/**
 * INSERTs of single rows into one table, one after the other: they are watched and undone
 * together. Should they turn out to write elsewhere too, they are taken back and run
 * again one by one.
 */
final class InsertRun {

	private final RowProtection rows;

	private final Connection connection;

	private final Protection.StatementRunner runner;

	private final String table;

	private final String stash;

	private final @Nullable Savepoint savepoint;

	private final Set<Long> watched;

	private final @Nullable Ran begin;

	private final Map<Long, Long> before;

	private final List<Insert> inserts = new ArrayList<>();

	private InsertRun(RowProtection rows, Connection connection, Protection.StatementRunner runner, String table,
			String stash) throws SQLException {
		this.rows = rows;
		this.connection = connection;
		this.runner = runner;
		this.table = table;
		this.stash = stash;
		this.savepoint = Savepoints.set(connection);
		this.watched = rows.watched(table);
		this.begin = this.watched.isEmpty() ? null : rows.begin(this.watched, stash);
		this.before = rows.written();
	}

	/**
	 * Begins one, with nothing in it yet.
	 * @param stash names what is kept of all that come
	 */
	static InsertRun into(String table, String stash, RowProtection rows, Connection connection,
			Protection.StatementRunner runner) throws SQLException {
		return new InsertRun(rows, connection, runner, table, stash);
	}

	/**
	 * The table that a statement inserts literal rows into; null if it does, or may do,
	 * anything else.
	 */
	static @Nullable String table(StatementText sql) {
		var plain = sql.startsWith("insert", "into") && sql.contains("values") && !sql.contains("conflict")
				&& !sql.contains("with") && !sql.contains("select") && !sql.contains("setval");
		var cursor = sql.cursor();
		return (plain && cursor.accept("insert", "into")) ? cursor.name().orElse(null) : null;
	}

	boolean into(String name) {
		return this.table.equals(name);
	}

	void add(String sql, String name) throws SQLException {
		this.runner.run(sql);
		this.inserts.add(new Insert(sql, name));
	}

	/**
	 * Each as it was kept: the way back of all is with the first, which is undone last.
	 */
	List<Kept> close() throws SQLException {
		var after = this.rows.written();
		if (!this.rows.unseen(this.before, after, this.watched).isEmpty()
				|| ProceduralDefinitions.changed(this.before, after)) {
			Savepoints.rollback(this.connection, this.savepoint);
			return oneByOne();
		}
		var end = (this.begin != null) ? this.rows.end(this.stash) : null;
		Savepoints.release(this.connection, this.savepoint);
		var kept = new ArrayList<Kept>();
		for (var at = 0; at < this.inserts.size(); at++) {
			var ran = new ArrayList<Ran>();
			var undo = new ArrayList<String>();
			if (at == 0 && this.begin != null) {
				ran.add(this.begin);
				undo.add(RowProtection.undo(this.stash));
			}
			ran.add(new Ran(this.inserts.get(at).sql(), true));
			if (at == this.inserts.size() - 1 && end != null) {
				ran.add(end);
			}
			kept.add(new Kept(ran, undo, null));
		}
		return kept;
	}

	private List<Kept> oneByOne() throws SQLException {
		var kept = new ArrayList<Kept>();
		for (var insert : this.inserts) {
			kept.add(this.rows.rows(insert.sql(), this.table, insert.stash(), () -> this.runner.run(insert.sql())));
		}
		return kept;
	}

	private record Insert(String sql, String stash) {
	}

}
