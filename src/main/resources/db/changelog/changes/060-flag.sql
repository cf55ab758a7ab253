--liquibase formatted sql

--changeset backout:flag
create table backout.flag (
	key text primary key,
	title text not null,
	type text not null,
	stage text not null,
	owner text not null,
	is_on boolean not null,
	percentage int not null check (percentage between 0 and 100),
	activation text,
	termination text,
	target text,
	changesets jsonb not null,
	expected_life_seconds bigint not null,
	created_at timestamptz not null,
	changed_at timestamptz not null,
	changed_by text not null,
	version bigint not null
);
comment on table backout.flag is 'Feature flags: the declaration from the file, the state from here';

create table backout.flag_toggle (
	id bigint generated always as identity primary key,
	flag text not null references backout.flag,
	at timestamptz not null,
	actor text not null,
	subject text not null,
	was_on boolean not null,
	was_percentage int not null,
	to_on boolean not null,
	to_percentage int not null,
	version bigint not null,
	before_healthy boolean not null,
	before_value double precision,
	result text,
	reason text not null
);
create index flag_toggle_flag on backout.flag_toggle (flag, id);
comment on table backout.flag_toggle is 'Attempts to change a flag; without a result while it is being probed';
--rollback drop table backout.flag_toggle;
--rollback drop table backout.flag;
