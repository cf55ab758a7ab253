-- The point of no return: what was kept goes, and the registry says when.
create or replace function backout.retire_stash(sid text) returns text
	language plpgsql set search_path = pg_catalog, pg_temp as $f$
declare s backout.stash; t record;
begin
	select * into s from backout.stash where stash_id = sid for update;
	if not found or s.retired_at is not null then
		return 'nothing to retire';
	end if;
	if s.kind = 'hidden' and s.restored_at is null then
		if s.meta ->> 'down' is not null then
			execute format('drop trigger if exists %I on %s', 'aaa_backout_down_' || backout.short(sid), s.rel);
			execute format('drop function if exists backout.%I()', 'down_' || backout.short(sid));
		end if;
		execute format('alter table if exists %s drop column if exists %I', s.rel, s.meta ->> 'hidden');
	elsif s.kind = 'table' and s.restored_at is null then
		execute format('drop table if exists %s', s.stash_rel);
	elsif s.kind = 'rows' then
		for t in select x ->> 'into' as rel from jsonb_array_elements(s.meta -> 'tables') x loop
			execute format('drop table if exists %s', t.rel);
		end loop;
	elsif s.stash_rel is not null and s.kind <> 'table' then
		execute format('drop table if exists %s', s.stash_rel);
	end if;
	-- which rows it was about stays on record, what was in them does not
	update backout.conflict set kept = null, undone = null where stash_id = sid;
	update backout.stash set retired_at = clock_timestamp() where stash_id = sid;
	return 'retired';
end $f$;
