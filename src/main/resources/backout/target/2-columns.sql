-- A column is hidden, not dropped: renamed away, and no longer in anybody's way.

-- Does what the statement would do, looks whether that is allowed, and takes it back: what follows is never more permissive.
create or replace function backout.rehearse(statement text) returns void
	language plpgsql as $f$
begin
	begin
		execute statement;
		raise exception using errcode = 'B0000';
	exception when sqlstate 'B0000' then null;
	end;
end $f$;

-- Constraints that could reject a write of somebody who believes that the column is gone.
create or replace function backout.column_constraints(rel regclass, col name) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_agg(jsonb_build_object('on', backout.qualified(k.conrelid), 'name', k.conname, 'type', k.contype,
		'def', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint')) order by k.oid), '[]')
	from pg_constraint k join pg_attribute a on a.attrelid = rel and a.attname = col
	where (k.contype in ('f', 'c') and k.conrelid = rel and a.attnum = any (k.conkey) and k.conparentid = 0)
		or (k.contype = 'f' and k.confrelid = rel and a.attnum = any (k.confkey) and k.conparentid = 0)
$f$;

create or replace function backout.restore_constraints(sid text, constraints jsonb) returns text[]
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare r record; degraded text[] := '{}'; n bigint;
begin
	for r in select * from jsonb_to_recordset(constraints) as x ("on" text, name text, type text, def text, comment text) loop
		begin
			execute format('alter table %s add constraint %I %s', r."on", r.name, r.def);
		exception when check_violation or foreign_key_violation then
			execute format('alter table %s add constraint %I %s not valid', r."on", r.name, r.def);
			degraded := degraded || format('constraint %s of %s holds for new rows only: %s', r.name, r."on", sqlerrm);
			insert into backout.conflict (stash_id, rel, what) values (sid, r."on",
				format('rows written since break constraint %s, which came back NOT VALID: %s', r.name, sqlerrm));
		end;
		if r.comment is not null then
			execute format('comment on constraint %I on %s is %L', r.name, r."on", r.comment);
		end if;
	end loop;
	return degraded;
end $f$;

create or replace function backout.hide_column(rel regclass, col name, sid text, mode text default 'restrict',
	down text default null) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare hidden text := left(col, 20 * length(col) / octet_length(col)) || '_hidden_' || backout.short(regexp_replace(sid, '@[0-9]+#', '#')); a pg_attribute; m jsonb; r record;
	default_text text; clash boolean; aside jsonb := '[]';
begin
	execute format('lock table %s in access exclusive mode', rel);
	-- the same name on every database; unless the changeset ran before and its column is still hidden
	if exists (select 1 from pg_attribute where attrelid = rel and attname = hidden and not attisdropped) then
		hidden := left(col, 20 * length(col) / octet_length(col)) || '_hidden_' || backout.short(sid);
	end if;
	select * into a from pg_attribute where attrelid = rel and attname = col and attnum > 0 and not attisdropped;
	if not found then
		raise exception 'column "%" of relation "%" does not exist', col, rel using errcode = '42703';
	end if;
	perform backout.rehearse(format('alter table %s drop column %I %s', rel, col, mode));
	-- a primary key would be in the way of a new one, a generated column in the way of dropping what it is made of
	if a.attgenerated <> '' or exists (select 1 from pg_index i where i.indrelid = rel and a.attnum = any (i.indkey)
			and (i.indisprimary or coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false))) then
		return backout.stash_column(rel, col, sid, mode);
	end if;
	select pg_get_expr(d.adbin, d.adrelid) into default_text from pg_attrdef d where d.adrelid = rel and d.adnum = a.attnum;
	clash := a.attidentity = '' and (default_text is null or default_text not like 'nextval(%')
		and (default_text is null or exists (select 1 from pg_index i where i.indrelid = rel and i.indisunique
			and (a.attnum = any (i.indkey) or exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass
				and d.objid = i.indexrelid and d.refobjid = rel and d.refobjsubid = a.attnum))));
	m := jsonb_build_object('column', col, 'hidden', hidden, 'notnull', clash and a.attnotnull and down is null, 'down', down,
		'dependents', backout.keep_dependents(rel, a.attnum, mode), 'constraints', backout.column_constraints(rel, col));
	for r in select * from jsonb_to_recordset(m -> 'constraints') as x ("on" text, name text) loop
		execute format('alter table %s drop constraint %I', r."on", r.name);
	end loop;
	if down is null and clash then
		if a.attnotnull then
			execute format('alter table %s alter column %I drop not null', rel, col);
		end if;
		if default_text is not null then
			m := m || jsonb_build_object('default', default_text);
			execute format('alter table %s alter column %I drop default', rel, col);
		end if;
	end if;
	-- a new index may take the name of one that is believed to be gone
	for r in select c.relname, n.nspname, 'x_' || backout.short(backout.qualified(rel) || hidden || c.relname) as "as" from pg_index i
		join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
		where i.indrelid = rel and (a.attnum = any (i.indkey) or exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass
			and d.objid = i.indexrelid and d.refobjid = rel and d.refobjsubid = a.attnum)) loop
		execute format('alter index %I.%I rename to %I', r.nspname, r.relname, r."as");
		aside := aside || jsonb_build_object('schema', r.nspname, 'name', r.relname, 'as', r."as");
	end loop;
	m := m || jsonb_build_object('aside', aside);
	execute format('alter table %s rename column %I to %I', rel, col, hidden);
	if down is not null then
		execute format('create or replace function backout.%I() returns trigger language plpgsql as $b$ begin new.%I := %s; return new; end $b$',
			'down_' || backout.short(sid), hidden, down);
		execute format('create trigger %I before insert on %s for each row execute function backout.%I()',
			'aaa_backout_down_' || backout.short(sid), rel, 'down_' || backout.short(sid));
	end if;
	perform backout.put_stash(sid, 'hidden', backout.qualified(rel), null, m, 0);
	return jsonb_build_object('hidden', hidden);
