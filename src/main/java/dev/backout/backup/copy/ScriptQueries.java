package dev.backout.backup.copy;

import java.util.ArrayList;
import java.util.List;

/**
 * Catalogue queries that give statements, kind by kind.
 * <p>
 * The server writes most definitions itself ({@code pg_get_...def}); tables, types,
 * sequences and grants are put together here. With an empty search path every name comes
 * out qualified.
 */
final class ScriptQueries {

	private ScriptQueries() {
	}

	static List<String> before(int version) {
		return fill(List.of(TypeQueries.SCHEMAS, TypeQueries.EXTENSIONS, TypeQueries.COLLATIONS,
				TypeQueries.CONVERSIONS, TypeQueries.ENUMS, TypeQueries.COMPOSITES, TypeQueries.DOMAINS,
				TypeQueries.RANGES, TypeQueries.FUNCTIONS, TypeQueries.AGGREGATES, TypeQueries.CASTS,
				TypeQueries.OPERATORS, TypeQueries.OPERATOR_CLASSES, TypeQueries.TEXT_SEARCH, TypeQueries.WRAPPERS,
				TypeQueries.DOMAIN_CHECKS, SEQUENCES, TABLES, INHERITED_DEFAULTS, DEFAULTS, SEQUENCE_OWNERS,
				COLUMN_SETTINGS, PARTITIONS, VIEWS), version);
	}

	static List<String> after(int version) {
		var queries = new ArrayList<>(List.of(CHECKS, KEYS, INDEXES, INDEX_SETTINGS, INDEX_PARTITIONS, MATERIALIZED,
				REPLICA_IDENTITY, FOREIGN_KEYS, VIEW_DEFAULTS, RULES, TRIGGERS, TRIGGER_STATES, FOREIGN_KEY_STATES,
				RightsQueries.POLICIES, RightsQueries.ROW_SECURITY, STATISTICS, RightsQueries.COMMENTS,
				RightsQueries.OWNERS, RightsQueries.GRANTS, RightsQueries.COLUMN_GRANTS, RightsQueries.PUBLICATIONS));
		if (version >= 15) {
			queries.add(RightsQueries.PUBLICATION_TABLES);
			queries.add(RightsQueries.PUBLICATION_SCHEMAS);
		}
		else {
			queries.add(RightsQueries.PUBLICATION_TABLES_14);
		}
		return fill(queries, version);
	}

	/** What would change what is made after it. */
	static List<String> last(int version) {
		return fill(List.of(RightsQueries.DEFAULT_GRANTS, RightsQueries.EVENT_TRIGGERS), version);
	}

	/** Views, and each with the columns that it has and nothing behind them. */
	static String hollowViews(int version) {
		return fill(List.of(HOLLOW_VIEWS), version).get(0);
	}

	private static List<String> fill(List<String> queries, int version) {
		return queries.stream()
			.map((query) -> query.replace("$user", "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'")
				.replace("$partition_identity", (version >= 17) ? "c.relispartition" : "false")
				.replaceAll("\\$noextension\\((\\w+), (\\w+)\\)", """
						not exists (select from pg_depend x where x.classid = '$1'::regclass and x.objid = $2.oid
						and x.deptype = 'e')"""))
			.toList();
	}

	private static final String SEQUENCES = """
			select format('create %ssequence %I.%I as %s increment %s minvalue %s maxvalue %s start %s cache %s%s',
				case c.relpersistence when 'u' then 'unlogged ' else '' end, n.nspname, c.relname,
				format_type(s.seqtypid, null), s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
				case when s.seqcycle then ' cycle' else '' end)
			from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
			where $user and $noextension(pg_class, c) and not exists (select from pg_depend d
				where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i') order by 1""";

	private static final String SEQUENCE_OWNERS = """
			select format('alter sequence %I.%I owned by %s.%I', n.nspname, c.relname, d.refobjid::regclass, a.attname)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'a'
				and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
			join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
			where c.relkind = 'S' and $user and $noextension(pg_class, c) order by 1""";

