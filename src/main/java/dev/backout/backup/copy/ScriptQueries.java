package dev.backout.backup.copy;

import java.util.ArrayList;
import java.util.List;

/**
 * Catalogue queries that give statements, kind by kind.
 * <p>
 * Long because PostgreSQL has many kinds of object. The server writes most definitions
 * itself ({@code pg_get_...def}); tables, types, sequences and grants are put together
 * here. With an empty search path every name comes out qualified.
 */
final class ScriptQueries {

	private ScriptQueries() {
	}

	static List<String> before(int version) {
		return fill(
				List.of(SCHEMAS, EXTENSIONS, COLLATIONS, CONVERSIONS, ENUMS, COMPOSITES, DOMAINS, RANGES, FUNCTIONS,
						AGGREGATES, CASTS, OPERATORS, OPERATOR_CLASSES, TEXT_SEARCH, WRAPPERS, DOMAIN_CHECKS, SEQUENCES,
						TABLES, INHERITED_DEFAULTS, DEFAULTS, SEQUENCE_OWNERS, COLUMN_SETTINGS, PARTITIONS, VIEWS),
				version);
	}

	static List<String> after(int version) {
		var queries = new ArrayList<>(List.of(CHECKS, KEYS, INDEXES, INDEX_SETTINGS, INDEX_PARTITIONS, MATERIALIZED,
				REPLICA_IDENTITY, FOREIGN_KEYS, VIEW_DEFAULTS, RULES, TRIGGERS, TRIGGER_STATES, FOREIGN_KEY_STATES,
				POLICIES, ROW_SECURITY, STATISTICS, COMMENTS, OWNERS, GRANTS, COLUMN_GRANTS, PUBLICATIONS));
		if (version >= 15) {
			queries.add(PUBLICATION_TABLES);
			queries.add(PUBLICATION_SCHEMAS);
		}
		else {
			queries.add(PUBLICATION_TABLES_14);
		}
		return fill(queries, version);
	}