end $f$;

create or replace function backout.unhide_column(sid text, new_rows text default null, on_missing text default 'fail')
	returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare s backout.stash := backout.live_stash(sid); m jsonb := s.meta; rel regclass := to_regclass(s.rel);
	col text := m ->> 'column'; fill text := coalesce(new_rows, m ->> 'default'); missing bigint := 0; filled bigint := 0;
	degraded text[] := '{}'; triggers jsonb; r record;
begin
	if rel is null then
		raise exception 'backout: table % of the hidden column % is gone', s.rel, col using errcode = 'B0004';
	end if;
	execute format('lock table %s in access exclusive mode', rel);
	if m ->> 'down' is not null then
		execute format('drop trigger %I on %s', 'aaa_backout_down_' || backout.short(sid), rel);
		execute format('drop function backout.%I()', 'down_' || backout.short(sid));
	end if;
	execute format('alter table %s rename column %I to %I', rel, m ->> 'hidden', col);
	for r in select * from jsonb_to_recordset(coalesce(m -> 'aside', '[]')) as x ("schema" text, name text, "as" text) loop
		execute format('alter index %I.%I rename to %I', r."schema", r."as", r.name);
	end loop;
	if m ->> 'default' is not null then
		execute format('alter table %s alter column %I set default %s', rel, col, m ->> 'default');
	end if;
	if (m ->> 'notnull')::boolean then
		if fill is not null then
			triggers := backout.silence(rel);
			execute format('update %s t set %I = (%s) where t.%I is null', rel, col, fill, col);
			get diagnostics filled = row_count;
			perform backout.unsilence(triggers);
		end if;
		execute format('select count(*) from %s where %I is null', rel, col) into missing;
		if missing > 0 and on_missing = 'fail' then
			raise exception 'backout: % row(s) were written to % after column % was dropped and have no value for it', missing, rel, col
				using errcode = 'B0005', hint = 'give newRowsValue (an SQL expression), or onMissing=nullable to leave NOT NULL off';
		elsif missing > 0 then
			degraded := degraded || format('NOT NULL of %s left off: %s row(s) have no value', col, missing);
		else
			execute format('alter table %s alter column %I set not null', rel, col);
		end if;
	elsif new_rows is not null then
		triggers := backout.silence(rel);
		execute format('update %s t set %I = (%s) where t.%I is null', rel, col, new_rows, col);
		get diagnostics filled = row_count;
		perform backout.unsilence(triggers);
	end if;
	degraded := degraded || backout.restore_constraints(sid, m -> 'constraints');
	perform backout.restore_dependents(m -> 'dependents');
	return backout.close_stash(sid, jsonb_build_object('filled', filled, 'missing', missing, 'degraded', to_jsonb(degraded)));
