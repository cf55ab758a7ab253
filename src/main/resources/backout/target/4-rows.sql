-- Rows before and after a statement, in typed columns of their own (o: before, n: after), one table per changed table.

-- Puts the images of one statement into the capture table: transition tables hold both in the same order.
create or replace function backout.capture() returns trigger
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare into_table text := tg_argv[0]; n_list text := tg_argv[1]; o_list text := tg_argv[2]; n_cols text := tg_argv[3]; o_cols text := tg_argv[4];
	where_changed text := tg_argv[5];
begin
	if tg_op = 'INSERT' then
		execute format('insert into %s (op, %s) select ''I'', %s from backout_new n', into_table, n_list, n_cols);
	elsif tg_op = 'DELETE' then
		execute format('insert into %s (op, %s) select ''D'', %s from backout_old o', into_table, o_list, o_cols);
	else
		execute format('insert into %s (op, %s, %s) select ''U'', %s, %s
			from (select row_number() over () as backout_place, * from backout_old) o
			join (select row_number() over () as backout_place, * from backout_new) n using (backout_place) where %s',
			into_table, o_list, n_list, o_cols, n_cols, where_changed);
	end if;
	return null;
end $f$;

-- Whether a row of it can be written under the name of another table, without being a partition of that.
create or replace function backout.inherits(rel regclass) returns boolean
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select exists (select 1 from pg_inherits h join pg_class c on c.oid = h.inhrelid
		where rel in (h.inhrelid, h.inhparent) and c.relkind = 'r' and not c.relispartition)
$f$;

-- How a statement names the rows of a table without those of tables that inherit from it; a partitioned one has none but theirs.
create or replace function backout.alone(rel regclass) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select case relkind when 'p' then '' else 'only ' end || backout.qualified(rel) from pg_class where oid = rel
$f$;

-- The tables themselves, and those that inherit from them.
create or replace function backout.heirs(rels regclass[]) returns regclass[]
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with recursive t (r) as (
		select unnest(rels)
		union
		select h.inhrelid::regclass from t join pg_inherits h on h.inhparent = t.r join pg_class c on c.oid = h.inhrelid
			where c.relkind = 'r' and not c.relispartition)
	select array_agg(r order by r::oid) from t
$f$;

-- The tables themselves, those that inherit from them, and those that change through ON DELETE and ON UPDATE actions.
create or replace function backout.reach(rels regclass[]) returns regclass[]
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with recursive t (r) as (
		select unnest(rels)
		union
		select unnest(backout.heirs(array[t.r]) || array(select k.conrelid::regclass from pg_constraint k
			where k.contype = 'f' and k.confrelid = t.r and k.conparentid = 0
				and (k.confdeltype in ('c', 'n', 'd') or k.confupdtype in ('c', 'n', 'd')))) from t)
	select array_agg(r order by r::oid) from t
$f$;

-- Watches tables for the time of one statement. Columns in "fresh" are reverted by going away: changes of them alone are not kept.
create or replace function backout.capture_begin(rels regclass[], sid text, fresh jsonb default '[]') returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare rel regclass; tables jsonb := '[]'; into_table text; place int := 0; o text; n text; o_cols text; n_cols text; changed text; made text;
begin
	foreach rel in array backout.reach(rels) loop
		place := place + 1;
		into_table := 'backout_stash.r_' || backout.short(sid) || '_' || place;
		select string_agg('o' || a.attnum, ', ' order by a.attnum), string_agg('n' || a.attnum, ', ' order by a.attnum),
				string_agg(format('o.%I', a.attname), ', ' order by a.attnum), string_agg(format('n.%I', a.attname), ', ' order by a.attnum),
				string_agg(format('t.%1$I as o%2$s, t.%1$I as n%2$s', a.attname, a.attnum), ', ' order by a.attnum),
				string_agg(format('record_image_ne(row(o.%1$I), row(n.%1$I))', a.attname), ' or ' order by a.attnum)
					filter (where not fresh @> jsonb_build_array(backout.qualified(rel) || '.' || a.attname))
			into o, n, o_cols, n_cols, made, changed from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
		execute format('create table %s as select ''U''::"char" as op, %s from %s t where false', into_table, made, rel);
		execute format('alter table %s add column seq bigint generated always as identity primary key', into_table);
		if backout.inherits(rel) then
			perform backout.watch_rows(rel, into_table, n, o, n_cols, o_cols, coalesce(changed, 'false'));
		else
			perform backout.watch_statements(rel, into_table, n, o, n_cols, o_cols, coalesce(changed, 'false'));
		end if;
		tables := tables || jsonb_build_object('rel', backout.qualified(rel), 'into', into_table, 'keys', to_jsonb(backout.key_columns(rel)),
			'columns', (select jsonb_agg(jsonb_build_object('name', a.attname, 'n', a.attnum) order by a.attnum) from pg_attribute a
				where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''));
	end loop;
	perform backout.put_stash(sid, 'rows', (select string_agg(t ->> 'rel', ', ') from jsonb_array_elements(tables) t), null,
		jsonb_build_object('tables', tables, 'positions', backout.positions(rels)), 0);
