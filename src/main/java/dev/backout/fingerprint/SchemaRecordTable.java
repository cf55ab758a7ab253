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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/** The table in a target in which a {@link SchemaRecord} is kept. */
final class SchemaRecordTable {

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

	private SchemaRecordTable() {
	}

	/** Whoever may not write it down leaves the state unknown. */
	static boolean prepared(Connection connection) throws SQLException {
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

	static void write(Connection connection, String part, String history, boolean fromStart,
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

	private static java.sql.Array array(Connection connection, Collection<SchemaLine> lines,
			Function<SchemaLine, String> field) throws SQLException {
		return connection.createArrayOf("text", lines.stream().map(field).toArray(String[]::new));
	}

	/** What is written down of this state of the history; null where nothing is. */
	static @Nullable RecordedSchema read(Connection connection, String history) throws SQLException {
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
		return (made == null) ? null : new RecordedSchema(recordedAt, fromStart, SchemaFingerprint.of(made),
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

}