	/** Columns without defaults: those may need functions that need the table. */
	private static final String TABLES = """
			select format('create %stable %I.%I %s%s%s%s%s%s', case when c.relkind = 'f' then 'foreign '
				when c.relpersistence = 'u' then 'unlogged ' else '' end, n.nspname, c.relname,
				case when c.reloftype <> 0 then 'of ' || c.reloftype::regtype else '(' || coalesce((select string_agg(format('%I %s%s%s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
					' options (' || (select string_agg(format('%I %L', option_name, option_value), ', ')
						from pg_options_to_table(a.attfdwoptions)) || ')',
					case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation else '' end,
					case when a.attgenerated <> '' then format(' generated always as (%s) %s',
						pg_get_expr(d.adbin, d.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end)
					else '' end,
					case when a.attidentity <> '' and not $partition_identity
						then format(' generated %s as identity (sequence name %s.%I increment %s minvalue %s '
							'maxvalue %s start %s cache %s%s)', case a.attidentity when 'a' then 'always' else 'by default' end,
							sc.relnamespace::regnamespace, sc.relname, s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
							s.seqcache, case when s.seqcycle then ' cycle' else '' end) else '' end,
					case when a.attnotnull then ' not null' else '' end), ', ' order by a.attnum)
				from pg_attribute a join pg_type t on t.oid = a.atttypid
				left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
				left join pg_depend sd on sd.refclassid = 'pg_class'::regclass and sd.refobjid = a.attrelid
					and sd.refobjsubid = a.attnum and sd.deptype = 'i' and sd.classid = 'pg_class'::regclass
					and a.attidentity <> ''
				left join pg_class sc on sc.oid = sd.objid left join pg_sequence s on s.seqrelid = sc.oid
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
				and (a.attislocal or c.relispartition)), '') || ')' end,
				(select format(' inherits (%s)', string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno))
					from pg_inherits i where i.inhrelid = c.oid and not c.relispartition having count(*) > 0),
				case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
				case when am.amname <> 'heap' then ' using ' || quote_ident(am.amname) else '' end,
				case when c.relkind = 'f' then (select format(' server %I', fs.srvname) || coalesce(' options (' ||
					(select string_agg(format('%I %L', option_name, option_value), ', ')
						from pg_options_to_table(ft.ftoptions)) || ')', '')
					from pg_foreign_table ft join pg_foreign_server fs on fs.oid = ft.ftserver where ft.ftrelid = c.oid)
				else ' with (' || (select string_agg(o, ', ') from (select unnest(c.reloptions) union all
					select 'toast.' || unnest(tc.reloptions) from pg_class tc where tc.oid = c.reltoastrelid) x(o)) || ')' end,
				(select ' tablespace ' || quote_ident(spcname) from pg_tablespace where oid = c.reltablespace))
			from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_am am on am.oid = c.relam
			where c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and $user
			and $noextension(pg_class, c) order by c.oid""";

	private static final String INHERITED_DEFAULTS = """
			select format('alter table only %I.%I alter column %I set not null', n.nspname, c.relname, a.attname)
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			where a.attnotnull and (not a.attislocal or c.reloftype <> 0) and not c.relispartition and a.attnum > 0
			and c.relkind in ('r', 'p', 'f')
			and not a.attisdropped and $user and $noextension(pg_class, c) order by 1""";

	private static final String DEFAULTS = """
			select format('alter table only %I.%I alter column %I set default %s', n.nspname, c.relname, a.attname,
				pg_get_expr(d.adbin, d.adrelid))
			from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
			join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
			where a.attgenerated = '' and c.relkind in ('r', 'p', 'f') and c.relpersistence <> 't' and $user
			and $noextension(pg_class, c) order by 1""";

