package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.postgresql.PGStatement;

/**
 * Who wrote the catalogue's rows last, summed up for each relation: equal stamps, equal
 * rows. Says cheaply what to look at again; nothing is described for it.
 *
 * @param relations stamp of each relation's rows, by its number
 * @param comments stamp of all comments
 * @param others stamp of everything that belongs to no relation
 */
record CatalogueStamps(Map<Long, String> relations, String comments, String others) {

	/** The highest number that an owner can have, and none has. */
	private static final long COMMENTS = 4294967295L;

	private static final long OTHERS = 0;

	/** Stands among the dependents for what is not a relation. */
	static final long ELSEWHERE = 0;

	private static final List<String> LOOSE = List.of("pg_namespace", "pg_enum", "pg_range", "pg_cast", "pg_operator",
			"pg_opclass", "pg_collation", "pg_conversion", "pg_extension", "pg_statistic_ext", "pg_default_acl",
			"pg_event_trigger", "pg_publication", "pg_publication_rel", "pg_foreign_data_wrapper", "pg_foreign_server",
			"pg_foreign_table", "pg_language", "pg_transform", "pg_am", "pg_ts_config", "pg_ts_dict",
			"pg_ts_config_map", "pg_seclabel", "pg_proc", "pg_aggregate");

	/** Owner of a row: for an index and its columns, the index's table. */
	private static final String ROWS = """
			select coalesce(i.indrelid, c.oid), 1, c.xmin, 0 from pg_class c left join pg_index i on i.indexrelid = c.oid
				where c.relkind <> 't' and c.oid >= 16384
			union all select coalesce(i.indrelid, a.attrelid), 2, a.xmin, a.attnum from pg_attribute a
				left join pg_index i on i.indexrelid = a.attrelid where a.attrelid >= 16384 and a.attnum > 0
			union all select adrelid, 3, xmin, adnum from pg_attrdef
			union all select conrelid, 4, xmin, oid::bigint from pg_constraint where oid >= 16384
			union all select indrelid, 5, xmin, indexrelid::bigint from pg_index where indexrelid >= 16384
			union all select tgrelid, 6, xmin, oid::bigint from pg_trigger
			union all select polrelid, 7, xmin, oid::bigint from pg_policy
			union all select ev_class, 8, xmin, oid::bigint from pg_rewrite where oid >= 16384
			union all select inhrelid, 9, xmin, inhparent::bigint from pg_inherits
			union all select seqrelid, 10, xmin, 0 from pg_sequence
			union all select d.objid, 11, d.xmin, d.refobjid::bigint from pg_sequence s join pg_depend d
				on d.classid = 'pg_class'::regclass and d.objid = s.seqrelid and d.deptype in ('a', 'i') and d.refobjsubid > 0
			union all select partrelid, 12, xmin, 0 from pg_partitioned_table
			union all select 4294967295, 13, xmin, objoid::bigint * 64 + objsubid from pg_description where objoid >= 16384
			union all select 0, 14, xmin, oid::bigint from pg_type where oid >= 16384 and typrelid = 0 and typcategory <> 'A'
			union all select 0, 15, '0'::xid, umid::bigint from pg_user_mappings""";

	private static final String DEPENDENTS = """
			with recursive grown(oid) as (
				select x::bigint from unnest(?::bigint[]) x
				union
				select case d.classid
					when 'pg_class'::regclass then coalesce((select indrelid from pg_index where indexrelid = d.objid), d.objid)
					when 'pg_rewrite'::regclass then (select ev_class from pg_rewrite where oid = d.objid)
					when 'pg_constraint'::regclass then (select conrelid from pg_constraint where oid = d.objid)
					when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = d.objid)
					when 'pg_policy'::regclass then (select polrelid from pg_policy where oid = d.objid)
					when 'pg_attrdef'::regclass then (select adrelid from pg_attrdef where oid = d.objid)
					when 'pg_type'::regclass then -2 else 0 end::bigint
				from grown g join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = g.oid::oid
				where g.oid > 0)
			select oid from grown where oid >= 0
			union
			-- what refers to a relation is told with it too, by its constraint's name
			select k.confrelid::bigint from grown g join pg_constraint k on g.oid > 0 and k.conrelid = g.oid::oid and k.contype = 'f'
			union
			select 0 from grown g join pg_class c on g.oid > 0 and c.oid = g.oid::oid and c.reltype <> 0
				join pg_depend d on d.refclassid = 'pg_type'::regclass and d.refobjid = c.reltype
					and d.classid <> 'pg_type'::regclass""";

	private static String query() {
		var rows = new StringBuilder(ROWS);
		for (int i = 0; i < LOOSE.size(); i++) {
			var oid = Set.of("pg_range", "pg_foreign_table", "pg_ts_config_map", "pg_seclabel", "pg_aggregate")
				.contains(LOOSE.get(i)) ? "0" : "oid::bigint";
			rows.append("\nunion all select 0, %d, xmin, %s from %s".formatted(16 + i, oid, LOOSE.get(i)))
				.append(oid.equals("0") ? "" : " where oid >= 16384");
		}
		return "select owner::bigint, sum(hashint8extended(by::text::bigint, kind::bigint << 40 # part::bigint))::text from ("
				+ rows + ") r(owner, kind, by, part) group by 1";
	}

	private static final String QUERY = query();

	static CatalogueStamps read(Connection connection) throws SQLException {
		var found = new HashMap<Long, String>();
		try (var read = connection.prepareStatement(QUERY)) {
			read.unwrap(PGStatement.class).setPrepareThreshold(1);
			try (var rows = read.executeQuery()) {
				while (rows.next()) {
					found.put(rows.getLong(1), rows.getString(2));
				}
			}
		}
		var comments = found.remove(COMMENTS);
		var others = found.remove(OTHERS);
		return new CatalogueStamps(found, String.valueOf(comments), String.valueOf(others));
	}

	/** Relations whose rows differ, made or gone ones included. */
	Set<Long> changedTo(CatalogueStamps now) {
		var changed = new HashSet<Long>();
		now.relations.forEach((relation, stamp) -> {
			if (!stamp.equals(this.relations.get(relation))) {
				changed.add(relation);
			}
		});
		this.relations.keySet()
			.stream()
			.filter((relation) -> !now.relations.containsKey(relation))
			.forEach(changed::add);
		return changed;
	}

	/**
	 * These, and relations whose description may name them; {@link #ELSEWHERE} among them
	 * if something else may.
	 */
	static Set<Long> withDependents(Connection connection, Set<Long> relations) throws SQLException {
		var all = new HashSet<Long>();
		try (var read = connection.prepareStatement(DEPENDENTS)) {
			read.unwrap(PGStatement.class).setPrepareThreshold(1);
			read.setArray(1, connection.createArrayOf("bigint", relations.toArray()));
			try (var rows = read.executeQuery()) {
				while (rows.next()) {
					all.add(rows.getLong(1));
				}
			}
		}
		return all;
	}

}
