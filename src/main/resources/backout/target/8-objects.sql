-- Things that are no tables: what they are, how they are made again, who may use them and what is said about them.

-- The server's own parser tells which object is meant: a comment is put on it, found, and taken back. Null if there is none.
create or replace function backout.address_of(what text) returns jsonb
	language plpgsql as $f$
declare mark text := 'backout ' || pg_catalog.md5(pg_catalog.random()::text || pg_catalog.clock_timestamp()::text); found jsonb;
begin
	begin
		execute pg_catalog.format('comment on %s is %L', what, mark);
		select pg_catalog.jsonb_build_object('class', d.classoid::bigint, 'obj', d.objoid::bigint, 'sub', d.objsubid) into found
			from pg_catalog.pg_description d where d.description = mark;
		raise exception using errcode = 'B0000';
	exception when sqlstate 'B0000' or undefined_object or undefined_table or undefined_function or undefined_column or invalid_schema_name
			or wrong_object_type or insufficient_privilege or syntax_error or ambiguous_function or invalid_name then null;
	end;
	return found;
end $f$;

create or replace function backout.identity(address jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select jsonb_build_object('type', i.type, 'schema', i.schema, 'identity', i.identity, 'name', coalesce(i.name,
		(select quote_ident(p.proname) from pg_proc p where (address ->> 'class')::oid = 'pg_proc'::regclass and p.oid = (address ->> 'obj')::oid)))
	from pg_identify_object((address ->> 'class')::oid, (address ->> 'obj')::oid, (address ->> 'sub')::int) i
	where i.identity is not null
$f$;

-- The object as COMMENT and ALTER call it.
create or replace function backout.called(address jsonb) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select case
		when i ->> 'type' like '% column' then 'column ' || (i ->> 'identity')
		when i ->> 'type' = 'table constraint' then 'constraint ' || (i ->> 'identity')
		when i ->> 'type' = 'domain constraint' then (select format('constraint %I on domain %s', k.conname, format_type(k.contypid, null))
			from pg_constraint k where k.oid = (address ->> 'obj')::oid)
		when i ->> 'type' = 'statistics object' then 'statistics ' || (i ->> 'identity')
		when i ->> 'type' = 'foreign-data wrapper' then 'foreign data wrapper ' || (i ->> 'identity')
		else (i ->> 'type') || ' ' || (i ->> 'identity') end
	from backout.identity(address) i
$f$;

-- The statement that says about an object what is said about it now.
create or replace function backout.comment_statement(address jsonb) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select format('comment on %s is %L', backout.called(address), (select d.description from pg_description d
		where d.classoid = (address ->> 'class')::oid and d.objoid = (address ->> 'obj')::oid and d.objsubid = (address ->> 'sub')::int))
$f$;

create or replace function backout.owner_of(address jsonb) returns oid
	language plpgsql stable set search_path = pg_catalog, pg_temp as $f$
declare owner oid; col name; cat regclass := (address ->> 'class')::oid;
begin
	select a.attname into col from pg_attribute a where a.attrelid = cat and a.attname in ('relowner', 'proowner', 'typowner', 'nspowner', 'collowner',
		'stxowner', 'cfgowner', 'dictowner', 'conowner', 'oprowner', 'opcowner', 'opfowner', 'srvowner', 'fdwowner', 'pubowner', 'evtowner', 'lanowner');
	if col is not null then
		execute format('select %I from %s where oid = $1', col, cat) into owner using (address ->> 'obj')::oid;
	end if;
	return owner;
end $f$;

-- What ALTER can change about it, each fact with the statement that makes it.
create or replace function backout.object_facets(address jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with o as (select (address ->> 'class')::oid as class, (address ->> 'obj')::oid as oid, backout.called(address) as called, backout.owner_of(address) as owner),
	facet (ord, k, make, unmake) as (
		select 1, 'owner', format('alter %s owner to %I', called, pg_get_userbyid(owner)), null from o where owner is not null
		union all select 2, 'sequence', format('alter sequence %s as %s start %s increment %s maxvalue %s minvalue %s cache %s %s', backout.qualified(s.seqrelid),
			format_type(s.seqtypid, null), s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, case when s.seqcycle then 'cycle' else 'no cycle' end), null
			from o join pg_sequence s on o.class = 'pg_class'::regclass and s.seqrelid = o.oid
		union all select 3, 'sequence-kept', format('alter sequence %s set %s', backout.qualified(c.oid), case c.relpersistence when 'u' then 'unlogged' else 'logged' end), null
			from o join pg_class c on o.class = 'pg_class'::regclass and c.oid = o.oid and c.relkind = 'S'
		union all select 4, 'sequence-owner', format('alter sequence %s owned by %s', backout.qualified(c.oid), coalesce((select format('%s.%I', backout.qualified(d.refobjid), a.attname)
				from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
				where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'a' and d.refclassid = 'pg_class'::regclass), 'none')), null
			from o join pg_class c on o.class = 'pg_class'::regclass and c.oid = o.oid and c.relkind = 'S'
			where not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')
		union all select 2, 'domain-default', format('alter domain %s set default %s', format_type(t.oid, null), t.typdefault), format('alter domain %s drop default', format_type(t.oid, null))
			from o join pg_type t on o.class = 'pg_type'::regclass and t.oid = o.oid and t.typtype = 'd' and t.typdefault is not null
		union all select 3, 'domain-not-null', format('alter domain %s set not null', format_type(t.oid, null)), format('alter domain %s drop not null', format_type(t.oid, null))
			from o join pg_type t on o.class = 'pg_type'::regclass and t.oid = o.oid and t.typtype = 'd' and t.typnotnull
		union all select 4, 'domain-constraint:' || k.conname, format('alter domain %s add constraint %I %s', format_type(k.contypid, null), k.conname, pg_get_constraintdef(k.oid)),
			format('alter domain %s drop constraint %I', format_type(k.contypid, null), k.conname)
			from o join pg_constraint k on o.class = 'pg_type'::regclass and k.contypid = o.oid and k.contype = 'c'
		union all select 5, 'domain-constraint-comment:' || k.conname, format('comment on constraint %I on domain %s is %L', k.conname, format_type(k.contypid, null), obj_description(k.oid, 'pg_constraint')), null
			from o join pg_constraint k on o.class = 'pg_type'::regclass and k.contypid = o.oid and k.contype = 'c' where obj_description(k.oid, 'pg_constraint') is not null
		union all select 2, 'routine', pg_get_functiondef(p.oid), null from o join pg_proc p on o.class = 'pg_proc'::regclass and p.oid = o.oid and p.prokind in ('f', 'p', 'w')
		union all select 2, 'statistics', format('alter statistics %I.%I set statistics %s', n.nspname, s.stxname, coalesce(s.stxstattarget, -1)), null
			from o join pg_statistic_ext s on o.class = 'pg_statistic_ext'::regclass and s.oid = o.oid join pg_namespace n on n.oid = s.stxnamespace)
	select coalesce(jsonb_agg(jsonb_build_object('ord', ord, 'k', k, 'make', make, 'unmake', unmake)), '[]') from facet
$f$;

-- Who may do what, as the catalog writes it: one row for each object that people made, and each column with rights of its own.
create or replace function backout.acls() returns table (k text, said text, col text, kind "char", owner oid, acl text)
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select 'r' || c.oid, format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, backout.qualified(c.oid)), null,
			(case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner, c.relacl::text
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not in ('pg_catalog', 'information_schema', 'backout', 'backout_stash', 'pg_toast')
	union all select format('c%s.%s', a.attrelid, a.attnum), format('table %s', backout.qualified(a.attrelid)), quote_ident(a.attname), 'c', c.relowner, a.attacl::text
		from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		where a.attacl is not null and not a.attisdropped and n.nspname not in ('pg_catalog', 'information_schema', 'backout', 'backout_stash')
	union all select 'f' || p.oid, format('%s %I.%I(%s)', case p.prokind when 'p' then 'procedure' else 'function' end, n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)),
			null, 'f', p.proowner, p.proacl::text
		from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname not in ('pg_catalog', 'information_schema', 'backout')
	union all select 'n' || n.oid, format('schema %I', n.nspname), null, 'n', n.nspowner, n.nspacl::text from pg_namespace n
		where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'backout', 'backout_stash')
	union all select 'T' || t.oid, format('type %s', format_type(t.oid, null)), null, 'T', t.typowner, t.typacl::text
		from pg_type t join pg_namespace n on n.oid = t.typnamespace
		where n.nspname not in ('pg_catalog', 'information_schema', 'backout', 'backout_stash', 'pg_toast') and t.typtype in ('e', 'd', 'r', 'c') and t.typelem = 0
			and not exists (select 1 from pg_class c where c.oid = t.typrelid and c.relkind <> 'c')
	union all select 'd' || d.oid, format('database %I', d.datname), null, 'd', d.datdba, d.datacl::text from pg_database d where d.datname = current_database()
	union all select 'l' || l.oid, format('language %I', l.lanname), null, 'l', l.lanowner, l.lanacl::text from pg_language l
	union all select 'F' || w.oid, format('foreign data wrapper %I', w.fdwname), null, 'F', w.fdwowner, w.fdwacl::text from pg_foreign_data_wrapper w
	union all select 'S' || s.oid, format('foreign server %I', s.srvname), null, 'S', s.srvowner, s.srvacl::text from pg_foreign_server s
	union all select format('D%s.%s.%s', r.oid, x.ns, x.t), format('default %s %s', r.oid, x.ns), null, x.t, r.oid,
			coalesce((select d.defaclacl from pg_default_acl d where d.defaclrole = r.oid and d.defaclnamespace = x.ns and d.defaclobjtype = x.t),
				case x.ns when 0 then acldefault(case x.t when 'S' then 's' else x.t end, r.oid) end)::text
		from (select distinct d.defaclrole, d.defaclnamespace as ns, d.defaclobjtype as t from pg_default_acl d) x join pg_roles r on r.oid = x.defaclrole
	union all select format('m%s.%s', m.roleid, m.member), format('%I', pg_get_userbyid(m.roleid)), format('%I', pg_get_userbyid(m.member)), 'm', 0, m.admin_option::text from pg_auth_members m