end $f$;

create or replace function backout.column_meta(rel regclass, col name) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select jsonb_strip_nulls(jsonb_build_object(
		'column', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notnull', a.attnotnull,
		'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
		'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
		'identity', nullif(a.attidentity::text, ''),
		'collation', (select format('%I.%I', n.nspname, c.collname) from pg_collation c
			join pg_namespace n on n.oid = c.collnamespace where c.oid = a.attcollation and a.attcollation <> t.typcollation),
		'comment', col_description(rel, a.attnum),
		'stattarget', case when a.attstattarget >= 0 then a.attstattarget end,
		'storage', case when a.attstorage <> t.typstorage then
			case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
		'options', (select string_agg(x, ', ') from unnest(a.attoptions) x),
		'grants', (select jsonb_agg(format('grant %s (%I) on %s to %s%s', x.privilege_type, col, backout.qualified(rel),
				case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end,
				case when x.is_grantable then ' with grant option' else '' end))
			from aclexplode(a.attacl) x where a.attacl is not null),
		'sequence', (select jsonb_build_object('name', backout.qualified(s.seqrelid), 'schema', n.nspname, 'plain', q.relname,
				'type', format_type(s.seqtypid, null), 'start', s.seqstart, 'inc', s.seqincrement, 'max', s.seqmax,
				'min', s.seqmin, 'cache', s.seqcache, 'cycle', s.seqcycle, 'last', pg_sequence_last_value(s.seqrelid))
			from pg_sequence s join pg_class q on q.oid = s.seqrelid join pg_namespace n on n.oid = q.relnamespace
			join pg_depend p on p.classid = 'pg_class'::regclass and p.objid = s.seqrelid and p.refobjid = rel
				and p.refobjsubid = a.attnum and p.deptype in ('a', 'i')),
		'constraints', (select jsonb_agg(jsonb_build_object('on', backout.qualified(k.conrelid), 'name', k.conname,
				'type', k.contype, 'def', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint'))
				order by case k.contype when 'p' then 1 when 'u' then 2 when 'c' then 3 when 'x' then 4 else 5 end, k.conname)
			from pg_constraint k where k.contype in ('p', 'u', 'c', 'x', 'f') and k.conparentid = 0
				and ((k.conrelid = rel and a.attnum = any (k.conkey)) or (k.confrelid = rel and a.attnum = any (k.confkey)))),
		'indexes', (select jsonb_agg(jsonb_build_object('name', backout.qualified(i.indexrelid),
				'def', pg_get_indexdef(i.indexrelid), 'comment', obj_description(i.indexrelid, 'pg_class')) order by i.indexrelid)
			from pg_index i where i.indrelid = rel
				and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
				and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid)
				and (a.attnum = any (i.indkey) or exists (select 1 from pg_depend p where p.classid = 'pg_class'::regclass
					and p.objid = i.indexrelid and p.refobjid = rel and p.refobjsubid = a.attnum))),
		'statistics', (select jsonb_agg(pg_get_statisticsobjdef(s.oid)) from pg_statistic_ext s
			where s.stxrelid = rel and a.attnum = any (s.stxkeys))))
	from pg_attribute a join pg_type t on t.oid = a.atttypid
	left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
	where a.attrelid = rel and a.attname = col and not a.attisdropped
$f$;

-- The values by key in a table of their own, then the column goes.
create or replace function backout.stash_column(rel regclass, col name, sid text, mode text default 'restrict',
	keys name[] default null) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare m jsonb; k name[]; into_table text; n bigint := 0; r record;