end $f$;

create or replace function backout.watch_statements(rel regclass, into_table text, n text, o text, n_cols text, o_cols text, changed text) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare ev text;
begin
	foreach ev in array array['insert', 'update', 'delete'] loop
		execute format('create trigger %I after %s on %s %s for each statement execute function backout.capture(%L, %L, %L, %L, %L, %L)',
			'zzz_backout_' || ev, ev, rel, case ev when 'insert' then 'referencing new table as backout_new'
				when 'delete' then 'referencing old table as backout_old'
				else 'referencing old table as backout_old new table as backout_new' end,
			into_table, n, o, n_cols, o_cols, changed);
		-- also in a session that replays
		execute format('alter table only %s enable always trigger %I', rel, 'zzz_backout_' || ev);
	end loop;
end $f$;

-- Transition tables of a parent hold the rows of its heirs without their own columns, and do not tell whose they are: such rows are watched one by one.
create or replace function backout.watch_rows(rel regclass, into_table text, n text, o text, n_cols text, o_cols text, changed text) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare ev text;
begin
	execute format('create function %s() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as %L', into_table, format(
		'declare o record := old; n record := new; begin
			if tg_op = ''INSERT'' then insert into %1$s (op, %2$s) values (''I'', %4$s);
			elsif tg_op = ''DELETE'' then insert into %1$s (op, %3$s) values (''D'', %5$s);
			elsif %6$s then insert into %1$s (op, %3$s, %2$s) values (''U'', %5$s, %4$s);
			end if; return null; end', into_table, n, o, n_cols, o_cols, changed));
	foreach ev in array array['insert', 'update', 'delete'] loop
		execute format('create trigger %I after %s on %s for each row execute function %s()', 'zzz_backout_' || ev, ev, rel, into_table);
		execute format('alter table only %s enable always trigger %I', rel, 'zzz_backout_' || ev);
	end loop;
end $f$;

-- Where the sequences of these tables stand.
create or replace function backout.positions(rels regclass[]) returns jsonb
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select coalesce(jsonb_object_agg(backout.qualified(q.seqrelid), pg_sequence_last_value(q.seqrelid)), '{}')
	from pg_sequence q join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.seqrelid
		and d.refobjid = any (rels) and d.deptype in ('a', 'i')
	where q.seqcache = 1
$f$;

-- A sequence that nobody has asked since stands again where it stood.
create or replace function backout.put_positions_back(before jsonb, after jsonb) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare q record; r record;
begin
	for q in select b.key as name, b.value as before from jsonb_each_text(before) b join jsonb_each_text(after) a using (key)
		where a.value is distinct from b.value and to_regclass(b.key) is not null
			and pg_sequence_last_value(to_regclass(b.key))::text is not distinct from a.value loop
		select s.seqstart into r from pg_sequence s where s.seqrelid = to_regclass(q.name);
		perform setval(to_regclass(q.name), coalesce(q.before::bigint, r.seqstart), q.before is not null);
	end loop;
end $f$;

create or replace function backout.capture_end(sid text) returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare s backout.stash := backout.live_stash(sid); t record; kept jsonb := '[]'; n bigint; total bigint := 0; ev text;
begin
	for t in select x from jsonb_array_elements(s.meta -> 'tables') x loop
		foreach ev in array array['insert', 'update', 'delete'] loop
			execute format('drop trigger %I on %s', 'zzz_backout_' || ev, t.x ->> 'rel');
		end loop;
		execute format('drop function if exists %s()', t.x ->> 'into');
		execute format('select count(*) from %s', t.x ->> 'into') into n;
		if n = 0 then
			execute format('drop table %s', t.x ->> 'into');
		else
			perform backout.collapse(t.x);
			kept := kept || t.x;
		end if;
		total := total + n;
	end loop;
	update backout.stash set rows = total, meta = jsonb_build_object('tables', kept, 'positions', s.meta -> 'positions', 'positions-after',
		backout.positions((select array_agg((x ->> 'rel')::regclass) from jsonb_array_elements(s.meta -> 'tables') x))) where stash_id = sid;
	return total;
end $f$;

-- A row that was touched more than once: only its first and its last image matter. They come in no certain order, because what a trigger
-- does to the row is seen before what fired it; the first begins where no other image ends, and the last ends where no other begins.
create or replace function backout.collapse(t jsonb) returns void
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare into_table text := t ->> 'into'; key_text text; many boolean; n_set text;
begin
	if jsonb_typeof(t -> 'keys') <> 'array' then
		return;
	end if;
	select 'row(' || string_agg(format('case when op = ''D'' then o%1$s else n%1$s end', c ->> 'n'), ', ') || ')::text' into key_text
		from jsonb_array_elements_text(t -> 'keys') k join jsonb_array_elements(t -> 'columns') c on c ->> 'name' = k;
	execute format('select exists (select 1 from %s group by %s having count(*) > 1)', into_table, key_text) into many;
	if not many then
		return;
	end if;
	execute format('create temp table backout_step on commit drop as select * from (select seq, %1$s as ident, count(*) over (partition by %1$s) as steps,
		case when op <> ''I'' then %2$s end as before, case when op <> ''D'' then %3$s end as after from %4$s s) x where steps > 1',
		key_text, backout.image(t, 'o'), backout.image(t, 'n'), into_table);
	create temp table backout_chain on commit drop as
		with state (ident, image, seq, ends) as (select ident, before, seq, 1 from backout_step union all select ident, after, seq, -1 from backout_step),
		lone as (select ident, image, sum(ends) as ends from state group by ident, image having sum(ends) <> 0)
		select l.ident, min(s.seq) filter (where l.ends > 0 and s.before is not distinct from l.image) as first,
			max(s.seq) filter (where l.ends < 0 and s.after is not distinct from l.image) as last
		from lone l join backout_step s on s.ident = l.ident group by l.ident;
	select string_agg(format('n%1$s = l.n%1$s', c ->> 'n'), ', ') into n_set from jsonb_array_elements(t -> 'columns') c;
	-- the first image gets the end of the last one
	execute format('update %1$s f set %2$s, op = case when f.op = ''I'' then ''I'' when l.op = ''D'' then ''D'' else ''U'' end::"char"
		from backout_chain c, %1$s l where f.seq = c.first and l.seq = c.last', into_table, n_set);
	execute format('delete from %s f using backout_step s where s.seq = f.seq and not exists (select 1 from backout_chain c where c.first = f.seq)', into_table);
	drop table backout_chain, backout_step;
end $f$;

-- TRUNCATE fires no row images: everything in reach is copied first.
create or replace function backout.stash_truncate(rels regclass[], sid text, mode text default 'restrict') returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare rel regclass; all_rels regclass[] := array(select distinct x::oid from unnest(rels) x)::regclass[]; tables jsonb := '[]'; into_table text; place int := 0; made text; n bigint; total bigint := 0;
begin
	if mode = 'cascade' then
		with recursive t (r) as (select unnest(rels) union
			select k.conrelid::regclass from t join pg_constraint k on k.contype = 'f' and k.confrelid = t.r)
		select array_agg(r order by r::oid) into all_rels from t;
	end if;
	foreach rel in array all_rels loop
		place := place + 1;
		into_table := 'backout_stash.r_' || backout.short(sid) || '_' || place;
		execute format('lock table %s in access exclusive mode', rel);
		select string_agg(format('t.%1$I as o%2$s, null::%3$s as n%2$s', a.attname, a.attnum, format_type(a.atttypid, null)), ', ' order by a.attnum)
			into made from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
		execute format('create table %s as select ''D''::"char" as op, %s from %s t', into_table, made, backout.alone(rel));
		get diagnostics n = row_count;
		execute format('alter table %s add column seq bigint generated always as identity primary key', into_table);
		total := total + n;
		tables := tables || jsonb_build_object('rel', backout.qualified(rel), 'into', into_table, 'keys', to_jsonb(backout.key_columns(rel)),
			'columns', (select jsonb_agg(jsonb_build_object('name', a.attname, 'n', a.attnum) order by a.attnum) from pg_attribute a
				where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''),
			'sequences', (select jsonb_agg(jsonb_build_object('name', backout.qualified(q.seqrelid), 'last', pg_sequence_last_value(q.seqrelid)))
				from pg_sequence q join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = q.seqrelid and d.refobjid = rel and d.deptype in ('a', 'i')));
	end loop;
	perform backout.put_stash(sid, 'rows', (select string_agg(t ->> 'rel', ', ') from jsonb_array_elements(tables) t), null,
		jsonb_build_object('tables', tables), total);
	return total;
end $f$;

-- Runs a statement over all images at once; if a constraint stands in the way, over one after the other, listing those that cannot be.
create or replace function backout.each_or_all(sid text, rel text, into_table text, all_sql text, what text, o_json text) returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare n bigint; total bigint := 0; one bigint;
begin
	begin
		execute replace(all_sql, '/*one*/', '');
		get diagnostics total = row_count;
		return total;
	exception when integrity_constraint_violation then null;
	end;
	for one in execute format('select seq from %s order by seq', into_table) loop
		begin
			execute replace(all_sql, '/*one*/', format(' and s.seq = %s', one));
			get diagnostics n = row_count;
			total := total + n;
		exception when integrity_constraint_violation then
			execute format('insert into backout.conflict (stash_id, rel, what, undone) select %L, %L, %L, %s from %s s where s.seq = %s',
				sid, rel, format('%s: %s', what, sqlerrm), o_json, into_table, one);
		end;
	end loop;
	return total;
end $f$;

-- How many tables a table refers to, one behind the other.
create or replace function backout.depth(rel oid) returns int
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	with recursive up (tab, level) as (
		select rel, 0
		union
		select k.confrelid, level + 1 from up join pg_constraint k on k.contype = 'f' and k.conrelid = up.tab
		where k.confrelid <> k.conrelid and level < 20)
	select max(level) from up
$f$;

-- Undoes the kept images as a set. What nobody touched since goes back; what somebody did stays theirs, column by column, and is listed.
create or replace function backout.undo_rows(sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare s backout.stash := backout.live_stash(sid); t record; triggers jsonb := '[]'; phase text; undone bigint := 0; n bigint;
	rel text; alone text; into_table text; keyed boolean; nk text; ok text; kj text; okj text; cols text; ocols text; same text; n_json text; o_json text;
	q record;
begin
	-- tables that are referred to come first when rows return, and last when rows go
	create temp table backout_order on commit drop as
		select to_regclass(j ->> 'rel')::oid as tab, j, backout.depth(to_regclass(j ->> 'rel')::oid) as depth
		from jsonb_array_elements(s.meta -> 'tables') j;
	for t in select * from backout_order loop
		if t.tab is null then
			raise exception 'backout: table % of the kept rows is gone', t.j ->> 'rel' using errcode = 'B0004';
		end if;
		execute format('lock table %s in share row exclusive mode', t.j ->> 'rel');
	end loop;
	-- the triggers of those too that a foreign key's action reaches: they fire even if it finds no row
	for t in select distinct r from unnest(backout.reach((select array_agg(tab::regclass) from backout_order))) r loop
		triggers := triggers || backout.silence(t.r);
	end loop;
	set constraints all immediate;
	foreach phase in array array['I', 'D', 'U'] loop
		for t in select * from backout_order order by case when phase = 'I' then -depth else depth end, tab loop
			rel := t.j ->> 'rel'; into_table := t.j ->> 'into'; alone := backout.alone(t.tab::regclass); keyed := jsonb_typeof(t.j -> 'keys') = 'array';
			-- columns that are gone by now cannot come back here: their own change brings them back later
			select string_agg(format('%I', a.attname), ', ' order by a.attnum), string_agg(format('s.o%s', c.n), ', ' order by a.attnum),
					string_agg(format('record_image_eq(row(t.%I), row(s.n%s))', a.attname, c.n), ' and ' order by a.attnum),
					'jsonb_build_object(' || string_agg(format('%L, s.n%s', a.attname, c.n), ', ' order by a.attnum) || ')',
					'jsonb_build_object(' || string_agg(format('%L, s.o%s', a.attname, c.n), ', ' order by a.attnum) || ')'
				into cols, ocols, same, n_json, o_json
				from jsonb_to_recordset(t.j -> 'columns') as c (name text, n int)
				join pg_attribute a on a.attrelid = t.tab and a.attname = c.name and not a.attisdropped and a.attgenerated = '';
			select string_agg(format('t.%I = s.n%s', c.name, c.n), ' and '), string_agg(format('t.%I = s.o%s', c.name, c.n), ' and '),
					'jsonb_build_object(' || string_agg(format('%L, s.n%s', c.name, c.n), ', ') || ')',
					'jsonb_build_object(' || string_agg(format('%L, s.o%s', c.name, c.n), ', ') || ')'
				into nk, ok, kj, okj from jsonb_to_recordset(t.j -> 'columns') as c (name text, n int)
				where keyed and t.j -> 'keys' @> to_jsonb(c.name);
			if phase <> 'I' then
				perform backout.list_gone_columns(sid, t.j, t.tab::regclass, phase, case when phase = 'D' then okj else kj end);
			end if;
			if phase = 'I' then
				undone := undone + backout.undo_inserts(sid, t.j, t.tab::regclass, nk, kj, same, n_json);
			elsif phase = 'D' then
				if keyed then
					execute format('insert into backout.conflict (stash_id, rel, key, what, kept, undone)
						select %L, %L, %s, %L, to_jsonb(t), %s from %s s join %s t on %s where s.op = ''D'' and not (%s)',
						sid, rel, okj, 'deleted by the change, and written anew since: the new row stays', o_json, into_table, alone, ok,
						replace(same, 's.n', 's.o'));
				end if;
				undone := undone + backout.each_or_all(sid, rel, into_table, format('insert into %s (%s) overriding system value select %s from %s s where s.op = ''D''/*one*/ %s',
					rel, cols, ocols, into_table, case when keyed then format('and not exists (select 1 from %s t where %s)', alone, ok) else '' end),
					'deleted by the change, and cannot return', o_json);
			else
				undone := undone + backout.undo_updates(sid, t.j, t.tab::regclass, nk, kj, same, n_json, o_json);
			end if;
		end loop;
	end loop;
	perform backout.unsilence(triggers);
	for t in select * from backout_order loop
		for q in select * from jsonb_to_recordset(coalesce(nullif(t.j -> 'sequences', 'null'), '[]')) as x (name text, last bigint) where last is not null loop
			perform setval(q.name::regclass, greatest(q.last, coalesce(pg_sequence_last_value(q.name::regclass), q.last)));
		end loop;
		execute format('drop table %s', t.j ->> 'into');
	end loop;
	drop table backout_order;
	perform backout.put_positions_back(coalesce(s.meta -> 'positions', '{}'), coalesce(s.meta -> 'positions-after', '{}'));
	select count(*) into n from backout.conflict c where c.stash_id = sid;
	return backout.close_stash(sid, jsonb_build_object('undone', undone, 'conflicts', n));
end $f$;

-- A column that another change took away since cannot get its former values: they are listed.
create or replace function backout.list_gone_columns(sid text, t jsonb, tab regclass, phase text, kj text) returns void
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare c record;
begin
	for c in select x.name, x.n from jsonb_to_recordset(t -> 'columns') as x (name text, n int)
		where not exists (select 1 from pg_attribute a where a.attrelid = tab and a.attname = x.name and not a.attisdropped) order by x.n loop
		execute format('insert into backout.conflict (stash_id, rel, key, what, undone) select %1$L, %2$L, %3$s, %4$L, to_jsonb(s.o%5$s) from %6$s s
			where s.op = %7$L and s.o%5$s is not null and (s.op = ''D'' or record_image_ne(row(s.o%5$s), row(s.n%5$s)))',
			sid, t ->> 'rel', coalesce(kj, 'null'), format('column %s is gone: its former value is not put back', c.name), c.n, t ->> 'into', phase);
	end loop;
end $f$;

create or replace function backout.undo_inserts(sid text, t jsonb, tab regclass, nk text, kj text, same text, n_json text) returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare rel text := t ->> 'rel'; alone text := backout.alone(tab); into_table text := t ->> 'into'; used text; n bigint;
begin
	if nk is null then
		execute format('insert into backout.conflict (stash_id, rel, what, undone) select %L, %L, %L, %s from
			(select s.*, row_number() over (partition by %5$s) as place, %5$s as image from %6$s s where s.op = ''I'') s
			where not exists (select 1 from (select row_number() over (partition by %7$s) as place, %7$s as image from %8$s) h where h.place = s.place and h.image = s.image)',
			sid, rel, 'inserted by the change, and changed or deleted since: nothing is removed', n_json, backout.image(t, 'n'), into_table, backout.image(t, '%I'), alone);
		execute format('delete from %1$s t using (select tableoid as tab, ctid, row_number() over (partition by %3$s) as place, %3$s as image from %1$s) have,
				(select row_number() over (partition by %4$s) as place, %4$s as image from %2$s s where s.op = ''I'') gone
			where t.tableoid = have.tab and t.ctid = have.ctid and have.place = gone.place and have.image = gone.image', alone, into_table,
			backout.image(t, '%I'), backout.image(t, 'n'));
		get diagnostics n = row_count;
		return n;
	end if;
	-- rows of others that would go or change with it
	select string_agg(format('exists (select 1 from %s c where %s)', backout.alone(k.conrelid),
			(select string_agg(format('c.%I = t.%I', ca.attname, pa.attname), ' and ') from unnest(k.conkey, k.confkey) x (c, p)
				join pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = x.c
				join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = x.p)), ' or ')
		into used from pg_constraint k where k.contype = 'f' and k.confrelid = tab and k.conrelid <> k.confrelid;
	execute format('insert into backout.conflict (stash_id, rel, key, what, kept)
		select %L, %L, %s, case when not (%s) then %L else %L end, to_jsonb(t) from %s s join %s t on %s where s.op = ''I'' and (not (%s) or %s)',
		sid, rel, kj, same, 'inserted by the change, and edited since: stays',
		'inserted by the change, and others refer to it now: stays', into_table, alone, nk, same, coalesce(used, 'false'));
	return backout.each_or_all(sid, rel, into_table, format('delete from %s t using %s s where s.op = ''I''/*one*/ and %s and %s and not (%s)',
		alone, into_table, nk, same, coalesce(used, 'false')), 'inserted by the change, and cannot be removed', n_json);
end $f$;

create or replace function backout.image(t jsonb, side text) returns text
	language sql immutable set search_path = pg_catalog, pg_temp as $f$
	select 'row(' || string_agg(case side when '%I' then format('%I', c.name) else 's.' || side || c.n end, ', ' order by c.n) || ')::text'
	from jsonb_to_recordset(t -> 'columns') as c (name text, n int)
$f$;

create or replace function backout.undo_updates(sid text, t jsonb, tab regclass, nk text, kj text, same text, n_json text, o_json text) returns bigint
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare rel text := t ->> 'rel'; alone text := backout.alone(tab); into_table text := t ->> 'into'; c record; n bigint; differs boolean; sets text := ''; todo text := ''; assigns text;
begin
	for c in select x.name, x.n from jsonb_to_recordset(t -> 'columns') as x (name text, n int)
		join pg_attribute a on a.attrelid = tab and a.attname = x.name and not a.attisdropped and a.attgenerated = '' order by x.n loop
		execute format('select exists (select 1 from %s s where s.op = ''U'' and record_image_ne(row(s.o%2$s), row(s.n%2$s)))', into_table, c.n) into differs;
		continue when not differs;
		if nk is not null then
			execute format('insert into backout.conflict (stash_id, rel, key, what, kept, undone)
				select %L, %L, %s, %L, to_jsonb(t.%6$I), to_jsonb(s.o%7$s) from %8$s s join %10$s t on %9$s
				where s.op = ''U'' and record_image_ne(row(s.o%7$s), row(s.n%7$s)) and record_image_ne(row(t.%6$I), row(s.n%7$s)) and record_image_ne(row(t.%6$I), row(s.o%7$s))',
				sid, rel, kj, format('column %s was changed again since: the later value stays', c.name), null, c.name, c.n, into_table, nk, alone);
		end if;
		sets := sets || format(', %1$I = case when record_image_ne(row(s.o%2$s), row(s.n%2$s)) and record_image_eq(row(t.%1$I), row(s.n%2$s)) then s.o%2$s else t.%1$I end', c.name, c.n);
		assigns := concat_ws(', ', assigns, format('%I = s.o%s', c.name, c.n));
		todo := todo || format(' or (record_image_ne(row(s.o%2$s), row(s.n%2$s)) and record_image_eq(row(t.%1$I), row(s.n%2$s)))', c.name, c.n);
	end loop;
	if sets = '' then
		return 0;
	end if;
	if nk is null then
		execute format('insert into backout.conflict (stash_id, rel, what, kept, undone) select %L, %L, %L, null, %s from
			(select s.*, row_number() over (partition by %5$s) as place, %5$s as image from %6$s s where s.op = ''U'') s
			where not exists (select 1 from (select row_number() over (partition by %7$s) as place, %7$s as image from %8$s) h where h.place = s.place and h.image = s.image)',
			sid, rel, 'changed by the change, and changed or deleted since: stays as it is', o_json, backout.image(t, 'n'), into_table, backout.image(t, '%I'), alone);
		execute format('update %1$s t set %5$s from (select tableoid as tab, ctid, row_number() over (partition by %3$s) as place, %3$s as image from %1$s) have,
				(select s.*, row_number() over (partition by %4$s) as place, %4$s as image from %2$s s where s.op = ''U'') s
			where t.tableoid = have.tab and t.ctid = have.ctid and have.place = s.place and have.image = s.image', alone, into_table, backout.image(t, '%I'), backout.image(t, 'n'), assigns);
		get diagnostics n = row_count;
		return n;
	end if;
	execute format('insert into backout.conflict (stash_id, rel, key, what, undone) select %L, %L, %s, %L, %s from %s s
		where s.op = ''U'' and not exists (select 1 from %s t where %s)', sid, rel, kj,
		'changed by the change, and deleted since, or given another key: stays as it is', o_json, into_table, alone, nk);
	return backout.each_or_all(sid, rel, into_table, format('update %s t set %s from %s s where s.op = ''U''/*one*/ and %s and (%s)',
		alone, substr(sets, 3), into_table, nk, substr(todo, 5)), 'changed by the change, and cannot go back', o_json);
end $f$;