	private static final String COLUMN_SETTINGS = """
			select format('alter table only %I.%I alter column %I set %s', n.nspname, c.relname, a.attname, what)
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			join pg_type t on t.oid = a.atttypid
			cross join lateral (
				select 'storage ' || case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main'
					else 'extended' end where a.attstorage <> t.typstorage
				union all select 'compression ' || case a.attcompression when 'l' then 'lz4' else 'pglz' end
					where a.attcompression <> ''
				union all select 'statistics ' || a.attstattarget where a.attstattarget >= 0
				union all select '(' || array_to_string(a.attoptions, ', ') || ')' where a.attoptions is not null) s(what)
			where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'f') and c.relpersistence <> 't' and $user
			and $noextension(pg_class, c) order by 1""";

	private static final String PARTITIONS = """
			select format('alter table only %s attach partition %I.%I %s', i.inhparent::regclass, n.nspname, c.relname,
				pg_get_expr(c.relpartbound, c.oid))
			from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_inherits i on i.inhrelid = c.oid
			where c.relispartition and c.relkind in ('r', 'p', 'f') and $user and $noextension(pg_class, c) order by c.oid""";

	private static final String HOLLOW_VIEWS = """
			select format('create view %I.%I as ', n.nspname, c.relname), format('create view %I.%I as select %s', n.nspname,
				c.relname, (select string_agg(format('null::%s%s as %I', format_type(a.atttypid, a.atttypmod),
					case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation else '' end,
					a.attname), ', ' order by a.attnum)
				from pg_attribute a join pg_type t on t.oid = a.atttypid
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind = 'v' and c.relpersistence <> 't' and $user and $noextension(pg_class, c) order by c.oid""";

	private static final String VIEWS = """
			select format('create %s %I.%I%s as %s%s', case c.relkind when 'v' then 'view' else 'materialized view' end,
				n.nspname, c.relname, ' with (' || (select string_agg(o, ', ') from (select unnest(c.reloptions) union all
					select 'toast.' || unnest(tc.reloptions) from pg_class tc where tc.oid = c.reltoastrelid) x(o)) || ')',
				rtrim(pg_get_viewdef(c.oid), ';'), case when c.relkind = 'm' then ' with no data' else '' end)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('v', 'm') and c.relpersistence <> 't' and $user and $noextension(pg_class, c)
			order by c.oid""";

	/** The deepest first: a parent's check merges into the child's own. */
	private static final String CHECKS = """
			select format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname,
				pg_get_constraintdef(k.oid))
			from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
			where k.contype = 'c' and k.conislocal and c.relkind in ('r', 'p', 'f') and $user and $noextension(pg_class, c)
			order by (with recursive up(oid, level) as (select c.oid, 0 union all
				select i.inhparent, up.level + 1 from up join pg_inherits i on i.inhrelid = up.oid)
				select max(level) from up) desc, 1""";

	private static final String KEYS = """
			select format('alter table only %I.%I add constraint %I %s', n.nspname, c.relname, k.conname,
				pg_get_constraintdef(k.oid))
			from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
			where k.contype in ('p', 'u', 'x') and $user and $noextension(pg_class, c)
			order by k.contype = 'x', k.contype, 1""";

	private static final String INDEXES = """
			select pg_get_indexdef(i.indexrelid)
			from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
			where $user and c.relkind in ('r', 'p', 'm') and (i.indisvalid or c.relkind = 'p')
			and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
			and $noextension(pg_class, c) order by 1""";

	private static final String INDEX_SETTINGS = """
			select format('alter index %s alter column %s set statistics %s', a.attrelid::regclass, a.attnum, a.attstattarget)
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('i', 'I') and a.attstattarget >= 0 and $user and $noextension(pg_class, c)
			union all
			select format('alter table %s cluster on %I', i.indrelid::regclass, c.relname)
			from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
			where i.indisclustered and $user and $noextension(pg_class, c)""";