begin
	execute format('lock table %s in access exclusive mode', rel);
	m := backout.column_meta(rel, col);
	if m is null then
		raise exception 'column "%" of relation "%" does not exist', col, rel using errcode = '42703';
	end if;
	perform backout.rehearse(format('alter table %s drop column %I %s', rel, col, mode));
	if m ->> 'generated' is null then
		perform backout.refuse_heirs(rel);
		k := coalesce(keys, backout.key_columns(rel, col));
		if k is null then
			raise exception 'backout: % has no primary key, and no unique index over NOT NULL columns without %, to remember its values by',
				rel, col using errcode = 'B0009', hint = 'give keyColumns, or add a key first';
		end if;
		into_table := backout.room('c_', sid);
		perform backout.copy_column(rel, col, k, into_table);
		execute format('select count(*) from %s', into_table) into n;
	end if;
	m := m || jsonb_build_object('keys', to_jsonb(k), 'dependents',
		backout.keep_dependents(rel, (select attnum from pg_attribute where attrelid = rel and attname = col), mode));
	for r in select * from jsonb_to_recordset(m -> 'constraints') as x ("on" text, name text)
		where "on" <> backout.qualified(rel) loop
		execute format('alter table %s drop constraint %I', r."on", r.name);
	end loop;
	execute format('alter table %s drop column %I %s', rel, col, mode);
	perform backout.put_stash(sid, 'column', backout.qualified(rel), into_table, m, n);
	return jsonb_build_object('stashed', n, 'into', into_table);
end $f$;

-- The key of a table does not tell rows of those apart that inherit from it.
create or replace function backout.refuse_heirs(rel regclass) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
begin
	if array_length(backout.heirs(array[rel]), 1) > 1 then
		raise exception 'backout: other tables inherit from %, whose rows its key does not tell apart', rel using errcode = 'B0009';
	end if;
end $f$;

-- RLS must not choose what is kept: this fails instead, where it would.
create or replace function backout.copy_column(rel regclass, col name, keys name[], into_table text) returns void
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare list text;
begin
	select string_agg(quote_ident(x), ', ') into list from unnest(keys) x;
	execute format('create table %s as select %s, %I as backout_value from %s', into_table, list, col, rel);
	execute format('alter table %s add primary key (%s)', into_table, list);
end $f$;

create or replace function backout.restore_column(sid text, new_rows text default null, on_missing text default 'fail')
	returns jsonb language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare s backout.stash := backout.live_stash(sid); m jsonb := s.meta; rel regclass := to_regclass(s.rel);
	col text := m ->> 'column'; fill text; q jsonb := m -> 'sequence'; owned boolean := q is not null and m ->> 'identity' is null;
	j text; r record; restored bigint := 0; inserted bigint := 0; orphans bigint := 0; missing bigint := 0; filled bigint := 0;
	degraded text[] := '{}'; triggers jsonb;