$f$;

-- One right more or less. For default privileges "said" holds role and schema.
create or replace function backout.grant_statement(give boolean, said text, col text, kind "char", privilege text, grantee oid, grantable boolean) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select case when said like 'default %' then format('alter default privileges for role %I%s ', pg_get_userbyid(split_part(said, ' ', 2)::oid),
			coalesce((select format(' in schema %I', n.nspname) from pg_namespace n where n.oid = split_part(said, ' ', 3)::oid), '')) else '' end
		|| format('%s %s%s on %s %s %s%s', case when give then 'grant' else 'revoke' end, privilege, coalesce(' (' || col || ')', ''),
			case when said like 'default %' then case kind when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end else said end,
			case when give then 'to' else 'from' end, case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
			case when give and grantable then ' with grant option' else '' end)
$f$;

-- Statements that give an object, its columns and its own sequences exactly the rights that they have now; none where they are the usual ones.
create or replace function backout.exact_rights(address jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with mine as (select a.* from backout.acls() a where a.acl is not null and (
			a.k = case (address ->> 'class')::oid when 'pg_class'::regclass then 'r' when 'pg_proc'::regclass then 'f' when 'pg_namespace'::regclass then 'n' when 'pg_type'::regclass then 'T'
				when 'pg_foreign_server'::regclass then 'S' when 'pg_foreign_data_wrapper'::regclass then 'F' when 'pg_language'::regclass then 'l' end || (address ->> 'obj')
			or ((address ->> 'class')::oid = 'pg_class'::regclass and (a.k like format('c%s.%%', address ->> 'obj')
				or a.k in (select 'r' || d.objid from pg_depend d where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
					and d.refobjid = (address ->> 'obj')::oid and d.deptype in ('a', 'i')))))),
	step (phase, sql) as (
		select 1, format('revoke all%s on %s from %s cascade', coalesce(' (' || col || ')', ''), said, who) from mine,
			lateral (select string_agg(distinct x, ', ') as who from (select 'public' union select quote_ident(pg_get_userbyid(mine.owner)) where col is null
				union select quote_ident(pg_get_userbyid(e.grantee)) from aclexplode(case when acl <> '{}' then acl::aclitem[] end) e where e.grantee <> 0) w (x)) w
		union all
		select case when col is null then 2 else 3 end, backout.grant_statement(true, said, col, kind, e.privilege_type, e.grantee, e.is_grantable)
			from mine, aclexplode(case when acl <> '{}' then acl::aclitem[] end) e)
	select coalesce(jsonb_agg(sql order by phase, sql), '[]') from step
$f$;

-- How it was before an ALTER, to be given to altered_back afterwards.
create or replace function backout.before_alter(address jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select jsonb_build_object('address', address, 'identity', backout.identity(address), 'owner', backout.owner_of(address), 'rights', backout.exact_rights(address), 'facets', backout.object_facets(address) || case
		when (address ->> 'class')::oid = 'pg_class'::regclass and c.relkind in ('v', 'm', 'r', 'p', 'f') then backout.facets(c.oid::regclass) else '[]' end,
		'positions', case when c.relkind = 'S' then jsonb_build_object(backout.qualified(c.oid), pg_sequence_last_value(c.oid)) end)
	from (select 1) one left join pg_class c on (address ->> 'class')::oid = 'pg_class'::regclass and c.oid = (address ->> 'obj')::oid
$f$;

-- Statements that lead from what an ALTER left back to what it found: another name, another schema, or other facts.
create or replace function backout.altered_back(before jsonb) returns jsonb
	language plpgsql stable set search_path = pg_catalog, pg_temp as $f$
declare now jsonb := backout.before_alter(before -> 'address'); undo jsonb := '[]'; was jsonb := before -> 'identity'; called text := backout.called(before -> 'address');
begin
	if now -> 'identity' ->> 'schema' is distinct from was ->> 'schema' then
		return jsonb_build_array(format('alter %s set schema %s', called, was ->> 'schema'));
	elsif now -> 'identity' ->> 'name' is distinct from was ->> 'name' then
		return jsonb_build_array(format('alter %s rename to %s', called, was ->> 'name'));
	end if;
	if now -> 'owner' is distinct from before -> 'owner' then
		-- a new owner's rights and the old one's run together in the catalog
		return jsonb_build_array(format('alter %s owner to %I', called, pg_get_userbyid((before ->> 'owner')::oid))) || (before -> 'rights');
	end if;
	undo := backout.way_back(before -> 'facets', now -> 'facets');
	if now -> 'positions' is distinct from before -> 'positions' then
		undo := undo || jsonb_build_array(format('select backout.put_positions_back(%L, %L)', before -> 'positions', now -> 'positions'));
	end if;
	return undo;
end $f$;

-- Everything that it takes to make an object again that is about to be dropped; null if that is not known.
create or replace function backout.object_statements(address jsonb) returns jsonb
	language plpgsql stable set search_path = pg_catalog, pg_temp as $f$
declare make jsonb; class regclass := (address ->> 'class')::oid; o oid := (address ->> 'obj')::oid; acl aclitem[]; own oid; kind text; t pg_type; granted text := backout.called(address);
begin
	if class = 'pg_class'::regclass then
		select jsonb_build_array(format('create %ssequence %s as %s start %s increment %s maxvalue %s minvalue %s cache %s %s',
				case c.relpersistence when 'u' then 'unlogged ' else '' end, backout.qualified(s.seqrelid), format_type(s.seqtypid, null), s.seqstart,
				s.seqincrement, s.seqmax, s.seqmin, s.seqcache, case when s.seqcycle then 'cycle' else 'no cycle' end))
			|| case when pg_sequence_last_value(c.oid) is null then '[]' else jsonb_build_array(format('select pg_catalog.setval(%L, %s)', backout.qualified(c.oid), pg_sequence_last_value(c.oid))) end,
			c.relacl, c.relowner into make, acl, own from pg_class c join pg_sequence s on s.seqrelid = c.oid where c.oid = o;
	elsif class = 'pg_type'::regclass then
		select * into t from pg_type where oid = o;
		acl := t.typacl; own := t.typowner; kind := format_type(o, null);
		if t.typtype = 'e' then
			make := jsonb_build_array(format('create type %s as enum (%s)', kind, (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = o)));
		elsif t.typtype = 'c' then
			make := jsonb_build_array(format('create type %s as (%s)', kind, (select string_agg(format('%I %s%s', a.attname, format_type(a.atttypid, a.atttypmod),
					coalesce((select format(' collate %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
						join pg_type b on b.oid = a.atttypid where c.oid = a.attcollation and a.attcollation <> b.typcollation), '')), ', ' order by a.attnum)
				from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)))
				|| coalesce((select jsonb_agg(format('comment on column %s.%I is %L', kind, a.attname, col_description(t.typrelid, a.attnum)))
					from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and col_description(t.typrelid, a.attnum) is not null), '[]');
		elsif t.typtype = 'd' then
			make := jsonb_build_array(format('create domain %s as %s%s', kind, format_type(t.typbasetype, t.typtypmod),
					coalesce((select format(' collate %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
						join pg_type b on b.oid = t.typbasetype where c.oid = t.typcollation and t.typcollation <> b.typcollation), '')))
				|| coalesce((select jsonb_agg(f.make order by f.ord, f.k) from jsonb_to_recordset(backout.object_facets(address)) as f (ord int, k text, make text) where f.k like 'domain%'), '[]');
		elsif t.typtype = 'r' then
			select jsonb_build_array(format('create type %s as range (subtype = %s%s%s)', kind, format_type(r.rngsubtype, null),
					case when r.rngsubdiff <> 0 then ', subtype_diff = ' || r.rngsubdiff::regproc else '' end,
					case when r.rngcollation <> 0 then (select format(', collation = %I.%I', n.nspname, c.collname) from pg_collation c join pg_namespace n on n.oid = c.collnamespace where c.oid = r.rngcollation) else '' end))
				into make from pg_range r where r.rngtypid = o and r.rngcanonical = 0
				and exists (select 1 from pg_opclass p where p.oid = r.rngsubopc and p.opcdefault);
		end if;
	elsif class = 'pg_namespace'::regclass then
		select jsonb_build_array(format('create schema %I', n.nspname)), n.nspacl, n.nspowner into make, acl, own from pg_namespace n
			where n.oid = o and not exists (select 1 from pg_default_acl d where d.defaclnamespace = n.oid);
	elsif class = 'pg_extension'::regclass then
		select jsonb_build_array(format('create extension %I with schema %I version %L', e.extname, n.nspname, e.extversion)) into make
			from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.oid = o and e.extconfig is null;
	elsif class = 'pg_statistic_ext'::regclass then
		select jsonb_build_array(pg_get_statisticsobjdef(s.oid)) || case when s.stxstattarget >= 0 then
				(select jsonb_agg(f.make) from jsonb_to_recordset(backout.object_facets(address)) as f (k text, make text) where f.k = 'statistics') else '[]' end, s.stxowner
			into make, own from pg_statistic_ext s where s.oid = o;
	end if;
	if make is null then
		return null;
	end if;
	if own is not null then
		make := make || jsonb_build_array(format('alter %s owner to %I', granted, pg_get_userbyid(own)));
	end if;
	if acl is not null then
		make := make || jsonb_build_array(format('revoke all on %s from public', granted)) || backout.acl_grants(acl, own, granted);
	end if;
	make := make || jsonb_build_array(backout.comment_statement(address));
	return make || case when class = 'pg_class'::regclass then (select coalesce(jsonb_agg(f.make), '[]') from jsonb_to_recordset(backout.object_facets(address)) as f (k text, make text)
		where f.k = 'sequence-owner' and f.make not like '% none') else '[]' end;
end $f$;

create or replace function backout.privileges() returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_object_agg(k, to_jsonb(a)), '{}') from backout.acls() a
$f$;

-- Statements that give back the rights there were, and take those that came.
create or replace function backout.privileges_back(before jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with b as (select x.* from jsonb_each(before) e, jsonb_to_record(e.value) as x (k text, said text, col text, kind "char", owner oid, acl text)),
	both_ as (select coalesce(a.k, b.k) as k, coalesce(a.said, b.said) as said, coalesce(a.col, b.col) as col, coalesce(a.kind, b.kind) as kind,
			coalesce(a.owner, b.owner) as owner, a.acl as now, b.acl as was, a.k is null as gone, b.k is null as came
		from backout.acls() a full join b using (k) where a.acl is distinct from b.acl or (a.k is null) <> (b.k is null)),
	-- an object that came with a default acl, or one that went, is not about rights
	rights as (select x.*, case when said like 'default %' and (came or gone) then case when split_part(said, ' ', 3) = '0' then acldefault(case kind when 'S' then 's' else kind end, owner) end
			when kind = 'c' then null else acldefault(case kind when 'S' then (case when said like 'foreign%' then 'S' else 's' end)::"char" else kind end, owner) end as usual
		from both_ x where kind <> 'm' and (kind = 'c' or said like 'default %' or not (came or gone))),
	step (phase, sql) as (
		-- rights on a table that go take those on its columns along
		select 3, backout.grant_statement(true, b.said, b.col, b.kind, x.privilege_type, x.grantee, x.is_grantable)
			from b, aclexplode(case when b.acl <> '{}' then b.acl::aclitem[] end) x where b.kind = 'c' and exists (
				select 1 from rights r where r.said = b.said and r.col is null and r.kind = 'r')
		union all
		select 1, backout.grant_statement(false, r.said, r.col, r.kind, n.privilege_type, n.grantee, false)
			from rights r, aclexplode(case when r.now is null then r.usual when r.now <> '{}' then r.now::aclitem[] end) n
			where not exists (select 1 from aclexplode(case when r.was is null then r.usual when r.was <> '{}' then r.was::aclitem[] end) w
				where (w.grantee, w.privilege_type, w.is_grantable) = (n.grantee, n.privilege_type, n.is_grantable))
		union all
		select 2, backout.grant_statement(true, r.said, r.col, r.kind, w.privilege_type, w.grantee, w.is_grantable)
			from rights r, aclexplode(case when r.was is null then r.usual when r.was <> '{}' then r.was::aclitem[] end) w
			where not exists (select 1 from aclexplode(case when r.now is null then r.usual when r.now <> '{}' then r.now::aclitem[] end) n
				where (w.grantee, w.privilege_type, w.is_grantable) = (n.grantee, n.privilege_type, n.is_grantable))
		union all
		select 1, format('revoke %s from %s', said, col) from both_ where kind = 'm' and now is not null
		union all
		select 2, format('grant %s to %s%s', said, col, case when was = 'true' then ' with admin option' else '' end) from both_ where kind = 'm' and was is not null)
	select coalesce(jsonb_agg(sql order by phase, sql), '[]') from step
$f$;

-- Why labels of an enum could not be taken out again: null if nothing but columns stands on it.
create or replace function backout.enum_hindrance(enum_type text) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select string_agg(distinct pg_describe_object(d.classid, d.objid, d.objsubid), ', ')
	from pg_type t join pg_depend d on d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray) and d.deptype in ('n', 'a')
	where t.oid = enum_type::regtype and not (d.classid = 'pg_class'::regclass and exists (select 1 from pg_class c where c.oid = d.objid and c.relkind in ('r', 'p')))
		and d.classid not in ('pg_attrdef'::regclass, 'pg_constraint'::regclass)
		and not (d.classid = 'pg_rewrite'::regclass and exists (select 1 from pg_rewrite w join pg_class c on c.oid = w.ev_class where w.oid = d.objid and c.relkind in ('v', 'm')))
		and not (d.classid = 'pg_class'::regclass and exists (select 1 from pg_class c where c.oid = d.objid and c.relkind in ('v', 'm')))
		and not (d.classid = 'pg_class'::regclass and exists (select 1 from pg_class c where c.oid = d.objid and c.relkind in ('i', 'I')))
$f$;

create or replace function backout.enum_labels(enum_type text) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_agg(e.enumlabel order by e.enumsortorder), '[]') from pg_enum e where e.enumtypid = enum_type::regtype
$f$;

-- An enum with the labels that it had, built anew under its name; refuses while a row holds another one.
create or replace function backout.restore_enum(enum_type text, labels jsonb) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare t pg_type; c record; r record; n bigint; make jsonb; address jsonb; former name; facts jsonb := '{}'; kept jsonb := '[]'; stands text := backout.enum_hindrance(enum_type);
begin
	select * into t from pg_type where oid = enum_type::regtype;
	if stands is not null then
		raise exception 'backout: labels cannot be taken out of % while % stands on it', enum_type, stands using errcode = 'B0009';
	end if;
	address := jsonb_build_object('class', 'pg_type'::regclass::oid::bigint, 'obj', t.oid::bigint, 'sub', 0);
	create temp table backout_enum on commit drop as
		select a.attrelid as rel, a.attnum as att, a.attname as name, a.atttypid <> t.oid as many, a.attinhcount = 0 as own from pg_attribute a join pg_class x on x.oid = a.attrelid
		where a.atttypid in (t.oid, t.typarray) and x.relkind in ('r', 'p') and not a.attisdropped;
	for c in select * from backout_enum loop
		execute format('lock table %s in access exclusive mode', c.rel::regclass);
		execute format(case when c.many then 'select count(*) from only %1$s where exists (select 1 from unnest(%2$I) x where not %3$L::jsonb @> to_jsonb(x::text))'
			else 'select count(*) from only %1$s where %2$I is not null and not %3$L::jsonb @> to_jsonb(%2$I::text)' end, c.rel::regclass, c.name, labels) into n;
		if n > 0 then
			raise exception 'backout: % row(s) of % hold a value of % that came with the change', n, c.rel::regclass, enum_type
				using errcode = 'B0005', hint = 'give them another value first';
		end if;
	end loop;
	make := backout.object_statements(address);
	make := jsonb_set(make, '{0}', to_jsonb(format('create type %s as enum (%s)', format_type(t.oid, null), (select string_agg(quote_literal(l), ', ' order by p) from jsonb_array_elements_text(labels) with ordinality x (l, p)))));
	for c in select distinct rel from backout_enum loop
		facts := facts || jsonb_build_object(c.rel::text, backout.facets(c.rel));
	end loop;
	-- what holds literals of the type, or reads the column, makes way
	kept := backout.keep_views_on('pg_type'::regclass, array[t.oid, t.typarray]);
	for c in select * from backout_enum where own loop
		kept := kept || backout.keep_dependents(c.rel, c.att, 'cascade');
	end loop;
	for c in select * from backout_enum loop
		for r in select f.unmake from jsonb_to_recordset(facts -> c.rel::text) as f (k text, unmake text)
			where f.k = 'default:' || c.name
				or f.k in (select format('constraint:%s:%s', backout.qualified(k.conrelid), k.conname) from pg_constraint k
					where k.contype in ('c', 'f') and k.conrelid = c.rel and c.att = any (k.conkey) and k.conislocal and k.conparentid = 0)
				or f.k in (select 'index:' || backout.qualified(i.indexrelid) from pg_index i where i.indrelid = c.rel and (i.indexprs is not null or i.indpred is not null)
					and exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.refobjid = c.rel and d.refobjsubid = c.att)) loop
			execute regexp_replace(regexp_replace(r.unmake, '^drop index ', 'drop index if exists '), ' drop constraint ', ' drop constraint if exists ');
		end loop;
	end loop;
	former := 'backout_' || backout.short(enum_type || clock_timestamp());
	execute format('alter type %s rename to %I', format_type(t.oid, null), former);
	for r in select s from jsonb_array_elements_text(make) with ordinality x (s, p) order by p loop
		execute r.s;
	end loop;
	for c in select * from backout_enum where own loop
		execute format('alter table %s alter column %I type %s%s using %I::text%s::%s%s', c.rel::regclass, c.name, enum_type, case when c.many then '[]' else '' end,
			c.name, case when c.many then '[]' else '' end, enum_type, case when c.many then '[]' else '' end);
	end loop;
	for c in select distinct rel from backout_enum loop
		for r in select s from jsonb_array_elements_text(backout.way_back(facts -> c.rel::text, backout.facets(c.rel))) with ordinality x (s, p) order by p loop
			execute r.s;
		end loop;
	end loop;
	perform backout.restore_dependents(kept);
	execute format('drop type %I.%I', (select nspname from pg_namespace where oid = t.typnamespace), former);
	drop table backout_enum;
	return jsonb_build_object('labels', labels);
end $f$;

-- Refuses when CASCADE would take something along: what that is could not be made again.
create or replace function backout.nothing_along(called text) returns void
	language plpgsql as $f$
begin
	perform backout.rehearse(pg_catalog.format('drop %s restrict', called));
exception when dependent_objects_still_exist then
	raise exception 'backout: CASCADE would take along what cannot be kept: %', sqlerrm using errcode = 'B0009';
end $f$;

-- Where all sequences that people made stand.
create or replace function backout.all_positions() returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_object_agg(backout.qualified(q.seqrelid), pg_sequence_last_value(q.seqrelid)), '{}') from pg_sequence q
		join pg_class c on c.oid = q.seqrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname not in ('backout', 'backout_stash')
