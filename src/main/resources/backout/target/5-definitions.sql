-- Views, functions and other things that are all definition.

create or replace function backout.acl_grants(acl aclitem[], owner oid, what text) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_agg(format('grant %s on %s to %s%s', x.privilege_type, what,
			case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end,
			case when x.is_grantable then ' with grant option' else '' end) order by x.grantee, x.privilege_type), '[]')
	from aclexplode(acl) x where x.grantee <> owner
$f$;

-- Everything that it takes to make a view again, as statements.
create or replace function backout.view_statements(rel oid) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select jsonb_build_array(
			case c.relkind when 'v' then format('create or replace view %s%s as %s', backout.qualified(rel::regclass),
				coalesce(' with (' || (select string_agg(x, ', ') from unnest(c.reloptions) x) || ')', ''), pg_get_viewdef(rel))
			else format('create materialized view %s%s as %s%s', backout.qualified(rel::regclass), coalesce(' with (' || (select string_agg(x, ', ') from unnest(c.reloptions) x) || ')', ''),
				rtrim(pg_get_viewdef(rel), ';'), case when c.relispopulated then '' else ' with no data' end) end,
			format('alter %s %s owner to %I', case c.relkind when 'v' then 'view' else 'materialized view' end,
				backout.qualified(rel::regclass), pg_get_userbyid(c.relowner)))
		|| backout.acl_grants(c.relacl, c.relowner, backout.qualified(rel::regclass))
		|| coalesce((select jsonb_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid) from pg_index i where i.indrelid = rel), '[]')
		|| coalesce((select jsonb_agg(pg_get_triggerdef(g.oid) order by g.tgname) from pg_trigger g where g.tgrelid = rel and not g.tgisinternal), '[]')
		|| coalesce((select jsonb_agg(format('alter view %s alter column %I set default %s', backout.qualified(rel::regclass), a.attname,
			pg_get_expr(d.adbin, d.adrelid))) from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
			where d.adrelid = rel), '[]')
		|| jsonb_build_array(format('comment on %s %s is %L', case c.relkind when 'v' then 'view' else 'materialized view' end,
			backout.qualified(rel::regclass), obj_description(rel, 'pg_class')))
		|| coalesce((select jsonb_agg(format('comment on column %s.%I is %L', backout.qualified(rel::regclass), a.attname,
			col_description(rel, a.attnum))) from pg_attribute a where a.attrelid = rel and a.attnum > 0
			and col_description(rel, a.attnum) is not null), '[]')
	from pg_class c where c.oid = rel
$f$;

create or replace function backout.routine_statements(routine oid) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select jsonb_build_array(pg_get_functiondef(p.oid), format('alter routine %s owner to %I', x.sign, pg_get_userbyid(p.proowner)))
		|| case when p.proacl is null then '[]'
			else jsonb_build_array(format('revoke all on routine %s from public', x.sign)) || backout.acl_grants(p.proacl, p.proowner, 'routine ' || x.sign) end
		|| jsonb_build_array(format('comment on routine %s is %L', x.sign, obj_description(p.oid, 'pg_proc')))
	from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
		lateral (select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as sign) x
	where p.oid = routine and p.prokind in ('f', 'p', 'w')
$f$;

