package dev.backout.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The names of everything in a database. The difference of two, read in a changeset's own
 * transaction, is what the changeset made and removed; no text is guessed from.
 *
 * @param names each with its kind, such as {@code column public.customer.email}
 */
record CatalogNames(TreeSet<String> names) {

	static CatalogNames read(Connection connection) throws SQLException {
		var names = new TreeSet<String>();
		try (var statement = connection.prepareStatement(
				"""
						with n as (select oid, nspname from pg_catalog.pg_namespace
							where nspname !~ '^pg_' and nspname not in ('information_schema', 'backout', 'backout_stash')),
						c as (select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c
							join n on n.oid = c.relnamespace where c.relname not like 'databasechangelog%')
						select case relkind when 'i' then 'index' when 'I' then 'index' when 'S' then 'sequence' when 'v' then 'view'
							when 'm' then 'view' when 'c' then 'type' else 'table' end || ' ' || name from c
						union all select format('type %I.%I', n.nspname, t.typname) from pg_catalog.pg_type t join n on n.oid = t.typnamespace
							where t.typtype in ('e', 'd', 'r')
						union all select format('schema %I', nspname) from n
						union all select format('column %s.%I', c.name, a.attname) from c join pg_catalog.pg_attribute a on a.attrelid = c.oid
							where c.relkind in ('r', 'p', 'f') and a.attnum > 0 and not a.attisdropped
						union all select format('constraint %s.%I', c.name, k.conname) from c join pg_catalog.pg_constraint k on k.conrelid = c.oid
						union all select format('trigger %s.%I', c.name, g.tgname) from c join pg_catalog.pg_trigger g on g.tgrelid = c.oid
							where not g.tgisinternal
						union all select format('policy %s.%I', c.name, p.polname) from c join pg_catalog.pg_policy p on p.polrelid = c.oid
						union all select format('function %I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
							from pg_catalog.pg_proc p join n on n.oid = p.pronamespace""");
				var rows = statement.executeQuery()) {
			while (rows.next()) {
				names.add(rows.getString(1));
			}
		}
		return new CatalogNames(names);
	}

	Changes changesTo(CatalogNames after) {
		var made = new ArrayList<>(after.names());
		made.removeIf(this.names::contains);
		var gone = new ArrayList<>(this.names);
		gone.removeIf(after.names()::contains);
		return new Changes(made, gone);
	}

	/**
	 * What a changeset did to the catalog.
	 *
	 * @param made what it brought
	 * @param gone what it took, or moved away
	 */
	record Changes(List<String> made, List<String> gone) {

		/** As the journal keeps it: {@code +} for made, {@code -} for gone. */
		String json() {
			var all = new ArrayList<String>();
			this.made.forEach((name) -> all.add("+" + name));
			this.gone.forEach((name) -> all.add("-" + name));
			return Json.write(all);
		}

	}

}