	private static final String INDEX_PARTITIONS = """
			select format('alter index %s attach partition %s', i.inhparent::regclass, i.inhrelid::regclass)
			from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('i', 'I') and $user and $noextension(pg_class, c) order by c.relkind desc, c.oid""";

	private static final String MATERIALIZED = """
			select format('refresh materialized view %I.%I', n.nspname, c.relname)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind = 'm' and c.relispopulated and $user and $noextension(pg_class, c) order by c.oid""";

	private static final String REPLICA_IDENTITY = """
			select format('alter table only %I.%I replica identity %s', n.nspname, c.relname,
				case c.relreplident when 'f' then 'full' when 'n' then 'nothing' else (select 'using index ' ||
					quote_ident(ic.relname) from pg_index i join pg_class ic on ic.oid = i.indexrelid
					where i.indrelid = c.oid and i.indisreplident) end)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			where c.relkind in ('r', 'p', 'm') and c.relreplident <> 'd' and $user and $noextension(pg_class, c)
			order by 1""";

	private static final String FOREIGN_KEYS = """
			select format('alter table %s%I.%I add constraint %I %s', case c.relkind when 'p' then '' else 'only ' end,
				n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
			from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
			where k.contype = 'f' and k.conparentid = 0 and $user and $noextension(pg_class, c) order by 1""";

	private static final String VIEW_DEFAULTS = """
			select format('alter view %I.%I alter column %I set default %s', n.nspname, c.relname, a.attname,
				pg_get_expr(d.adbin, d.adrelid))
			from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
			join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
			where c.relkind = 'v' and $user and $noextension(pg_class, c) order by 1""";

	private static final String RULES = """
			select rtrim(pg_get_ruledef(r.oid), ';') || case when r.ev_enabled <> 'O' then format('; alter table %s %s rule %I',
				r.ev_class::regclass, case r.ev_enabled when 'D' then 'disable' when 'A' then 'enable always'
				else 'enable replica' end, r.rulename) else '' end
			from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
			where r.rulename <> '_RETURN' and $user and $noextension(pg_class, c) order by 1""";

	private static final String TRIGGERS = """
			select pg_get_triggerdef(t.oid)
			from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			where not t.tgisinternal and t.tgparentid = 0 and $user and $noextension(pg_class, c) order by 1""";

	private static final String TRIGGER_STATES = """
			select format('alter table only %s %s trigger %I', t.tgrelid::regclass, case t.tgenabled when 'D' then 'disable'
				when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, t.tgname)
			from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
			where not t.tgisinternal and (t.tgenabled <> 'O' or t.tgparentid <> 0) and $user
			and $noextension(pg_class, c) order by c.oid, 1""";

	private static final String FOREIGN_KEY_STATES = """
			select format('do $do$ declare t record; begin for t in select tgname from pg_catalog.pg_trigger '
				'where tgrelid = %L::regclass and tgconstraint = (select oid from pg_catalog.pg_constraint '
				'where conrelid = %L::regclass and conname = %L) and tgfoid = %L::regproc '
				'loop execute pg_catalog.format(%L, t.tgname); end loop; end $do$', t.tgrelid::regclass,
				k.conrelid::regclass, k.conname, t.tgfoid::regproc, format('alter table only %s %s trigger %%I',
				t.tgrelid::regclass, case t.tgenabled when 'D' then 'disable' when 'A' then 'enable always'
				else 'enable replica' end))
			from pg_trigger t join pg_constraint k on k.oid = t.tgconstraint join pg_class c on c.oid = t.tgrelid
			join pg_namespace n on n.oid = c.relnamespace
			where t.tgisinternal and t.tgenabled <> 'O' and $user order by 1""";

	private static final String STATISTICS = """
			select pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
			where $user
			union all
			select format('alter statistics %I.%I set statistics %s', n.nspname, s.stxname, s.stxstattarget)
			from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where s.stxstattarget >= 0 and $user
			order by 1 desc""";

}