	/** What would change what is made after it. */
	static List<String> last(int version) {
		return fill(List.of(DEFAULT_GRANTS, EVENT_TRIGGERS), version);
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

	private static final String SCHEMAS = """
			select format('create schema if not exists %I', n.nspname) from pg_namespace n
			where $user and $noextension(pg_namespace, n) order by 1""";

	private static final String EXTENSIONS = """
			select format('create extension if not exists %I with schema %I version %L', e.extname, n.nspname, e.extversion)
			from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by e.oid""";

	private static final String COLLATIONS = """
			select format('create collation %I.%I (provider = %s, %sdeterministic = %s%s)', n.nspname, o.collname,
				case o.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
				case when o.collprovider = 'c' then format('lc_collate = %L, lc_ctype = %L, ',
					to_jsonb(o) ->> 'collcollate', to_jsonb(o) ->> 'collctype')
				else format('locale = %L, ', coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale',
					to_jsonb(o) ->> 'collcollate')) end, o.collisdeterministic::text,
				coalesce(', rules = ' || quote_literal(to_jsonb(o) ->> 'collicurules'), ''))
			from pg_collation o join pg_namespace n on n.oid = o.collnamespace
			where $user and $noextension(pg_collation, o) order by 1""";

	private static final String CONVERSIONS = """
			select format('create %sconversion %I.%I for %L to %L from %s', case when o.condefault then 'default ' else '' end,
				n.nspname, o.conname, pg_encoding_to_char(o.conforencoding), pg_encoding_to_char(o.contoencoding), o.conproc)
			from pg_conversion o join pg_namespace n on n.oid = o.connamespace
			where $user and $noextension(pg_conversion, o) order by 1""";

	/** A class's own members with the class, the others of its family afterwards. */
	private static final String OPERATOR_CLASSES = """
			with member(kind, id, family, item) as (
				select 'pg_amop'::regclass, a.oid, a.amopfamily, format('operator %s %s%s', a.amopstrategy,
					a.amopopr::regoperator, case when a.amopsortfamily <> 0 then (select format(' for order by %I.%I',
						sn.nspname, sf.opfname) from pg_opfamily sf join pg_namespace sn on sn.oid = sf.opfnamespace
						where sf.oid = a.amopsortfamily) else '' end) from pg_amop a
				union all
				select 'pg_amproc'::regclass, a.oid, a.amprocfamily, format('function %s (%s, %s) %s', a.amprocnum,
					format_type(a.amproclefttype, null), format_type(a.amprocrighttype, null), a.amproc::regprocedure)
				from pg_amproc a),
			family(oid, name) as (
				select f.oid, format('%I.%I using %I', n.nspname, f.opfname, am.amname)
				from pg_opfamily f join pg_namespace n on n.oid = f.opfnamespace join pg_am am on am.oid = f.opfmethod
				where $user and $noextension(pg_opfamily, f))
			select sql from (
				select 1 step, oid, 'create operator family ' || name sql from family
				union all
				select 2, o.oid, format('create operator class %I.%I %sfor type %s using %I family %I.%I as %s', n.nspname,
					o.opcname, case when o.opcdefault then 'default ' else '' end, format_type(o.opcintype, null), am.amname,
					fn.nspname, f.opfname, (select string_agg(x, ', ' order by x) from (
						select m.item from member m join pg_depend d on d.classid = m.kind and d.objid = m.id
							and d.refclassid = 'pg_opclass'::regclass and d.refobjid = o.oid
						union select 'storage ' || format_type(case when o.opckeytype <> 0 then o.opckeytype
							else o.opcintype end, null)
							where o.opckeytype <> 0 or not exists (select from member m join pg_depend d
								on d.classid = m.kind and d.objid = m.id and d.refclassid = 'pg_opclass'::regclass
								and d.refobjid = o.oid)) i(x)))
				from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace join pg_am am on am.oid = o.opcmethod
				join pg_opfamily f on f.oid = o.opcfamily join pg_namespace fn on fn.oid = f.opfnamespace
				where $user and $noextension(pg_opclass, o)
				union all
				select 3, f.oid, format('alter operator family %s add %s', f.name, string_agg(m.item, ', ' order by m.item))
				from family f join member m on m.family = f.oid
				where not exists (select from pg_depend d where d.classid = m.kind and d.objid = m.id
					and d.refclassid = 'pg_opclass'::regclass)
				group by f.oid, f.name) s order by step, oid""";

	private static final String WRAPPERS = """
			with options(kind, oid, text) as (
				select 'w', oid, (select string_agg(format('%I %L', option_name, option_value), ', ')
					from pg_options_to_table(fdwoptions)) from pg_foreign_data_wrapper
				union all
				select 's', oid, (select string_agg(format('%I %L', option_name, option_value), ', ')
					from pg_options_to_table(srvoptions)) from pg_foreign_server)
			select sql from (
				select 1 step, format('create foreign data wrapper %I%s%s%s', w.fdwname,
					case when w.fdwhandler <> 0 then ' handler ' || w.fdwhandler::regproc else '' end,
					case when w.fdwvalidator <> 0 then ' validator ' || w.fdwvalidator::regproc else '' end,
					' options (' || o.text || ')') sql
				from pg_foreign_data_wrapper w join options o on o.kind = 'w' and o.oid = w.oid
				where $noextension(pg_foreign_data_wrapper, w)
				union all
				select 2, format('create server %I%s%s foreign data wrapper %I%s', s.srvname, ' type ' || quote_literal(s.srvtype),
					' version ' || quote_literal(s.srvversion), w.fdwname, ' options (' || o.text || ')')
				from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw
				join options o on o.kind = 's' and o.oid = s.oid where $noextension(pg_foreign_server, s)
				union all
				select 3, format('create user mapping for %s server %I%s',
					case when u.umuser = 0 then 'public' else quote_ident(u.usename) end, u.srvname, ' options (' ||
					(select string_agg(format('%I %L', option_name, option_value), ', ')
						from pg_options_to_table(u.umoptions)) || ')')
				from pg_user_mappings u) s order by step, 1""";

	private static final String ENUMS = """
			select format('create type %I.%I as enum (%s)', n.nspname, t.typname,
				(select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum
					where enumtypid = t.oid))
			from pg_type t join pg_namespace n on n.oid = t.typnamespace
			where t.typtype = 'e' and $user and $noextension(pg_type, t) order by 1""";

	private static final String COMPOSITES = """
			select format('create type %I.%I as (%s)', n.nspname, t.typname,
				(select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
					case when a.attcollation <> ty.typcollation then ' collate ' || a.attcollation::regcollation else '' end),
					', ' order by a.attnum) from pg_attribute a join pg_type ty on ty.oid = a.atttypid
					where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
			from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_class c on c.oid = t.typrelid
			where t.typtype = 'c' and c.relkind = 'c' and $user and $noextension(pg_type, t) order by 1""";

	private static final String DOMAINS = """
			select format('create domain %I.%I as %s%s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
				case when t.typcollation <> b.typcollation then ' collate ' || t.typcollation::regcollation else '' end,
				coalesce(' default ' || pg_get_expr(t.typdefaultbin, 0), ''),
				case when t.typnotnull then ' not null' else '' end)
			from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_type b on b.oid = t.typbasetype
			where t.typtype = 'd' and $user and $noextension(pg_type, t) order by 1""";

	private static final String DOMAIN_CHECKS = """
			select format('alter domain %I.%I add constraint %I %s', n.nspname, t.typname, k.conname,
				pg_get_constraintdef(k.oid))
			from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace
			where k.contype = 'c' and $user and $noextension(pg_type, t) order by 1""";

	private static final String RANGES = """
			select format('create type %I.%I as range (subtype = %s, subtype_opclass = %I.%I%s%s%s%s)', n.nspname, t.typname,
				format_type(r.rngsubtype, null), opn.nspname, op.opcname,
				case when r.rngcollation <> 0 then ', collation = ' || r.rngcollation::regcollation else '' end,
				case when r.rngsubdiff::oid <> 0 then ', subtype_diff = ' || r.rngsubdiff else '' end,
				case when r.rngcanonical::oid <> 0 then ', canonical = ' || r.rngcanonical else '' end,
				format(', multirange_type_name = %I.%I', mn.nspname, m.typname))
			from pg_range r join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
			join pg_type m on m.oid = r.rngmultitypid join pg_namespace mn on mn.oid = m.typnamespace
			join pg_opclass op on op.oid = r.rngsubopc join pg_namespace opn on opn.oid = op.opcnamespace
			where $user and $noextension(pg_type, t) order by 1""";

	private static final String FUNCTIONS = """
			select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
			where p.prokind in ('f', 'p', 'w') and $user and $noextension(pg_proc, p) order by p.oid""";

	private static final String AGGREGATES = """
			select format('create aggregate %I.%I(%s) (%s)', n.nspname, p.proname,
				case when pg_get_function_arguments(p.oid) = '' then '*' else pg_get_function_arguments(p.oid) end,
				concat_ws(', ', 'sfunc = ' || g.aggtransfn, 'stype = ' || format_type(g.aggtranstype, null),
					case when g.aggtransspace <> 0 then 'sspace = ' || g.aggtransspace end,
					case when g.aggfinalfn::oid <> 0 then 'finalfunc = ' || g.aggfinalfn end,
					case when g.aggfinalextra then 'finalfunc_extra' end,
					case when g.aggfinalfn::oid <> 0 then 'finalfunc_modify = ' || case g.aggfinalmodify
						when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end end,
					case when g.aggcombinefn::oid <> 0 then 'combinefunc = ' || g.aggcombinefn end,
					case when g.aggserialfn::oid <> 0 then 'serialfunc = ' || g.aggserialfn end,
					case when g.aggdeserialfn::oid <> 0 then 'deserialfunc = ' || g.aggdeserialfn end,
					'initcond = ' || quote_literal(g.agginitval),
					case when g.aggmtransfn::oid <> 0 then 'msfunc = ' || g.aggmtransfn end,
					case when g.aggminvtransfn::oid <> 0 then 'minvfunc = ' || g.aggminvtransfn end,
					case when g.aggmtranstype <> 0 then 'mstype = ' || format_type(g.aggmtranstype, null) end,
					case when g.aggmtransspace <> 0 then 'msspace = ' || g.aggmtransspace end,
					case when g.aggmfinalfn::oid <> 0 then 'mfinalfunc = ' || g.aggmfinalfn end,
					case when g.aggmfinalextra then 'mfinalfunc_extra' end,
					'minitcond = ' || quote_literal(g.aggminitval),
					case when g.aggsortop <> 0 then (select format('sortop = operator(%I.%s)', sn.nspname, so.oprname)
						from pg_operator so join pg_namespace sn on sn.oid = so.oprnamespace where so.oid = g.aggsortop) end,
					case p.proparallel when 's' then 'parallel = safe' when 'r' then 'parallel = restricted' end,
					case when g.aggkind = 'h' then 'hypothetical' end))
			from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_aggregate g on g.aggfnoid = p.oid
			where $user and $noextension(pg_proc, p) order by p.oid""";

	private static final String CASTS = """
			select format('create cast (%s as %s) %s%s', format_type(k.castsource, null), format_type(k.casttarget, null),
				case k.castmethod when 'b' then 'without function' when 'i' then 'with inout'
					else 'with function ' || k.castfunc::regprocedure end,
				case k.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' else '' end)
			from pg_cast k where k.oid >= 16384 and not exists (select from pg_depend x where x.classid = 'pg_cast'::regclass
				and x.objid = k.oid and x.deptype in ('e', 'i')) order by k.oid""";

	private static final String OPERATORS = """
			select format('create operator %I.%s (%s)', n.nspname, o.oprname, concat_ws(', ', 'function = ' || o.oprcode,
				case when o.oprleft <> 0 then 'leftarg = ' || format_type(o.oprleft, null) end,
				'rightarg = ' || format_type(o.oprright, null),
				(select format('commutator = operator(%I.%s)', xn.nspname, x.oprname) from pg_operator x
					join pg_namespace xn on xn.oid = x.oprnamespace where x.oid = o.oprcom),
				(select format('negator = operator(%I.%s)', xn.nspname, x.oprname) from pg_operator x
					join pg_namespace xn on xn.oid = x.oprnamespace where x.oid = o.oprnegate),
				case when o.oprrest::oid <> 0 then 'restrict = ' || o.oprrest end,
				case when o.oprjoin::oid <> 0 then 'join = ' || o.oprjoin end,
				case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end))
			from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
			where $user and o.oprcode::oid <> 0 and $noextension(pg_operator, o) order by o.oid""";

	private static final String TEXT_SEARCH = """
			select sql from (
				select 1 step, d.oid, 0 kind, format('create text search dictionary %I.%I (template = %I.%I%s)', n.nspname,
					d.dictname, tn.nspname, t.tmplname, ', ' || d.dictinitoption) sql
				from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace
				join pg_ts_template t on t.oid = d.dicttemplate join pg_namespace tn on tn.oid = t.tmplnamespace
				where $user and $noextension(pg_ts_dict, d)
				union all
				select 2, c.oid, 0, format('create text search configuration %I.%I (parser = %I.%I)', n.nspname, c.cfgname,
					pn.nspname, p.prsname)
				from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
				join pg_ts_parser p on p.oid = c.cfgparser join pg_namespace pn on pn.oid = p.prsnamespace
				where $user and $noextension(pg_ts_config, c)
				union all
				select 3, c.oid, m.maptokentype, format('alter text search configuration %I.%I add mapping for %I with %s',
					n.nspname, c.cfgname, (select alias from ts_token_type(c.cfgparser) where tokid = m.maptokentype),
					string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno))
				from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
				join pg_ts_config_map m on m.mapcfg = c.oid
				where $user and $noextension(pg_ts_config, c) group by c.oid, n.nspname, c.cfgname, m.maptokentype) s
			order by step, oid, kind""";

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

	private static final String POLICIES = """
			select format('create policy %I on %s as %s for %s to %s%s%s', p.polname, p.polrelid::regclass,
				case when p.polpermissive then 'permissive' else 'restrictive' end,
				case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
					else 'all' end,
				(select string_agg(case r when 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ')
					from unnest(p.polroles) r),
				coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''),
				coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', ''))
			from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
			where $user order by 1""";

	private static final String ROW_SECURITY = """
			select format('alter table %I.%I %s row level security', n.nspname, c.relname, what)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			cross join lateral (select 'enable' where c.relrowsecurity union all
				select 'force' where c.relforcerowsecurity) s(what)
			where $user order by 1""";

	private static final String STATISTICS = """
			select pg_get_statisticsobjdef(s.oid) from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
			where $user
			union all
			select format('alter statistics %I.%I set statistics %s', n.nspname, s.stxname, s.stxstattarget)
			from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where s.stxstattarget >= 0 and $user
			order by 1 desc""";

	private static final String COMMENTS = """
			select format('comment on %s %s is %L', case i.type when 'table column' then 'column'
				when 'view column' then 'column' when 'materialized view column' then 'column'
				when 'composite type column' then 'column' when 'composite type' then 'type'
				when 'table constraint' then 'constraint' when 'domain constraint' then 'constraint'
				when 'statistics object' then 'statistics' when 'foreign-data wrapper' then 'foreign data wrapper'
				when 'foreign table column' then 'column' else i.type end,
				case i.type when 'domain constraint' then (select format('%I on domain %s', k.conname, k.contypid::regtype)
					from pg_constraint k where k.oid = d.objoid) else i.identity end,
				d.description)
			from pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
			where d.objoid >= 16384 and d.classoid <> 'pg_extension'::regclass and i.identity is not null
			and i.type not in ('large object', 'database', 'event trigger')
			and not exists (select from pg_depend x where x.classid = d.classoid and x.objid = d.objoid and x.deptype = 'e')
			union all
			select format('comment on schema public is %L', obj_description(oid, 'pg_namespace')) from pg_namespace
			where nspname = 'public' and obj_description(oid, 'pg_namespace') is distinct from 'standard public schema'
			order by 1""";

	/** Kind, identity, owner and privileges of whatever has them. */
	private static final String OWNED = """
			with owned(kind, grants, identity, owner, acl, fallback) as (
				select 'schema', 'schema', quote_ident(n.nspname), n.nspowner, n.nspacl, acldefault('n', n.nspowner)
				from pg_namespace n where $user and $noextension(pg_namespace, n)
				union all
				select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence'
					when 'c' then 'type' when 'f' then 'foreign table' else 'table' end,
					case c.relkind when 'S' then 'sequence' else 'table' end,
					format('%I.%I', n.nspname, c.relname), c.relowner, c.relacl,
					acldefault(case when c.relkind = 'S' then 's'::"char" else 'r' end, c.relowner)
				from pg_class c join pg_namespace n on n.oid = c.relnamespace
				where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and c.relpersistence <> 't' and $user
				and $noextension(pg_class, c)
				union all
				select 'foreign data wrapper', 'foreign data wrapper', quote_ident(w.fdwname), w.fdwowner, w.fdwacl, null
				from pg_foreign_data_wrapper w where $noextension(pg_foreign_data_wrapper, w)
				union all
				select 'server', 'foreign server', quote_ident(s.srvname), s.srvowner, s.srvacl, null
				from pg_foreign_server s where $noextension(pg_foreign_server, s)
				union all
				select 'conversion', null, format('%I.%I', n.nspname, s.conname), s.conowner, null, null
				from pg_conversion s join pg_namespace n on n.oid = s.connamespace
				where $user and $noextension(pg_conversion, s)
				union all
				select 'operator class', null, i.identity, s.opcowner, null, null
				from pg_opclass s join pg_namespace n on n.oid = s.opcnamespace,
					pg_identify_object('pg_opclass'::regclass, s.oid, 0) i where $user and $noextension(pg_opclass, s)
				union all
				select 'operator family', null, i.identity, s.opfowner, null, null
				from pg_opfamily s join pg_namespace n on n.oid = s.opfnamespace,
					pg_identify_object('pg_opfamily'::regclass, s.oid, 0) i where $user and $noextension(pg_opfamily, s)
				union all
				select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
					case p.prokind when 'p' then 'procedure' else 'function' end, i.identity, p.proowner, p.proacl,
					acldefault('f', p.proowner)
				from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
					pg_identify_object('pg_proc'::regclass, p.oid, 0) i
				where $user and $noextension(pg_proc, p)
				union all
				select 'type', 'type', format('%I.%I', n.nspname, t.typname), t.typowner, t.typacl,
					acldefault('T', t.typowner)
				from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
				where (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c') and $user
				and $noextension(pg_type, t)
				union all
				select 'statistics', null, format('%I.%I', n.nspname, s.stxname), s.stxowner, null, null
				from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where $user
				union all
				select 'collation', null, format('%I.%I', n.nspname, s.collname), s.collowner, null, null
				from pg_collation s join pg_namespace n on n.oid = s.collnamespace
				where $user and $noextension(pg_collation, s)
				union all
				select 'operator', null, i.identity, o.oprowner, null, null
				from pg_operator o join pg_namespace n on n.oid = o.oprnamespace,
					pg_identify_object('pg_operator'::regclass, o.oid, 0) i
				where $user and o.oprcode::oid <> 0 and $noextension(pg_operator, o)
				union all
				select 'text search configuration', null, format('%I.%I', n.nspname, o.cfgname), o.cfgowner, null, null
				from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace
				where $user and $noextension(pg_ts_config, o)
				union all
				select 'text search dictionary', null, format('%I.%I', n.nspname, o.dictname), o.dictowner, null, null
				from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace
				where $user and $noextension(pg_ts_dict, o)
			)
			""";

	/** A sequence of a column has the owner of its table, and must not be given one. */
	private static final String OWNERS = OWNED + """
			select format('alter %s %s owner to %I', kind, identity, pg_get_userbyid(owner)) from owned
			where kind <> 'sequence' or not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
				and d.objid = identity::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0) order by 1""";

	private static final String GRANTS = OWNED
			+ """
					, entries as (
						select o.*, x.grantor, x.grantee, x.is_grantable, string_agg(x.privilege_type, ', ') privileges
						from owned o cross join lateral aclexplode(o.acl) x
						where o.acl is not null and o.grants is not null
						group by 1, 2, 3, 4, 5, 6, 7, 8, 9)
					select sql from (
						select 1 step, format('revoke all on %s %s from public; revoke all on %1$s %2$s from %I', grants, identity,
							pg_get_userbyid(owner)) sql, grants, identity, 0 grantor from owned
						where acl is not null and grants is not null
						union all
						select case when grantor = owner then 2 else 3 end, case when grantor = owner then
							format('grant %s on %s %s to %s%s', privileges, grants, identity, who,
								case when is_grantable then ' with grant option' else '' end)
							else format('set session authorization %I; grant %s on %s %s to %s%s; reset session authorization',
								pg_get_userbyid(grantor), privileges, grants, identity, who,
								case when is_grantable then ' with grant option' else '' end) end, grants, identity, grantor
						from entries, lateral (select case grantee when 0 then 'public'
							else quote_ident(pg_get_userbyid(grantee)) end) w(who)) s
					order by grants, identity, step, grantor, sql""";

	private static final String COLUMN_GRANTS = """
			select format('grant %s (%I) on %I.%I to %s%s', x.privilege_type, a.attname, n.nspname, c.relname,
				case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end,
				case when x.is_grantable then ' with grant option' else '' end)
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			cross join lateral aclexplode(a.attacl) x
			where a.attacl is not null and not a.attisdropped and $user and $noextension(pg_class, c) order by 1""";

	private static final String PUBLICATIONS = """
			select format('create publication %I %s with (publish = %L, publish_via_partition_root = %s)', p.pubname,
				case when p.puballtables then 'for all tables' else '' end,
				concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
					case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end), p.pubviaroot::text)
				|| format('; alter publication %I owner to %I', p.pubname, pg_get_userbyid(p.pubowner))
			from pg_publication p order by 1""";

	private static final String PUBLICATION_TABLES_14 = """
			select format('alter publication %I add table only %s', p.pubname, r.prrelid::regclass)
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid order by 1""";

	private static final String PUBLICATION_TABLES = """
			select format('alter publication %I add table only %s%s%s', p.pubname, r.prrelid::regclass,
				(select ' (' || string_agg(quote_ident(a.attname), ', ') || ')' from pg_attribute a
					where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)),
				' where (' || pg_get_expr(r.prqual, r.prrelid) || ')')
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid order by 1""";

	private static final String PUBLICATION_SCHEMAS = """
			select format('alter publication %I add tables in schema %s', p.pubname, r.pnnspid::regnamespace)
			from pg_publication p join pg_publication_namespace r on r.pnpubid = p.oid order by 1""";

	private static final String EVENT_TRIGGERS = """
			select format('create event trigger %I on %s%s execute function %s()', e.evtname, e.evtevent,
				(select format(' when tag in (%s)', string_agg(quote_literal(t), ', ')) from unnest(e.evttags) t
					having count(*) > 0), e.evtfoid::regproc)
				|| case when e.evtenabled <> 'O' then format('; alter event trigger %I %s', e.evtname,
					case e.evtenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end)
				else '' end
				|| format('; alter event trigger %I owner to %I', e.evtname, pg_get_userbyid(e.evtowner))
				|| case when obj_description(e.oid, 'pg_event_trigger') is not null then
					format('; comment on event trigger %I is %L', e.evtname, obj_description(e.oid, 'pg_event_trigger')) else '' end
			from pg_event_trigger e where $noextension(pg_event_trigger, e) order by 1""";

	private static final String DEFAULT_GRANTS = """
			select format('alter default privileges for role %I%s %s on %s %s', pg_get_userbyid(d.defaclrole),
				coalesce(' in schema ' || quote_ident(n.nspname), ''), what.verb,
				case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
					when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end, what.whom)
			from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
			cross join lateral (
				select 'revoke all', 'from ' || case x.grantee when 0 then 'public'
					else quote_ident(pg_get_userbyid(x.grantee)) end, 1
				from aclexplode(acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole)) x
				where n.oid is null
				union
				select 'grant ' || x.privilege_type, 'to ' || case x.grantee when 0 then 'public'
					else quote_ident(pg_get_userbyid(x.grantee)) end
					|| case when x.is_grantable then ' with grant option' else '' end, 2
				from aclexplode(d.defaclacl) x) what(verb, whom, step)
			order by d.oid, what.step, 1""";

}
