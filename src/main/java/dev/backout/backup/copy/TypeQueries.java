package dev.backout.backup.copy;

/**
 * Catalogue queries of what tables are made with: schemas, extensions, types, functions,
 * operators. As those of {@link ScriptQueries}.
 */
final class TypeQueries {

	private TypeQueries() {
	}

	static final String SCHEMAS = """
			select format('create schema if not exists %I', n.nspname) from pg_namespace n
			where $user and $noextension(pg_namespace, n) order by 1""";

	static final String EXTENSIONS = """
			select format('create extension if not exists %I with schema %I version %L', e.extname, n.nspname, e.extversion)
			from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by e.oid""";

	static final String COLLATIONS = """
			select format('create collation %I.%I (provider = %s, %sdeterministic = %s%s)', n.nspname, o.collname,
				case o.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
				case when o.collprovider = 'c' then format('lc_collate = %L, lc_ctype = %L, ',
					to_jsonb(o) ->> 'collcollate', to_jsonb(o) ->> 'collctype')
				else format('locale = %L, ', coalesce(to_jsonb(o) ->> 'colllocale', to_jsonb(o) ->> 'colliculocale',
					to_jsonb(o) ->> 'collcollate')) end, o.collisdeterministic::text,
				coalesce(', rules = ' || quote_literal(to_jsonb(o) ->> 'collicurules'), ''))
			from pg_collation o join pg_namespace n on n.oid = o.collnamespace
			where $user and $noextension(pg_collation, o) order by 1""";

	static final String CONVERSIONS = """
			select format('create %sconversion %I.%I for %L to %L from %s', case when o.condefault then 'default ' else '' end,
				n.nspname, o.conname, pg_encoding_to_char(o.conforencoding), pg_encoding_to_char(o.contoencoding), o.conproc)
			from pg_conversion o join pg_namespace n on n.oid = o.connamespace
			where $user and $noextension(pg_conversion, o) order by 1""";

	/** A class's own members with the class, the others of its family afterwards. */
	static final String OPERATOR_CLASSES = """
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

	static final String WRAPPERS = """
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

	static final String ENUMS = """
			select format('create type %I.%I as enum (%s)', n.nspname, t.typname,
				(select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum
					where enumtypid = t.oid))
			from pg_type t join pg_namespace n on n.oid = t.typnamespace
			where t.typtype = 'e' and $user and $noextension(pg_type, t) order by 1""";

	static final String COMPOSITES = """
			select format('create type %I.%I as (%s)', n.nspname, t.typname,
				(select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
					case when a.attcollation <> ty.typcollation then ' collate ' || a.attcollation::regcollation else '' end),
					', ' order by a.attnum) from pg_attribute a join pg_type ty on ty.oid = a.atttypid
					where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
			from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_class c on c.oid = t.typrelid
			where t.typtype = 'c' and c.relkind = 'c' and $user and $noextension(pg_type, t) order by 1""";

	static final String DOMAINS = """
			select format('create domain %I.%I as %s%s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
				case when t.typcollation <> b.typcollation then ' collate ' || t.typcollation::regcollation else '' end,
				coalesce(' default ' || pg_get_expr(t.typdefaultbin, 0), ''),
				case when t.typnotnull then ' not null' else '' end)
			from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_type b on b.oid = t.typbasetype
			where t.typtype = 'd' and $user and $noextension(pg_type, t) order by 1""";

	static final String DOMAIN_CHECKS = """
			select format('alter domain %I.%I add constraint %I %s', n.nspname, t.typname, k.conname,
				pg_get_constraintdef(k.oid))
			from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace
			where k.contype = 'c' and $user and $noextension(pg_type, t) order by 1""";

	static final String RANGES = """
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

	static final String FUNCTIONS = """
			select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
			where p.prokind in ('f', 'p', 'w') and $user and $noextension(pg_proc, p) order by p.oid""";

	static final String AGGREGATES = """
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

	static final String CASTS = """
			select format('create cast (%s as %s) %s%s', format_type(k.castsource, null), format_type(k.casttarget, null),
				case k.castmethod when 'b' then 'without function' when 'i' then 'with inout'
					else 'with function ' || k.castfunc::regprocedure end,
				case k.castcontext when 'a' then ' as assignment' when 'i' then ' as implicit' else '' end)
			from pg_cast k where k.oid >= 16384 and not exists (select from pg_depend x where x.classid = 'pg_cast'::regclass
				and x.objid = k.oid and x.deptype in ('e', 'i')) order by k.oid""";

	static final String OPERATORS = """
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

	static final String TEXT_SEARCH = """
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

}
