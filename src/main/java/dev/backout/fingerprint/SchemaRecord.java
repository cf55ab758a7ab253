package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What a changelog made of a schema, written down in the database itself: there it is
 * also after a restore, and where nobody but the database is left to ask.
 * <p>
 * A record is of one state of the changelog's history. What others migrate makes another
 * state, of which nothing is known until Backout is at work again.
 */
public final class SchemaRecord {

	private final @Nullable String history;

	private final boolean recorded;

	private final boolean fromStart;

	private final SchemaFingerprint before;

	private final Difference differed;

	private SchemaRecord(@Nullable String history, boolean recorded, boolean fromStart, SchemaFingerprint before,
			Difference differed) {
		this.history = history;
		this.recorded = recorded;
		this.fromStart = fromStart;
		this.before = before;
		this.differed = differed;
	}

	/**
	 * In what the schema differs from the record, in the caller's transaction.
	 * @return empty where nobody knows: there is no record of the history's present state
	 */
	public static Optional<SchemaDrift> drift(Connection connection) throws SQLException {
		var stored = SchemaRecordTable.read(connection, history(connection));
		return (stored == null) ? Optional.empty() : Optional.of(stored.against(schema(connection)));
	}

	/**
	 * Looks at the database before its changelog is at work, in auto-commit. Where
	 * somebody holds what has to be looked at, nothing will be known.
	 * @param halfDone whether earlier work was cut short: what is not in the record then
	 * may be the changelog's own
	 */
	public static SchemaRecord before(Connection connection, boolean halfDone) throws SQLException {
		var nothing = SchemaFingerprint.of(List.of());
		var unknown = new SchemaRecord(null, false, false, nothing, Difference.between(nothing, nothing));
		return inOneView(connection, unknown, () -> {
			var history = history(connection);
			var stored = SchemaRecordTable.read(connection, history);
			var now = schema(connection);
			if (stored == null) {
				return new SchemaRecord(history, false, !halfDone && empty(connection, now), now,
						Difference.between(now, now));
			}
			var drift = stored.against(now);
			return halfDone ? new SchemaRecord(history, true, false, now, drift.earlier())
					: new SchemaRecord(history, true, stored.fromStart(), now, together(drift));
		});
	}

	/**
	 * Writes down what the changelog has made; nothing if its history has not moved. In
	 * auto-commit.
	 */
	public void changed(Connection connection) throws SQLException {
		inOneView(connection, true, () -> {
			var now = history(connection);
			if (this.history != null && !now.equals(this.history)) {
				write(connection, now);
			}
			return true;
		});
	}

	/**
	 * Writes down what was changed beside the changelog, by us; nothing where the state
	 * before was not known. In auto-commit.
	 */
	public void changedByUs(Connection connection) throws SQLException {
		inOneView(connection, true, () -> {
			if (this.recorded) {
				write(connection, history(connection));
			}
			return true;
		});
	}

	private void write(Connection connection, String now) throws SQLException {
		if (!SchemaRecordTable.prepared(connection)) {
			return;
		}
		var made = schema(connection);
		write(connection, "MADE", now, made.lines());
		write(connection, "MISSING", now, this.differed.missing()
			.stream()
			.filter((line) -> !made.lines().contains(line) && untouched(line, made) && !wentWithItsTable(line, made))
			.toList());
		write(connection, "ADDED", now, this.differed.added().stream().filter(made.lines()::contains).toList());
	}

	/** What the changelog has made anew since is its own. */
	private boolean untouched(SchemaLine line, SchemaFingerprint made) {
		return of(line, this.before).equals(of(line, made));
	}

	private static List<String> of(SchemaLine line, SchemaFingerprint schema) {
		return schema.lines()
			.stream()
			.filter((other) -> other.kind().equals(line.kind()) && other.object().equals(line.object()))
			.map(SchemaLine::detail)
			.toList();
	}

	/** What lacked in a table lacks nowhere once the changelog has dropped the table. */
	private boolean wentWithItsTable(SchemaLine line, SchemaFingerprint made) {
		var text = " %s %s ".formatted(line.object(), line.detail());
		return relations(this.before).stream()
			.filter((relation) -> text.contains(" " + relation + " ") || line.object().startsWith(relation + "."))
			.anyMatch((relation) -> !relations(made).contains(relation));
	}

	private static List<String> relations(SchemaFingerprint schema) {
		return schema.lines()
			.stream()
			.filter((line) -> line.kind().equals("relation"))
			.map(SchemaLine::object)
			.toList();
	}

	private static Difference together(SchemaDrift drift) {
		var missing = new ArrayList<>(drift.earlier().missing());
		missing.addAll(drift.later().missing());
		var added = new ArrayList<>(drift.earlier().added());
		added.addAll(drift.later().added());
		return new Difference(missing, added, List.of());
	}

	/** Nothing was deployed yet, and nothing made otherwise. */
	private static boolean empty(Connection connection, SchemaFingerprint schema) throws SQLException {
		return relations(schema).isEmpty()
				&& ChangelogHistory.of(connection).map(ChangelogHistory::changesets).orElse(0L) == 0;
	}

	private static String history(Connection connection) throws SQLException {
		return ChangelogHistory.of(connection).map(ChangelogHistory::digest).orElse("");
	}

	private static SchemaFingerprint schema(Connection connection) {
		return SchemaFingerprint.of(SchemaFingerprint.of(connection, Scope.APPLICATION)
			.lines()
			.stream()
			.filter((line) -> !line.cosmetic())
			.toList());
	}

	private void write(Connection connection, String part, String history, Collection<SchemaLine> lines)
			throws SQLException {
		SchemaRecordTable.write(connection, part, history, this.fromStart, lines);
	}

	/**
	 * Lines and history as of one moment; the definition of a view is not told while
	 * somebody holds a table below it.
	 */
	private static <T> T inOneView(Connection connection, T locked, Work<T> work) throws SQLException {
		connection.setAutoCommit(false);
		try {
			try (var statement = connection.createStatement()) {
				statement.execute("set transaction isolation level repeatable read; set local lock_timeout = '1s'");
			}
			var result = work.done();
			connection.commit();
			return result;
		}
		catch (SQLException | IllegalStateException ex) {
			if (!timedOut(ex)) {
				throw ex;
			}
			return locked;
		}
		finally {
			connection.rollback();
			connection.setAutoCommit(true);
		}
	}

	private static boolean timedOut(Exception failure) {
		var cause = (failure instanceof SQLException) ? failure : failure.getCause();
		return cause instanceof SQLException refused && "55P03".equals(refused.getSQLState());
	}

	@FunctionalInterface
	private interface Work<T> {

		T done() throws SQLException;

	}

}
