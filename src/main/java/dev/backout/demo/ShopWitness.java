package dev.backout.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.fingerprint.SchemaFingerprint;
import dev.backout.fingerprint.Scope;

/**
 * What somebody outside of the shop has noted of it, to say after a rollback whether it
 * is as before: with SQL of its own, apart from what backups and checks compare.
 *
 * @param notes what was looked at, and what it was
 */
record ShopWitness(Map<String, String> notes) {

	private static final String OLD = "id < " + ShopLife.FIRST;

	private static final String NEW = "id >= " + ShopLife.FIRST;

	ShopWitness {
		notes = new LinkedHashMap<>(notes);
	}

	/** Looks at the schema and at all rows that nobody has written to since. */
	static ShopWitness ofTheUntouched(Connection connection) throws SQLException {
		var notes = new LinkedHashMap<String, String>();
		notes.put("schema", SchemaFingerprint.of(connection, Scope.APPLICATION).digest());
		note(notes, connection, "customer", OLD + " and id % 500 <> 7", "to_jsonb(t)");
		note(notes, connection, "customer", OLD + " and id % 500 = 7", "to_jsonb(t) - 'city'");
		note(notes, connection, "product", "true", "to_jsonb(t)");
		note(notes, connection, "orders", OLD + " and id % 2000 <> 11", "to_jsonb(t)");
		note(notes, connection, "orders", OLD + " and id % 2000 = 11", "to_jsonb(t) - 'status'");
		note(notes, connection, "payment", OLD, "to_jsonb(t)");
		note(notes, connection, "coupon", "true", "to_jsonb(t)", "code");
		return new ShopWitness(notes);
	}

	/**
	 * Looks at what was written since the bad release.
	 * @param name SQL for a customer's name: it is one column or two
	 */
	static ShopWitness ofTheNew(Connection connection, String name) throws SQLException {
		var notes = new LinkedHashMap<String, String>();
		note(notes, connection, "customer", NEW, "jsonb_build_array(id, %s, email, city, created_at)".formatted(name));
		note(notes, connection, "orders", NEW, "to_jsonb(t)");
		note(notes, connection, "payment", NEW, "to_jsonb(t)");
		note(notes, connection, "customer", OLD + " and city = 'Bergen'", "jsonb_build_array(id)");
		note(notes, connection, "orders", OLD + " and status = 'returned'", "jsonb_build_array(id)");
		return new ShopWitness(notes);
	}

	/** Keeps it in a file, outside of the database. */
	void write(Path file) throws IOException {
		Files.createDirectories(file.getParent());
		new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
	}

	/** Reads what {@link #write} wrote. */
	static ShopWitness read(Path file) throws IOException {
		return new ObjectMapper().readValue(file.toFile(), ShopWitness.class);
	}

	/** In what the other differs, one sentence each. */
	List<String> differences(ShopWitness other) {
		var found = new ArrayList<String>();
		this.notes.forEach((what, was) -> {
			var is = other.notes.get(what);
			if (!was.equals(is)) {
				found.add("%s: was %s, is %s".formatted(what, was, is));
			}
		});
		return found;
	}

	private static void note(Map<String, String> notes, Connection connection, String table, String where, String what)
			throws SQLException {
		note(notes, connection, table, where, what, "id");
	}

	private static void note(Map<String, String> notes, Connection connection, String table, String where, String what,
			String key) throws SQLException {
		try (var statement = connection.createStatement(); var rows = statement.executeQuery("""
				select count(*) || ' rows, ' || coalesce(md5(string_agg(md5((%s)::text), '' order by t.%s)), 'none')
				from public.%s t where %s""".formatted(what, key, table, where))) {
			rows.next();
			notes.put(table + " where " + where, rows.getString(1));
		}
	}

}