begin
	if rel is null then
		raise exception 'backout: table % of the dropped column % is gone', s.rel, col using errcode = 'B0004';
	end if;
	execute format('lock table %s in access exclusive mode', rel);
	if owned then
		execute format('create sequence %s as %s start %s increment %s maxvalue %s minvalue %s cache %s %s', q ->> 'name',
			q ->> 'type', q ->> 'start', q ->> 'inc', q ->> 'max', q ->> 'min', q ->> 'cache',
			case when (q ->> 'cycle')::boolean then 'cycle' else 'no cycle' end);
	end if;
	execute format('alter table %s add column %I %s%s%s', rel, col, m ->> 'type', coalesce(' collate ' || (m ->> 'collation'), ''),
		coalesce(' generated always as (' || (m ->> 'generated') || ') stored', ''));
	if m ->> 'generated' is null then
		fill := coalesce(new_rows, m ->> 'default');
		select string_agg(format('t.%I = s.%I', x, x), ' and ') into j from jsonb_array_elements_text(m -> 'keys') x;
		triggers := backout.silence(rel);
		execute format('update %s t set %I = s.backout_value from %s s where %s', rel, col, s.stash_rel, j);
		get diagnostics restored = row_count;
		execute format('select count(*) from %s t where not exists (select 1 from %s s where %s)', rel, s.stash_rel, j) into inserted;
		if inserted > 0 and fill is not null and owned then
			perform setval((q ->> 'name')::regclass, (q ->> 'last')::bigint) where q ->> 'last' is not null;
		end if;
		if inserted > 0 and fill is not null then
			execute format('update %s t set %I = (%s) where t.%I is null and not exists (select 1 from %s s where %s)',
				rel, col, fill, col, s.stash_rel, j);
			get diagnostics filled = row_count;
			filled := least(filled, inserted);
		elsif inserted > 0 then
			-- a row that got another key is one of these, and its former key among the orphans
			execute format('insert into backout.conflict (stash_id, rel, key, what) select %L, %L, jsonb_build_object(%s), %L from %s t
				where not exists (select 1 from %s s where %s)', sid, s.rel,
				(select string_agg(format('%L, t.%I', x, x), ', ') from jsonb_array_elements_text(m -> 'keys') x),
				format('inserted, or given another key, while column %s was gone: has no value for it', col), rel, s.stash_rel, j);
		end if;
		perform backout.unsilence(triggers);
		execute format('delete from %s s where exists (select 1 from %s t where %s)', s.stash_rel, rel, j);
		execute format('select count(*) from %s', s.stash_rel) into orphans;
	end if;
	if m ->> 'default' is not null then
		execute format('alter table %s alter column %I set default %s', rel, col, m ->> 'default');
	end if;
	if owned then
		execute format('alter sequence %s owned by %s.%I', q ->> 'name', rel, col);
		if q ->> 'last' is not null and filled = 0 then
			perform setval((q ->> 'name')::regclass, (q ->> 'last')::bigint);
		end if;
	end if;
	if (m ->> 'notnull')::boolean then
		execute format('select count(*) from %s where %I is null', rel, col) into missing;
		if missing > 0 and on_missing = 'fail' then
			raise exception 'backout: % row(s) were written to % after column % was dropped and have no value for it', missing, rel, col
				using errcode = 'B0005', hint = 'give newRowsValue (an SQL expression), or onMissing=nullable to leave NOT NULL off';
		elsif missing > 0 then
			degraded := degraded || format('NOT NULL of %s left off: %s row(s) have no value', col, missing);
		else
			execute format('alter table %s alter column %I set not null', rel, col);
		end if;
	end if;
	if m ->> 'identity' is not null then
		execute format('alter table %s alter column %I add generated %s as identity (sequence name %s start %s increment %s maxvalue %s minvalue %s cache %s %s)',
			rel, col, case m ->> 'identity' when 'a' then 'always' else 'by default' end, q ->> 'name', q ->> 'start',
			q ->> 'inc', q ->> 'max', q ->> 'min', q ->> 'cache', case when (q ->> 'cycle')::boolean then 'cycle' else 'no cycle' end);
		if q ->> 'last' is not null then
			perform setval((q ->> 'name')::regclass, (q ->> 'last')::bigint);
		end if;
	end if;
	for r in select * from jsonb_to_recordset(coalesce(m -> 'indexes', '[]')) as x (name text, def text, comment text) loop
		execute r.def;
		execute format('comment on index %s is %L', r.name, r.comment);
	end loop;
	degraded := degraded || backout.restore_constraints(sid, coalesce(m -> 'constraints', '[]'));
	for r in select x from jsonb_array_elements_text(coalesce(m -> 'statistics', '[]') || coalesce(m -> 'grants', '[]')) x loop
		execute r.x;
	end loop;
	if m ? 'comment' then
		execute format('comment on column %s.%I is %L', rel, col, m ->> 'comment');
	end if;
	if m ? 'stattarget' then
		execute format('alter table %s alter column %I set statistics %s', rel, col, m ->> 'stattarget');
	end if;
	if m ? 'storage' then
		execute format('alter table %s alter column %I set storage %s', rel, col, m ->> 'storage');
	end if;
	if m ? 'options' then
		execute format('alter table %s alter column %I set (%s)', rel, col, m ->> 'options');
	end if;
	perform backout.restore_dependents(m -> 'dependents');
	if orphans > 0 then
		execute format('insert into backout.conflict (stash_id, rel, key, what, undone) select %L, %L, to_jsonb(s) - ''backout_value'', %L, to_jsonb(s) -> ''backout_value'' from %s s',
			sid, s.rel, 'the row was deleted since, or given another key; its value stays in the stash', s.stash_rel);
	elsif s.stash_rel is not null then
		execute format('drop table %s', s.stash_rel);
	end if;
	return backout.close_stash(sid, jsonb_build_object('restored', restored, 'insertedMeanwhile', inserted, 'filled', filled,
		'deletedMeanwhile', orphans, 'missing', missing, 'degraded', to_jsonb(degraded)));
