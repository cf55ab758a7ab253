--liquibase formatted sql

--changeset backout:watch
create table backout.watch_trigger (
	release text not null,
	trigger text not null,
	next_at timestamptz not null,
	deployed boolean not null default false,
	status text not null default 'UNKNOWN',
	since timestamptz,
	failing int not null default 0,
	passing int not null default 0,
	failing_since timestamptz,
	primary key (release, trigger)
);
comment on table backout.watch_trigger is 'What each trigger says now; next_at is the lock of whoever measures';

create table backout.watch_sample (
	id bigint generated always as identity primary key,
	release text not null,
	trigger text not null,
	at timestamptz not null,
	result text not null,
	value double precision,
	evidence text not null
);
create index watch_sample_trigger on backout.watch_sample (release, trigger, at);
comment on table backout.watch_sample is 'Measurements with their evidence';
--rollback drop table backout.watch_sample;
--rollback drop table backout.watch_trigger;
