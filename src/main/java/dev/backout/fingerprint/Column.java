package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A column as a fingerprint reads it.
 *
 * @param name unquoted
 * @param output the type's output function, qualified and quoted
 * @param text whether the type is text already
 * @param required whether the server promises that no value is NULL
 */
record Column(String name, String output, boolean text, boolean required) {

	/** Columns that hold data of their own, in byte order of their names. */
	static List<Column> of(Connection connection, String table) throws SQLException {
		var columns = new ArrayList<Column>();
		try (var find = connection.prepareStatement("""
				select a.attname, pg_catalog.format('%I.%I', fn.nspname, f.proname),
					bn.nspname = 'pg_catalog' and b.typname in ('text', 'varchar'),
					a.attnotnull and not exists (select from pg_catalog.pg_constraint k where k.conrelid = a.attrelid
						and k.contype = 'n' and k.conkey = array[a.attnum] and not k.convalidated)
				from pg_catalog.pg_attribute a
				join pg_catalog.pg_type b on b.oid = (
					with recursive base(oid, kind, next) as (
						select t.oid, t.typtype, t.typbasetype from pg_catalog.pg_type t where t.oid = a.atttypid
						union all
						select t.oid, t.typtype, t.typbasetype from base join pg_catalog.pg_type t
							on base.kind = 'd' and t.oid = base.next)
					select oid from base where kind <> 'd')
				join pg_catalog.pg_namespace bn on bn.oid = b.typnamespace
				join pg_catalog.pg_proc f on f.oid = b.typoutput
				join pg_catalog.pg_namespace fn on fn.oid = f.pronamespace
				where a.attrelid = ?::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
				order by a.attname collate "C\"""")) {
			find.setString(1, table);
			try (var rows = find.executeQuery()) {
				while (rows.next()) {
					columns
						.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3), rows.getBoolean(4)));
				}
			}
		}
		return columns;
	}

	/** SQL for the column of alias {@code t}. */
	String reference() {
		return "t.\"" + this.name.replace("\"", "\"\"") + '"';
	}

	/** SQL for its value as the server would write it. */
	String asText() {
		return (this.text ? reference() : "pg_catalog.textin(%s(%s))".formatted(this.output, reference()))
				+ " collate \"C\"";
	}

}