$f$;

-- Columns that are out of people's way, though they are there: of tables that are kept, and hidden ones.
create or replace function backout.out_of_the_way(rel oid, att int) returns boolean
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select exists (select 1 from pg_class c where c.oid = rel and c.relnamespace = 'backout_stash'::regnamespace)
		or (att > 0 and exists (select 1 from pg_attribute a join backout.stash s on s.kind = 'hidden' and s.restored_at is null and s.retired_at is null
				and s.rel = backout.qualified(out_of_the_way.rel::regclass) and s.meta ->> 'hidden' = a.attname
			where a.attrelid = out_of_the_way.rel and a.attnum = att))
$f$;

-- An object that nothing but kept things needs any more is moved to them instead of dropped; the statements that bring it back, none if it can simply go.
create or replace function backout.step_out(address jsonb, sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare class oid := (address ->> 'class')::oid; obj oid := (address ->> 'obj')::oid; i record; args text := ''; called name; aside text := 'y_' || backout.short(sid); needed boolean; others boolean;
begin
	select * into i from pg_identify_object(class, obj, 0);
	if i.type not in ('type', 'sequence', 'function', 'procedure') then
		return '[]';
	end if;
	with dependent as (
		select d.classid, case when d.classid = 'pg_class'::regclass then d.objid when d.classid = 'pg_attrdef'::regclass then e.adrelid
				when d.classid = 'pg_trigger'::regclass then g.tgrelid when d.classid = 'pg_constraint'::regclass then k.conrelid end as rel,
			coalesce(e.adnum, nullif(d.objsubid, 0), k.conkey[1], 0) as att
		from pg_depend d left join pg_attrdef e on d.classid = 'pg_attrdef'::regclass and e.oid = d.objid
			left join pg_trigger g on d.classid = 'pg_trigger'::regclass and g.oid = d.objid
			left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
		where d.deptype = 'n' and ((d.refclassid = class and d.refobjid = obj)
			or (class = 'pg_type'::regclass and d.refclassid = class and d.refobjid = (select typarray from pg_type where oid = obj))))
	select count(*) > 0, coalesce(bool_or(rel is null or not backout.out_of_the_way(rel, att)), false) into needed, others from dependent;
	if not needed or others then
		return '[]';
	end if;
	called := i.name;
	if i.type in ('function', 'procedure') then
		select proname into called from pg_proc where oid = obj;
		args := format('(%s)', pg_get_function_identity_arguments(obj));
	end if;
	execute format('alter %s %s rename to %I', i.type, i.identity, aside);
	execute format('alter %s %I.%I%s set schema backout_stash', i.type, i.schema, aside, args);
	return jsonb_build_array(format('alter %s backout_stash.%I%s set schema %I', i.type, aside, args, i.schema),
		format('alter %s %I.%I%s rename to %I', i.type, i.schema, aside, args, called));
end $f$;

-- What kept things consist of, each part with what people call it: tables that are kept, hidden columns, and what they need.
create or replace function backout.kept_parts() returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with recursive live as (select * from backout.stash where restored_at is null and retired_at is null),
	kept (rel, called) as (
		select c.oid, coalesce((select format('table %s (kept as %s)', s.rel, s.stash_rel) from live s where s.kind = 'table' and s.stash_rel = backout.qualified(c.oid) limit 1),
			'table ' || backout.qualified(c.oid))
		from pg_class c where c.relnamespace = 'backout_stash'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')),
	col (rel, att, typ, called) as (
		select a.attrelid, a.attnum, a.atttypid, format('column %I of %s', a.attname, k.called) from kept k
			join pg_attribute a on a.attrelid = k.rel and a.attnum > 0 and not a.attisdropped
		union all
		select a.attrelid, a.attnum, a.atttypid, format('column %I of table %s (kept as %I)', s.meta ->> 'column', s.rel, a.attname) from live s
			join pg_attribute a on a.attrelid = to_regclass(s.rel) and a.attname = s.meta ->> 'hidden' and a.attnum > 0 where s.kind = 'hidden'),
	needed (typ, called) as (
		select typ, called from col
		union
		select x.typ, n.called from needed n join pg_type t on t.oid = n.typ, lateral (
			select t.typelem as typ where t.typelem <> 0 union all select t.typbasetype where t.typbasetype <> 0
			union all select a.atttypid from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) x),
	part (k, called) as (
		select 'r' || rel, called from kept
		union all select format('a%s.%s', rel, att), called from col
		union all select format('a%s.%s', t.typrelid, a.attnum), format('attribute %I of type %s in %s', a.attname, t.oid::regtype, min(n.called))
			from needed n join pg_type t on t.oid = n.typ join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
				join pg_attribute a on a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped group by t.oid, t.typrelid, a.attnum, a.attname
		union all select 'd' || d.oid, 'the default of ' || c.called from pg_attrdef d join col c on c.rel = d.adrelid and c.att = d.adnum
		union all select 'k' || o.oid, format('constraint %I of %s', o.conname, k.called) from pg_constraint o join kept k on k.rel = o.conrelid
		union all select 'k' || o.oid, format('constraint %I of type %s in %s', o.conname, o.contypid::regtype, min(n.called)) from pg_constraint o join needed n on n.typ = o.contypid
			where o.contypid <> 0 group by o.oid, o.conname, o.contypid
		union all select 'i' || i.indexrelid, format('index %s of %s', i.indexrelid::regclass, k.called) from pg_index i join kept k on k.rel = i.indrelid
		union all select 'i' || i.indexrelid, format('index %s of %s', i.indexrelid::regclass, c.called) from pg_index i join col c on c.rel = i.indrelid and c.att = any (i.indkey)
			where not exists (select 1 from kept k where k.rel = i.indrelid)
		union all select 'g' || g.oid, format('trigger %I of %s', g.tgname, k.called) from pg_trigger g join kept k on k.rel = g.tgrelid where not g.tgisinternal
		union all select 'p' || p.oid, format('policy %I of %s', p.polname, k.called) from pg_policy p join kept k on k.rel = p.polrelid
		union all select 'r' || c.oid, 'sequence ' || backout.qualified(c.oid) from pg_class c where c.relnamespace = 'backout_stash'::regnamespace and c.relkind = 'S'
		union all select 'f' || p.oid, 'function ' || p.oid::regprocedure from pg_proc p where p.pronamespace = 'backout_stash'::regnamespace
		union all select 't' || t.oid, 'type ' || t.oid::regtype from pg_type t where t.typnamespace = 'backout_stash'::regnamespace and t.typelem = 0
			and not exists (select 1 from pg_class c where c.oid = t.typrelid and c.relkind <> 'c'))
	select coalesce(jsonb_object_agg(k, called), '{}') from part
$f$;

-- Those that are not there any more.
create or replace function backout.kept_lost(before jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with now as materialized (select backout.kept_parts() as parts)
	select coalesce(jsonb_agg(b.value order by b.value), '[]') from now, jsonb_each_text(before) b where not now.parts ? b.key
$f$;