end $f$;

-- Another type: the old values stay by key, with what became of them.
create or replace function backout.retype_begin(rel regclass, col name, sid text) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare k name[] := backout.key_columns(rel, col); m jsonb := backout.column_meta(rel, col); itself boolean := k is null;
	into_table text;
begin
	if m is null then
		raise exception 'column "%" of relation "%" does not exist', col, rel using errcode = '42703';
	end if;
	-- a key whose own type changes still reads the same
	k := coalesce(k, backout.key_columns(rel));
	if k is null or m ->> 'generated' is not null then
		raise exception 'backout: % has no key without %', rel, col using errcode = 'B0009';
	end if;
	perform backout.refuse_heirs(rel);
	execute format('lock table %s in access exclusive mode', rel);
	into_table := backout.room('c_', sid);
	perform backout.copy_column(rel, col, k, into_table);
	perform backout.put_stash(sid, 'retyped', backout.qualified(rel), into_table,
		m || jsonb_build_object('keys', to_jsonb(k), 'same', case when itself then '%2$s.%1$I::text = s.%1$I::text' else '%2$s.%1$I = s.%1$I' end), 0);
end $f$;

create or replace function backout.retype_end(sid text) returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare s backout.stash := backout.live_stash(sid); j text; t text; n bigint;
begin
	select string_agg(format(s.meta ->> 'same', x, 't'), ' and ') into j from jsonb_array_elements_text(s.meta -> 'keys') x;
	select format_type(atttypid, atttypmod) into t from pg_attribute where attrelid = s.rel::regclass and attname = s.meta ->> 'column';
	execute format('alter table %s add column backout_became %s', s.stash_rel, t);
	execute format('update %s s set backout_became = t.%I from %s t where %s', s.stash_rel, s.meta ->> 'column', s.rel, j);
	begin
		-- values that come back by themselves need no keeping
		execute format('delete from %s where (backout_became::%s)::text is not distinct from backout_value::text', s.stash_rel, s.meta ->> 'type');
	exception when others then null;
	end;
	execute format('select count(*) from %s', s.stash_rel) into n;
	update backout.stash set rows = n where stash_id = sid;
	return n;
end $f$;

create or replace function backout.try_cast(value text, type text) returns text
	language plpgsql stable set search_path = pg_catalog, pg_temp as $f$
declare result text;
begin
	execute format('select (%L::%s)::text', value, type) into result;
	return result;
exception when others then return null;
end $f$;

-- What a value is after it went into the former type and out of it again.
create or replace function backout.there_and_back(value text, former text, present text) returns text
	language plpgsql stable set search_path = pg_catalog, pg_temp as $f$
declare result text;
begin
	execute format('select ((%L::%s)::%s)::text', value, former, present) into result;
	return result;
exception when others then return null;
end $f$;

