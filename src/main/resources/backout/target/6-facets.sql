-- What a table has besides columns and rows, each fact with the statement that makes it and the one that takes it away:
-- the difference of two such lists is the way back of any ALTER TABLE, CREATE INDEX, GRANT, COMMENT ...

create or replace function backout.facets(rel regclass) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with me as (select c.*, backout.qualified(c.oid::regclass) as q from pg_class c where c.oid = rel),
	col as (select a.*, d.adbin, d.adrelid, me.q from me join pg_attribute a on a.attrelid = me.oid and a.attnum > 0 and not a.attisdropped
		left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum),
	con as (select k.*, backout.qualified(k.conrelid) as q from pg_constraint k
		where k.contype in ('p', 'u', 'c', 'x', 'f') and k.conparentid = 0 and (k.conrelid = rel or (k.contype = 'f' and k.confrelid = rel))
			and k.conislocal),
	ind as (select i.*, backout.qualified(i.indexrelid) as q from pg_index i where i.indrelid = rel
		and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
		and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid)),
	trg as (select g.*, me.q from me join pg_trigger g on g.tgrelid = me.oid and not g.tgisinternal and g.tgname not like 'zzz\_backout\_%'),
	ids as (select col.*, s.*, backout.qualified(s.seqrelid) as sname, pg_sequence_last_value(s.seqrelid) as last from col
		join pg_depend d on d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = rel and d.refobjsubid = col.attnum and d.deptype = 'i'
		join pg_sequence s on s.seqrelid = d.objid where col.attidentity <> ''),
	facet (ord, k, make, unmake) as (
		select 1, 'owner', format('alter table %s owner to %I', q, pg_get_userbyid(relowner)), null from me
		union all select 1, 'persistence', format('alter table %s set %s', q, case relpersistence when 'u' then 'unlogged' else 'logged' end), null from me where relkind = 'r'
		union all select 1, 'rls', format('alter table %s %s row level security', q, case when relrowsecurity then 'enable' else 'disable' end), null from me
		union all select 1, 'rls-force', format('alter table %s %s row level security', q, case when relforcerowsecurity then 'force' else 'no force' end), null from me
		union all select 2, 'default:' || attname, format('alter table only %s alter column %I set default %s', q, attname, pg_get_expr(adbin, adrelid)),
			format('alter table only %s alter column %I drop default', q, attname) from col where adbin is not null and attgenerated = ''
		union all select 6, 'identity:' || attname, format('alter table %s alter column %I add generated %s as identity (sequence name %s start %s increment %s maxvalue %s minvalue %s cache %s %s)',
			q, attname, case attidentity when 'a' then 'always' else 'by default' end, sname, s.seqstart, s.seqincrement, s.seqmax, s.seqmin, s.seqcache, case when s.seqcycle then 'cycle' else 'no cycle' end),
			format('alter table %s alter column %I drop identity', q, attname) from ids s
		union all select 7, 'identity-kind:' || attname, format('alter table %s alter column %I set generated %s', q, attname, case attidentity when 'a' then 'always' else 'by default' end), null from ids
		union all select 7, 'identity-sequence:' || attname, format('alter sequence %s start %s increment %s maxvalue %s minvalue %s cache %s %s', sname, seqstart, seqincrement, seqmax, seqmin, seqcache,
			case when seqcycle then 'cycle' else 'no cycle' end), null from ids
		union all select 8, 'identity-position:' || attname, format('select pg_catalog.setval(%L, greatest(%s, (select max(%I) from %s)))', sname, last, attname, q), null from ids where last is not null
		union all select 4, 'compression:' || attname, format('alter table only %s alter column %I set compression %s', q, attname,
			case attcompression when 'p' then 'pglz' when 'l' then 'lz4' else 'default' end), null from col
		-- what a partition got from its parent, and keeps when it is detached
		union all select 6, 'inherited-index:' || backout.qualified(i.indexrelid), '', 'drop index if exists ' || backout.qualified(i.indexrelid)
			from pg_index i join pg_inherits h on h.inhrelid = i.indexrelid where i.indrelid = rel and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
		union all select 5, 'inherited-constraint:' || k.conname, '', format('alter table %s drop constraint if exists %I', backout.qualified(rel), k.conname)
			from pg_constraint k where k.conrelid = rel and k.conparentid <> 0 and k.contype in ('p', 'u', 'f')
		union all select 12, 'cluster', format('alter table %s cluster on %I', q, c.relname), format('alter table %s set without cluster', q)
			from me join pg_index i on i.indrelid = me.oid and i.indisclustered join pg_class c on c.oid = i.indexrelid
		union all select 12, 'inherits:' || backout.qualified(h.inhparent), format('alter table %s inherit %s', q, backout.qualified(h.inhparent)),
			format('alter table %s no inherit %s', q, backout.qualified(h.inhparent)) from me join pg_inherits h on h.inhrelid = me.oid where not me.relispartition
		union all select 14, 'rule-mode:' || rulename, format('alter table %s %s rule %I', q,
			case r.ev_enabled when 'D' then 'disable' when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, rulename), null
			from me join pg_rewrite r on r.ev_class = me.oid and rulename <> '_RETURN' and me.relkind in ('r', 'p')
		union all select 14, 'inner-trigger-mode:' || g.tgname, format('alter table %s %s trigger %I', q,
			case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, g.tgname),
			format('alter table %s enable trigger %I', q, g.tgname)
			from me join pg_trigger g on g.tgrelid = me.oid and g.tgisinternal and g.tgparentid = 0 and g.tgenabled <> 'O'
		union all select 18, 'rule-comment:' || rulename, format('comment on rule %I on %s is %L', rulename, q, obj_description(r.oid, 'pg_rewrite')), format('comment on rule %I on %s is null', rulename, q)
			from me join pg_rewrite r on r.ev_class = me.oid where obj_description(r.oid, 'pg_rewrite') is not null and rulename <> '_RETURN'
		union all select 18, 'policy-comment:' || p.polname, format('comment on policy %I on %s is %L', p.polname, q, obj_description(p.oid, 'pg_policy')), format('comment on policy %I on %s is null', p.polname, q)
			from me join pg_policy p on p.polrelid = me.oid where obj_description(p.oid, 'pg_policy') is not null
		union all select 18, 'statistics-comment:' || stxname, format('comment on statistics %I.%I is %L', n.nspname, stxname, obj_description(s.oid, 'pg_statistic_ext')),
			format('comment on statistics %I.%I is null', n.nspname, stxname)
			from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where s.stxrelid = rel and obj_description(s.oid, 'pg_statistic_ext') is not null
		union all select 3, 'option:' || split_part(o, '=', 1), format('alter table %s set (%s)', q, o), format('alter table %s reset (%s)', q, split_part(o, '=', 1))
			from me, unnest(reloptions) o
		union all select 4, 'storage:' || attname, format('alter table only %s alter column %I set storage %s', q, attname,
			case attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end), null from col
		union all select 4, 'statistics-target:' || attname, format('alter table only %s alter column %I set statistics %s', q, attname, attstattarget),
			format('alter table only %s alter column %I set statistics -1', q, attname) from col where attstattarget >= 0
		union all select 4, 'column-option:' || attname || ':' || split_part(o, '=', 1), format('alter table %s alter column %I set (%s)', q, attname, o),
			format('alter table %s alter column %I reset (%s)', q, attname, split_part(o, '=', 1)) from col, unnest(attoptions) o
		union all select 5, 'not-null:' || attname, format('alter table %s alter column %I set not null', q, attname),
			format('alter table %s alter column %I drop not null', q, attname) from col where attnotnull
		union all select 6, 'index:' || q, pg_get_indexdef(indexrelid), 'drop index ' || q from ind
		union all select case contype when 'p' then 7 when 'u' then 8 when 'f' then 10 else 9 end, 'constraint:' || q || ':' || conname,
			format('alter table %s add constraint %I %s', q, conname, pg_get_constraintdef(oid)), format('alter table %s drop constraint %I', q, conname) from con
		union all select 11, 'replica', format('alter table %s replica identity %s', q, case relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full'
			else (select format('using index %I', c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = rel and i.indisreplident) end), null from me
		union all select 12, 'partition:' || backout.qualified(h.inhrelid::regclass), format('alter table %s attach partition %s %s', q, backout.qualified(h.inhrelid::regclass),
			pg_get_expr(c.relpartbound, c.oid)), format('alter table %s detach partition %s', q, backout.qualified(h.inhrelid::regclass))
			from me join pg_inherits h on h.inhparent = me.oid join pg_class c on c.oid = h.inhrelid where c.relispartition
		union all select 13, 'trigger:' || tgname, pg_get_triggerdef(oid), format('drop trigger %I on %s', tgname, q) from trg
		union all select 14, 'trigger-mode:' || tgname, format('alter table %s %s trigger %I', q,
			case tgenabled when 'D' then 'disable' when 'A' then 'enable always' when 'R' then 'enable replica' else 'enable' end, tgname), null from trg
		union all select 13, 'rule:' || rulename, pg_get_ruledef(r.oid), format('drop rule %I on %s', rulename, q) from me join pg_rewrite r on r.ev_class = me.oid and rulename <> '_RETURN'
		union all select 13, 'policy:' || p.polname, format('create policy %I on %s as %s for %s to %s%s%s', p.polname, q, case when p.polpermissive then 'permissive' else 'restrictive' end,
			case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
			(select string_agg(case when x = 0 then 'public' else quote_ident(pg_get_userbyid(x)) end, ', ') from unnest(p.polroles) x),
			coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', ''), coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')),
			format('drop policy %I on %s', p.polname, q) from me join pg_policy p on p.polrelid = me.oid
		union all select 13, 'statistics:' || stxname, pg_get_statisticsobjdef(s.oid), format('drop statistics %I.%I', n.nspname, stxname)
			from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where s.stxrelid = rel
		union all select 15, 'grant:' || x.grantee || ':' || x.privilege_type, format('grant %s on %s to %s%s', x.privilege_type, q,
			case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end, case when x.is_grantable then ' with grant option' else '' end),
			format('revoke %s on %s from %s', x.privilege_type, q, case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
			from me, aclexplode(coalesce(relacl, acldefault('r', relowner))) x
		union all select 16, 'column-grant:' || attname || ':' || x.grantee || ':' || x.privilege_type, format('grant %s (%I) on %s to %s%s', x.privilege_type, attname, q,
			case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end, case when x.is_grantable then ' with grant option' else '' end),
			format('revoke %s (%I) on %s from %s', x.privilege_type, attname, q, case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end)
			from col, aclexplode(attacl) x
		union all select 17, 'comment', format('comment on table %s is %L', q, obj_description(oid, 'pg_class')), format('comment on table %s is null', q)
			from me where obj_description(oid, 'pg_class') is not null and relkind in ('r', 'p')
		union all select 17, 'column-comment:' || attname, format('comment on column %s.%I is %L', q, attname, col_description(rel, attnum)),
			format('comment on column %s.%I is null', q, attname) from col where col_description(rel, attnum) is not null
		union all select 18, 'index-comment:' || q, format('comment on index %s is %L', q, obj_description(indexrelid, 'pg_class')), format('comment on index %s is null', q)
			from ind where obj_description(indexrelid, 'pg_class') is not null
		union all select 18, 'constraint-comment:' || q || ':' || conname, format('comment on constraint %I on %s is %L', conname, q, obj_description(oid, 'pg_constraint')),
			format('comment on constraint %I on %s is null', conname, q) from con where obj_description(oid, 'pg_constraint') is not null
		union all select 18, 'trigger-comment:' || tgname, format('comment on trigger %I on %s is %L', tgname, q, obj_description(oid, 'pg_trigger')),
			format('comment on trigger %I on %s is null', tgname, q) from trg where obj_description(oid, 'pg_trigger') is not null)
	select coalesce(jsonb_agg(jsonb_build_object('ord', ord, 'k', k, 'make', make, 'unmake', unmake)), '[]') from facet
$f$;

-- A table with its partitions and children, and others that are named beside it: the parents come first.
create or replace function backout.family(rel regclass, others jsonb default '[]') returns jsonb
	language sql stable as $f$
	with recursive t (rel, level) as (
		select rel, 0
		union select o.c, 0 from (select pg_catalog.to_regclass(x) as c from pg_catalog.jsonb_array_elements_text(others) x) o where o.c is not null
		union select h.inhrelid::regclass, t.level + 1 from t join pg_catalog.pg_inherits h on h.inhparent = t.rel
			join pg_catalog.pg_class c on c.oid = h.inhrelid and c.relkind in ('r', 'p', 'f'))
	select coalesce(pg_catalog.jsonb_agg(x.rel::oid::bigint order by x.level, x.rel::oid), '[]') from (select t.rel, max(t.level) as level from t group by t.rel) x
$f$;

-- A foreign key is a fact of both of its tables, but is made and taken away once.
create or replace function backout.facets_of(rels jsonb) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with facet (place, f) as (
		select distinct on (case when f ->> 'k' ~ '^constraint(-comment)?:' then f ->> 'k' else format('%s@%s', f ->> 'k', place) end) place, f
		from jsonb_array_elements_text(rels) with ordinality x (r, place), jsonb_array_elements(backout.facets(r::oid::regclass)) f
		where exists (select 1 from pg_class c where c.oid = r::oid)
		order by case when f ->> 'k' ~ '^constraint(-comment)?:' then f ->> 'k' else format('%s@%s', f ->> 'k', place) end, place)
	select coalesce(jsonb_agg(case when place = 1 then f else f || jsonb_build_object('k', format('%s@%s', f ->> 'k', lpad(place::text, 6, '0'))) end), '[]')
	from facet
$f$;

-- Everything that it takes to make an index again, as statements; none if there is no such index.
create or replace function backout.index_statements(ind regclass) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_agg(s order by n), '[]') from (
		select 1 as n, pg_get_indexdef(indexrelid) as s from pg_index where indexrelid = ind
		union all
		select 2, format('comment on index %s is %L', backout.qualified(ind), obj_description(ind, 'pg_class'))
			where obj_description(ind, 'pg_class') is not null) x
