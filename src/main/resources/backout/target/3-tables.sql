-- A table is moved away, not dropped: rows, indexes, keys, grants and sequences go with it.

create or replace function backout.archive_table(rel regclass, sid text, mode text default 'restrict') returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare nm name; ns name; fks jsonb; parts jsonb; moved jsonb; deps jsonb; r record; new_name text; n bigint;
begin
	execute format('lock table %s in access exclusive mode', rel);
	select c.relname, s.nspname, greatest(c.reltuples, 0)::bigint into nm, ns, n
		from pg_class c join pg_namespace s on s.oid = c.relnamespace where c.oid = rel;
	perform backout.rehearse(format('drop table %s %s', rel, mode));
	deps := backout.keep_dependents(rel, 0, mode);
	-- keys in both directions: a table that is believed to be gone must not stand in the way of writes elsewhere
	select jsonb_agg(jsonb_build_object('on', backout.qualified(k.conrelid), 'name', k.conname, 'type', k.contype,
			'def', pg_get_constraintdef(k.oid), 'comment', obj_description(k.oid, 'pg_constraint')) order by k.oid)
		into fks from pg_constraint k
		where k.contype = 'f' and k.conparentid = 0 and (k.conrelid = rel or k.confrelid = rel)
			and not (k.conrelid = rel and k.confrelid = rel);
	for r in select * from jsonb_to_recordset(fks) as x ("on" text, name text) loop
		execute format('alter table %s drop constraint %I', r."on", r.name);
	end loop;
	-- partitions do not follow their parent into another schema
	select jsonb_agg(jsonb_build_object('from', s.nspname, 'name', c.relname, 'as',
			case when c.oid = rel then 't_' || backout.short(sid) else 't_' || backout.short(sid || c.oid::regclass) end) order by t.level)
		into parts from (select relid, level from pg_partition_tree(rel) union select rel, 0 where not exists (select 1 from pg_partition_tree(rel))) t
		join pg_class c on c.oid = t.relid join pg_namespace s on s.oid = c.relnamespace;
	moved := backout.step_aside(rel, sid);
	for r in select * from jsonb_to_recordset(parts) as x ("from" text, name text, "as" text) loop
		execute format('alter table %I.%I rename to %I', r."from", r.name, r."as");
		execute format('alter table %I.%I set schema backout_stash', r."from", r."as");
	end loop;
	perform backout.put_stash(sid, 'table', format('%I.%I', ns, nm), 'backout_stash.t_' || backout.short(sid),
		jsonb_build_object('tables', parts, 'constraints', coalesce(fks, '[]'), 'dependents', deps, 'aside', moved), n);
	return jsonb_build_object('moved', 't_' || backout.short(sid));
end $f$;

-- Names of indexes, sequences and statistics follow the table into the schema of all archived ones: make them unique there.
create or replace function backout.step_aside(rel regclass, sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare r record; done jsonb := '[]'; i int := 0;
begin
	for r in select c.oid, c.relname, c.relkind, n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.oid in (select x.indexrelid from pg_index x where x.indrelid = rel or x.indrelid in (select relid from pg_partition_tree(rel))
			union select d.objid from pg_depend d where d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
				and (d.refobjid = rel or d.refobjid in (select relid from pg_partition_tree(rel)))
				and exists (select 1 from pg_class s where s.oid = d.objid and s.relkind = 'S'))
		order by c.relname loop
		i := i + 1;
		done := done || jsonb_build_object('kind', case r.relkind when 'S' then 'sequence' else 'index' end, 'name', r.relname,
			'as', 'x_' || backout.short(sid || i), 'schema', r.nspname);
		execute format('alter %s %I.%I rename to %I', case r.relkind when 'S' then 'sequence' else 'index' end, r.nspname, r.relname,
			'x_' || backout.short(sid || i));
	end loop;
	return done;
end $f$;

create or replace function backout.restore_table(sid text, on_missing text default 'fail') returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare s backout.stash := backout.live_stash(sid); r record; degraded text[];
begin
	if to_regclass(s.rel) is not null then
		raise exception 'backout: a new table took the name %', s.rel using errcode = 'B0006',
			hint = 'revert the change that made it first';
	end if;
	for r in select * from jsonb_to_recordset(s.meta -> 'tables') as x ("from" text, name text, "as" text) loop
		execute format('alter table backout_stash.%I set schema %I', r."as", r."from");
		execute format('alter table %I.%I rename to %I', r."from", r."as", r.name);
	end loop;
	for r in select * from jsonb_to_recordset(s.meta -> 'aside') as x (kind text, name text, "as" text, "schema" text) loop
		execute format('alter %s %I.%I rename to %I', r.kind, r."schema", r."as", r.name);
	end loop;
	degraded := backout.restore_constraints(sid, s.meta -> 'constraints');
	perform backout.restore_dependents(s.meta -> 'dependents');
	return backout.close_stash(sid, jsonb_build_object('degraded', to_jsonb(degraded)));
end $f$;

-- A column's value in a form that outlives its type: one that somebody made may go away with the column.
create or replace function backout.lasting(rel regclass, col name) returns text
	language sql stable set search_path = pg_catalog, pg_temp as $f$
	select quote_ident(col) || case when t.typnamespace = 'pg_catalog'::regnamespace then '' else '::text' end
	from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = rel and a.attname = col
$f$;

-- What was written into a column or table that goes away because its change is reverted.
create or replace function backout.keep_column(rel regclass, col name, sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare k name[]; into_table text; n bigint := 0; list text; any_row boolean := false;
begin
	if exists (select 1 from pg_attribute where attrelid = rel and attname = col and attgenerated = '' and not attisdropped) then
		execute format('lock table %s in access exclusive mode', rel);
		execute format('select exists (select 1 from %s where %I is not null)', rel, col) into any_row;
	end if;
	if any_row then
		k := backout.key_columns(rel, col);
		into_table := backout.room('v_', sid);
		-- without a key the rest of the row must tell whose value it was
		select string_agg(format('%s as %I, ', backout.lasting(rel, a.attname), a.attname), '' order by array_position(k, a.attname), a.attnum) into list from pg_attribute a
			where a.attrelid = rel and a.attnum > 0 and not a.attisdropped and a.attname <> col and (k is null or a.attname = any (k));
		execute format('create table %s as select %s %s as backout_value from %s where %I is not null', into_table, coalesce(list, ''), backout.lasting(rel, col), rel, col);
		get diagnostics n = row_count;
		perform backout.put_stash(sid, 'written', backout.qualified(rel), into_table,
			jsonb_build_object('column', col, 'keys', to_jsonb(k)), n);
	end if;
	return jsonb_build_object('kept', n);
end $f$;

create or replace function backout.keep_table(rel regclass, sid text) returns jsonb
	language plpgsql set search_path = pg_catalog, pg_temp set row_security = off as $f$
declare into_table text; n bigint := 0; any_row boolean;
begin
	execute format('lock table %s in access exclusive mode', rel);
	execute format('select exists (select 1 from %s)', rel) into any_row;
	if any_row then
		into_table := backout.room('w_', sid);
		execute format('create table %s as select %s from %s', into_table, (select string_agg(format('%s as %I', backout.lasting(rel, a.attname), a.attname), ', ' order by a.attnum)
			from pg_attribute a where a.attrelid = rel and a.attnum > 0 and not a.attisdropped), rel);
		get diagnostics n = row_count;
		perform backout.put_stash(sid, 'written', backout.qualified(rel), into_table, '{}', n);
	end if;
	return jsonb_build_object('kept', n);
end $f$;