create or replace function backout.restore_type(sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare s backout.stash := backout.live_stash(sid); m jsonb := s.meta; rel regclass := to_regclass(s.rel); col text := m ->> 'column';
	old text := m ->> 'type'; j text; kj text; restored bigint; conflicts bigint := 0; left_over bigint; triggers jsonb; became_default text;
begin
	if rel is null then
		raise exception 'backout: table % is gone', s.rel using errcode = 'B0004';
	end if;
	execute format('lock table %s in access exclusive mode', rel);
	select string_agg(format(m ->> 'same', x, 't'), ' and '), string_agg(format('%L, t.%I', x, x), ', ')
		into j, kj from jsonb_array_elements_text(m -> 'keys') x;
	-- written since, and not to be had in the old type
	execute format('insert into backout.conflict (stash_id, rel, key, what, kept, undone)
		select %L, %L, jsonb_build_object(%s), %L, to_jsonb(backout.try_cast(t.%6$I::text, %5$L)), to_jsonb(t.%6$I) from %7$s t
		where t.%6$I is not null and t.%6$I::text is distinct from backout.there_and_back(t.%6$I::text, %5$L, %10$L)
			and not exists (select 1 from %8$s s where %9$s and t.%6$I::text is not distinct from s.backout_became::text)',
		sid, s.rel, kj, 'written since in a form that the former type ' || old || ' cannot hold', old, col, rel, s.stash_rel, j,
		(select format_type(atttypid, atttypmod) from pg_attribute where attrelid = rel and attname = col));
	get diagnostics conflicts = row_count;
	select pg_get_expr(d.adbin, d.adrelid) into became_default from pg_attrdef d join pg_attribute a
		on a.attrelid = d.adrelid and a.attnum = d.adnum where a.attrelid = rel and a.attname = col and a.attgenerated = '';
	if became_default is not null then
		execute format('alter table %s alter column %I drop default', rel, col);
	end if;
	begin
		if conflicts > 0 then
			raise exception using errcode = 'B0000';
		end if;
		execute format('create temp table backout_now on commit drop as select %s, t.%I as v from %s t where exists (select 1 from %s s where %s and t.%I::text is not distinct from s.backout_became::text)',
			(select string_agg(format('t.%I', x), ', ') from jsonb_array_elements_text(m -> 'keys') x), col, rel, s.stash_rel, j, col);
		execute format('alter table %s alter column %I type %s%s using %I::%s', rel, col, old, coalesce(' collate ' || (m ->> 'collation'), ''), col, old);
	exception when others then
		execute format('create temp table if not exists backout_now on commit drop as select %s, t.%I as v from %s t where exists (select 1 from %s s where %s and t.%I::text is not distinct from s.backout_became::text)',
			(select string_agg(format('t.%I', x), ', ') from jsonb_array_elements_text(m -> 'keys') x), col, rel, s.stash_rel, j, col);
		execute format('alter table %s alter column %I type %s%s using backout.try_cast(%I::text, %L)::%s', rel, col, old,
			coalesce(' collate ' || (m ->> 'collation'), ''), col, old, old);
	end;
	if m ->> 'default' is not null then
		execute format('alter table %s alter column %I set default %s', rel, col, m ->> 'default');
	end if;
	-- an identity's sequence changes its type along with the column, and its bounds
	if m ->> 'identity' is not null and to_regclass(m #>> '{sequence,name}') is not null then
		execute format('alter sequence %s as %s minvalue %s maxvalue %s', m #>> '{sequence,name}', m #>> '{sequence,type}',
			m #>> '{sequence,min}', m #>> '{sequence,max}');
	end if;
	triggers := backout.silence(rel);
	execute format('update %s t set %I = s.backout_value from %s s, backout_now n where %s and %s', rel, col, s.stash_rel, j,
		(select string_agg(format(m ->> 'same', x, 'n'), ' and ') from jsonb_array_elements_text(m -> 'keys') x));
	get diagnostics restored = row_count;
	perform backout.unsilence(triggers);
	execute format('delete from %s s using backout_now n where %s', s.stash_rel,
		(select string_agg(format(m ->> 'same', x, 'n'), ' and ') from jsonb_array_elements_text(m -> 'keys') x));
	drop table backout_now;
	execute format('insert into backout.conflict (stash_id, rel, key, what, kept, undone)
		select %L, %L, jsonb_build_object(%s), case when t.tableoid is null then %L else %L end, to_jsonb(t.%I), to_jsonb(s.backout_value)
		from %s s left join %s t on %s', sid, s.rel,
		(select string_agg(format('%L, s.%I', x, x), ', ') from jsonb_array_elements_text(m -> 'keys') x),
		'the row was deleted since, or given another key; its former value stays in the stash',
		format('column %s was changed again since: the later value stays', col), col, s.stash_rel, rel, j);
	get diagnostics left_over = row_count;
	if left_over = 0 then
		execute format('drop table %s', s.stash_rel);
	end if;
	return backout.close_stash(sid, jsonb_build_object('restored', restored, 'conflicts', conflicts + left_over));
end $f$;

-- However it was kept.
create or replace function backout.unhide_or_restore(sid text, new_rows text default null, on_missing text default 'fail')
	returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $f$
begin
	if (select kind from backout.stash where stash_id = sid) = 'hidden' then
		return backout.unhide_column(sid, new_rows, on_missing);
	end if;
	return backout.restore_column(sid, new_rows, on_missing);
end $f$;