$f$;

-- Statements that lead from the second list back to the first.
create or replace function backout.way_back(before jsonb, after jsonb) returns jsonb
	language sql immutable set search_path = pg_catalog, pg_temp as $f$
	with b as (select * from jsonb_to_recordset(before) as x (ord int, k text, make text, unmake text)),
	a as (select * from jsonb_to_recordset(after) as x (ord int, k text, make text, unmake text)),
	step (phase, ord, k, sql) as (
		select 1, -a.ord, a.k, a.unmake from a left join b using (k) where a.make is distinct from b.make and a.unmake is not null
			and not (a.k like 'identity:%' and b.k is not null)
			and not exists (select 1 from b i where i.k in ('inherited-' || a.k, case when a.k like 'constraint:%' then regexp_replace(a.k, '^constraint:.*:', 'inherited-constraint:') end))
		union all
		-- an identity that stays keeps its sequence, and where that stands
		select 2, b.ord, b.k, b.make from b left join a using (k) where a.make is distinct from b.make and not (b.k like 'identity:%' and a.k is not null)
			and not (b.k like 'identity-position:%' and exists (select 1 from a i where i.k = replace(b.k, 'identity-position:', 'identity:')))
		-- what went along with an object that is made anew
		union all
		select 2, b.ord, b.k, b.make from b join a using (k) where a.make = b.make and exists (select 1 from b x left join a y using (k)
			where x.make is distinct from y.make and x.k = regexp_replace(b.k, '^(trigger|rule)-mode:|^(constraint|index|trigger|rule|policy|statistics)-comment:', '\1\2:') and x.k <> b.k))
	select coalesce(jsonb_agg(sql order by phase, ord, k), '[]') from step where sql <> ''
$f$;