-- What CASCADE takes along, kept and then removed. Columns: attnum > 0; the whole table: 0.
create or replace function backout.keep_dependents(rel regclass, att int, mode text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare views jsonb; own jsonb; r record; made jsonb := '[]'; other text;
begin
	if mode <> 'cascade' then
		return made;
	end if;
	with recursive v (oid, depth) as (
		select w.ev_class, 1 from pg_depend d join pg_rewrite w on w.oid = d.objid
			where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = rel
				and (att = 0 or d.refobjsubid = att) and w.ev_class <> rel
		union
		select w.ev_class, v.depth + 1 from v join pg_depend d on d.refobjid = v.oid and d.refclassid = 'pg_class'::regclass
			join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass where w.ev_class <> v.oid)
	select jsonb_agg(jsonb_build_object('name', backout.qualified(oid::regclass), 'kind', c.relkind, 'make', backout.view_statements(oid)) order by depth)
		into views from (select oid, max(depth) as depth from v group by oid) x join pg_class c using (oid);
	-- its own policies and triggers go with a column, and move along with a table
	if att > 0 then
		select jsonb_agg(jsonb_build_object('make', jsonb_build_array(f.make) || coalesce((select jsonb_agg(m.make) from
				jsonb_to_recordset(backout.facets(rel)) as m (k text, make text) where m.k = replace(f.k, 'trigger:', 'trigger-mode:') and m.k <> f.k), '[]'),
				'unmake', f.unmake)) into own
			from jsonb_to_recordset(backout.facets(rel)) as f (k text, make text, unmake text)
			where f.k in (select 'policy:' || p.polname from pg_policy p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
					where p.polrelid = rel and d.refclassid = 'pg_class'::regclass and d.refobjid = rel and d.refobjsubid = att
				union select 'trigger:' || g.tgname from pg_trigger g join pg_depend d on d.classid = 'pg_trigger'::regclass and d.objid = g.oid
					where g.tgrelid = rel and not g.tgisinternal and d.refclassid = 'pg_class'::regclass and d.refobjid = rel and d.refobjsubid = att);
	end if;
	select string_agg(distinct pg_describe_object(d.classid, d.objid, d.objsubid), ', ') into other from pg_depend d
		where d.refclassid = 'pg_class'::regclass and d.refobjid = rel and (att = 0 or d.refobjsubid = att) and d.deptype = 'n'
			and d.classid not in ('pg_rewrite'::regclass, 'pg_constraint'::regclass)
			and not (d.classid = 'pg_class'::regclass and d.objid = rel)
			and not exists (select 1 from pg_policy p where d.classid = 'pg_policy'::regclass and p.oid = d.objid and p.polrelid = rel)
			and not exists (select 1 from pg_trigger g where d.classid = 'pg_trigger'::regclass and g.oid = d.objid and g.tgrelid = rel);
	if other is not null then
		raise exception 'backout: CASCADE would take along what cannot be kept: %', other using errcode = 'B0009';
	end if;
	for r in select x ->> 'unmake' as sql from jsonb_array_elements(coalesce(own, '[]')) x loop
		execute r.sql;
	end loop;
	for r in select * from jsonb_array_elements(coalesce(views, '[]')) with ordinality as x (v, n) order by n desc loop
		execute format('drop %s %s', case r.v ->> 'kind' when 'v' then 'view' else 'materialized view' end, r.v ->> 'name');
	end loop;
	return coalesce(views, '[]') || coalesce(own, '[]');
end $f$;

-- Views that read any of these things, and views that read those; kept and then removed.
create or replace function backout.keep_views_on(class oid, objs oid[]) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare views jsonb; r record;
begin
	with recursive v (oid, depth) as (
		select w.ev_class, 1 from pg_depend d join pg_rewrite w on w.oid = d.objid
			where d.classid = 'pg_rewrite'::regclass and d.refclassid = class and d.refobjid = any (objs)
		union
		select w.ev_class, v.depth + 1 from v join pg_depend d on d.refobjid = v.oid and d.refclassid = 'pg_class'::regclass
			join pg_rewrite w on w.oid = d.objid and d.classid = 'pg_rewrite'::regclass where w.ev_class <> v.oid)
	select jsonb_agg(jsonb_build_object('name', backout.qualified(oid::regclass), 'kind', c.relkind, 'make', backout.view_statements(oid)) order by depth)
		into views from (select oid, max(depth) as depth from v group by oid) x join pg_class c using (oid) where c.relkind in ('v', 'm');
	for r in select * from jsonb_array_elements(coalesce(views, '[]')) with ordinality as x (v, n) order by n desc loop
		execute format('drop %s %s', case r.v ->> 'kind' when 'v' then 'view' else 'materialized view' end, r.v ->> 'name');
	end loop;
	return coalesce(views, '[]');
end $f$;

create or replace function backout.restore_dependents(kept jsonb) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare r record;
begin
	for r in select s from jsonb_array_elements(coalesce(kept, '[]')) with ordinality v (v, i),
		jsonb_array_elements_text(v.v -> 'make') with ordinality x (s, n) order by v.i, x.n loop
		execute r.s;
	end loop;
end $f$;

create or replace function backout.definitions(kind text, obj text) returns jsonb
	language plpgsql stable as $f$
declare m jsonb; parts name[];
begin
	if kind = 'view' then
		select jsonb_agg(jsonb_build_object('id', backout.qualified(c.oid::regclass), 'kind', case c.relkind when 'v' then 'view' else 'materialized view' end,
				'make', backout.view_statements(c.oid)))
			into m from pg_catalog.pg_class c where c.oid = to_regclass(obj) and c.relkind in ('v', 'm');
	else
		parts := parse_ident(obj);
		select jsonb_agg(jsonb_build_object('id', format('%I.%I(%s)', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)),
				'kind', 'routine', 'make', backout.routine_statements(p.oid)) order by p.oid)
			into m from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
			where p.prokind in ('f', 'p', 'w') and p.proname = parts[array_length(parts, 1)]
				and (case when array_length(parts, 1) > 1 then n.nspname = parts[1] else n.nspname = any (current_schemas(false)) end);
	end if;
	return coalesce(m, '[]');
