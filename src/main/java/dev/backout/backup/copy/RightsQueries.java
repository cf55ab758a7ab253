package dev.backout.backup.copy;

/**
 * Catalogue queries of what is said about objects that are there: policies, comments,
 * owners, grants, publications. As those of {@link ScriptQueries}.
 */
final class RightsQueries {

	private RightsQueries() {
	}

	static final String POLICIES = """
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

	static final String ROW_SECURITY = """
			select format('alter table %I.%I %s row level security', n.nspname, c.relname, what)
			from pg_class c join pg_namespace n on n.oid = c.relnamespace
			cross join lateral (select 'enable' where c.relrowsecurity union all
				select 'force' where c.relforcerowsecurity) s(what)
			where $user order by 1""";

	static final String COMMENTS = """
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
	static final String OWNERS = OWNED + """
			select format('alter %s %s owner to %I', kind, identity, pg_get_userbyid(owner)) from owned
			where kind <> 'sequence' or not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
				and d.objid = identity::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0) order by 1""";

	static final String GRANTS = OWNED
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

	static final String COLUMN_GRANTS = """
			select format('grant %s (%I) on %I.%I to %s%s', x.privilege_type, a.attname, n.nspname, c.relname,
				case x.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end,
				case when x.is_grantable then ' with grant option' else '' end)
			from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
			cross join lateral aclexplode(a.attacl) x
			where a.attacl is not null and not a.attisdropped and $user and $noextension(pg_class, c) order by 1""";

	static final String PUBLICATIONS = """
			select format('create publication %I %s with (publish = %L, publish_via_partition_root = %s)', p.pubname,
				case when p.puballtables then 'for all tables' else '' end,
				concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
					case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end), p.pubviaroot::text)
				|| format('; alter publication %I owner to %I', p.pubname, pg_get_userbyid(p.pubowner))
			from pg_publication p order by 1""";

	static final String PUBLICATION_TABLES_14 = """
			select format('alter publication %I add table only %s', p.pubname, r.prrelid::regclass)
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid order by 1""";

	static final String PUBLICATION_TABLES = """
			select format('alter publication %I add table only %s%s%s', p.pubname, r.prrelid::regclass,
				(select ' (' || string_agg(quote_ident(a.attname), ', ') || ')' from pg_attribute a
					where a.attrelid = r.prrelid and a.attnum = any (r.prattrs)),
				' where (' || pg_get_expr(r.prqual, r.prrelid) || ')')
			from pg_publication p join pg_publication_rel r on r.prpubid = p.oid order by 1""";

	static final String PUBLICATION_SCHEMAS = """
			select format('alter publication %I add tables in schema %s', p.pubname, r.pnnspid::regnamespace)
			from pg_publication p join pg_publication_namespace r on r.pnpubid = p.oid order by 1""";

	static final String EVENT_TRIGGERS = """
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

	static final String DEFAULT_GRANTS = """
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
