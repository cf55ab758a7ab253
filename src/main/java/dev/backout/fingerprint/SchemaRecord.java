package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * What a changelog made of a schema, written down in the database itself: there it is
 * also after a restore, and where nobody but the database is left to ask.
 * <p>
 * A record is of one state of the changelog's history. What others migrate makes another
 * state, of which nothing is known until Backout is at work again.
 */
public final class SchemaRecord {

	private static final String TABLE = """
			create table backout.schema_record (
				part text primary key check (part in ('MADE', 'MISSING', 'ADDED')),
				history text not null,
				from_start boolean not null,
				recorded_at timestamptz not null,
				kinds text[] not null,
				objects text[] not null,
				details text[] not null
			)""";

	/** Not by its name: a schema that one may not use is an error to look into. */
	private static final String ACCESS = """
			select coalesce((select pg_catalog.has_table_privilege(c.oid, '%1$s') from pg_catalog.pg_class c
				where c.relname = 'schema_record' and c.relnamespace = n.oid), %2$s)
				and pg_catalog.has_schema_privilege(n.oid, 'usage'),
				exists (select from pg_catalog.pg_class c where c.relname = 'schema_record' and c.relnamespace = n.oid)
			from pg_catalog.pg_namespace n where n.nspname = 'backout'""";

	private static final String WRITE = """
			insert into backout.schema_record (part, history, from_start, recorded_at, kinds, objects, details)
			values (?, ?, ?, pg_catalog.clock_timestamp(), ?, ?, ?)
			on conflict (part) do update set history = excluded.history, from_start = excluded.from_start,
				recorded_at = excluded.recorded_at, kinds = excluded.kinds, objects = excluded.objects,
				details = excluded.details""";

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
		var stored = stored(connection, history(connection));
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
			var stored = stored(connection, history);
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
		if (!prepared(connection)) {
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

	/** Whoever may not write it down leaves the state unknown. */
	private static boolean prepared(Connection connection) throws SQLException {
		try (var statement = connection.createStatement()) {
			try (var rows = statement
				.executeQuery(ACCESS.formatted("insert, update", "pg_catalog.has_schema_privilege(n.oid, 'create')"))) {
				if (!rows.next() || !rows.getBoolean(1)) {
					return false;
				}
				if (rows.getBoolean(2)) {
					return true;
				}
			}
			statement.execute(TABLE);
			return true;
		}
	}

	private static void write(Connection connection, String part, String history, boolean fromStart,
			Collection<SchemaLine> lines) throws SQLException {
		try (var write = connection.prepareStatement(WRITE)) {
			write.setString(1, part);
			write.setString(2, history);
			write.setBoolean(3, fromStart);
			write.setArray(4, array(connection, lines, SchemaLine::kind));
			write.setArray(5, array(connection, lines, SchemaLine::object));
			write.setArray(6, array(connection, lines, SchemaLine::detail));
			write.executeUpdate();
		}
	}

	private void write(Connection connection, String part, String history, Collection<SchemaLine> lines)
			throws SQLException {
		write(connection, part, history, this.fromStart, lines);
	}

	private static java.sql.Array array(Connection connection, Collection<SchemaLine> lines,
			Function<SchemaLine, String> field) throws SQLException {
		return connection.createArrayOf("text", lines.stream().map(field).toArray(String[]::new));
	}

	private static @Nullable Stored stored(Connection connection, String history) throws SQLException {
		var parts = new HashMap<String, List<SchemaLine>>();
		var fromStart = false;
		var recordedAt = Instant.EPOCH;
		try (var statement = connection.createStatement()) {
			try (var rows = statement.executeQuery(ACCESS.formatted("select", "false"))) {
				if (!rows.next() || !rows.getBoolean(1)) {
					return null;
				}
			}
			try (var read = connection.prepareStatement("""
					select part, from_start, recorded_at, kinds, objects, details from backout.schema_record
					where history = ?""")) {
				read.setString(1, history);
				try (var rows = read.executeQuery()) {
					while (rows.next()) {
						parts.put(rows.getString(1), lines(rows));
						fromStart = rows.getBoolean(2);
						recordedAt = rows.getObject(3, OffsetDateTime.class).toInstant();
					}
				}
			}
		}
		var made = parts.get("MADE");
		return (made == null) ? null : new Stored(recordedAt, fromStart, SchemaFingerprint.of(made),
				parts.getOrDefault("MISSING", List.of()), parts.getOrDefault("ADDED", List.of()));
	}

	private static List<SchemaLine> lines(ResultSet rows) throws SQLException {
		var kinds = (String[]) rows.getArray(4).getArray();
		var objects = (String[]) rows.getArray(5).getArray();
		var details = (String[]) rows.getArray(6).getArray();
		var lines = new ArrayList<SchemaLine>();
		for (int i = 0; i < kinds.length; i++) {
			lines.add(new SchemaLine(kinds[i], objects[i], details[i]));
		}
		return lines;
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

	/**
	 * What is written down of a state.
	 *
	 * @param made lines when the changelog had been at work
	 * @param missing of what it had made before, these were gone already
	 * @param added these were there already, made by others
	 */
	private record Stored(Instant recordedAt, boolean fromStart, SchemaFingerprint made, List<SchemaLine> missing,
			List<SchemaLine> added) {

		/** What others undo of what others did is no drift. */
		SchemaDrift against(SchemaFingerprint now) {
			var since = Difference.between(this.made, now);
			return new SchemaDrift(this.recordedAt, this.fromStart,
					new Difference(without(this.missing, now.lines()),
							this.added.stream().filter(now.lines()::contains).toList(), List.of()),
					new Difference(without(since.missing(), this.added), without(since.added(), this.missing),
							List.of()));
		}

		private static List<SchemaLine> without(List<SchemaLine> some, Collection<SchemaLine> others) {
			return some.stream().filter((line) -> !others.contains(line)).toList();
		}

	}

}