end $f$;

create or replace function backout.stash_definition(kind text, obj text, sid text) returns void
	language plpgsql as $f$
begin
	perform backout.put_stash(sid, 'definition', backout.placed(kind, obj), null, jsonb_build_object('kind', kind, 'before', backout.definitions(kind, obj)), 0);
end $f$;

-- Its name with the schema that it is in, or would be made in: the way back may run with another search path.
create or replace function backout.placed(kind text, obj text) returns text
	language plpgsql stable as $f$
declare parts name[] := pg_catalog.parse_ident(obj); ns name;
begin
	if array_length(parts, 1) > 1 then
		return obj;
	elsif kind = 'view' then
		select n.nspname into ns from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = pg_catalog.to_regclass(obj);
	else
		select n.nspname into ns from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
			where p.proname = parts[1] and n.nspname = any (current_schemas(false)) order by array_position(current_schemas(false), n.nspname) limit 1;
	end if;
	return pg_catalog.format('%I.%I', coalesce(ns, current_schema()), parts[1]);
end $f$;

create or replace function backout.restore_definition(sid text) returns jsonb
	language plpgsql as $f$
declare s backout.stash := backout.live_stash(sid); r record; x record; did jsonb := '[]'; on_it jsonb := '[]';
begin
	-- what came by the change goes
	for r in select * from jsonb_to_recordset(backout.definitions(s.meta ->> 'kind', s.rel)) as n (id text, kind text) loop
		if not exists (select 1 from jsonb_to_recordset(s.meta -> 'before') as b (id text) where b.id = r.id) then
			execute format('drop %s %s', r.kind, r.id);
			did := did || to_jsonb('dropped ' || r.id);
		end if;
	end loop;
	for r in select * from jsonb_to_recordset(s.meta -> 'before') as b (id text, kind text, make jsonb) loop
		begin
			for x in select e from jsonb_array_elements_text(r.make) e loop
				execute x.e;
			end loop;
		exception when others then
			-- other columns or another result type: only making it anew helps
			if r.kind <> 'routine' and to_regclass(r.id) is not null then
				-- views that read it are made again as they were; one that reads what the former does not have says so
				on_it := backout.keep_dependents(to_regclass(r.id), 0, 'cascade');
			end if;
			if to_regclass(r.id) is not null or r.kind = 'routine' then
				execute format('drop %s if exists %s', r.kind, r.id);
			end if;
			for x in select e from jsonb_array_elements_text(r.make) e loop
				execute x.e;
			end loop;
			perform backout.restore_dependents(on_it);
		end;
		did := did || to_jsonb('former ' || r.id);
	end loop;
	return backout.close_stash(sid, jsonb_build_object('did', did));
end $f$;
