--liquibase formatted sql

--changeset backout:restore
create table backout.restore_choice (
	run text primary key,
	backup text not null,
	target text not null,
	digest text not null,
	chosen_at timestamptz not null,
	taken_at timestamptz not null,
	verified boolean not null,
	expected_millis bigint not null,
	low_millis bigint not null,
	high_millis bigint not null,
	source text not null,
	downtime_millis bigint not null
);
comment on table backout.restore_choice is 'What a restore was expected to take, as it was approved';

create table backout.restore_check (
	id bigint generated always as identity primary key,
	run text not null,
	target text not null,
	checked_at timestamptz not null,
	findings text[] not null
);
create index restore_check_run on backout.restore_check (run, id);

create table backout.restore_tables (
	id bigint generated always as identity primary key,
	run text not null,
	backup text not null references backout.backup (id),
	target text not null,
	tables text[] not null,
	row_count bigint not null,
	restored_at timestamptz not null,
	took_millis bigint not null
);
create index restore_tables_run on backout.restore_tables (run, backup);
create index backup_restore_target on backout.backup_restore (target, id);
--rollback drop index backout.backup_restore_target;
--rollback drop table backout.restore_tables;
--rollback drop table backout.restore_check;
--rollback drop table backout.restore_choice;
