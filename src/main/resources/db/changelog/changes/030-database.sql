--liquibase formatted sql

--changeset backout:freeze
create table backout.target_freeze (
	target text primary key,
	run text not null,
	former text,
	frozen_at timestamptz not null
);
comment on table backout.target_freeze is 'Targets that are read-only now, and what the setting was before';
--rollback drop table backout.target_freeze;
