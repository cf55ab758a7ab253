--liquibase formatted sql

--changeset backout:check-followed
alter table backout.check_run
	add occasion text not null default 'REAL',
	add stands_for text,
	add doing text,
	add beat_at timestamptz,
	add cancel_by text,
	add cancelled_at timestamptz,
	add closed_at timestamptz,
	add closed_by text;
create index check_run_subject on backout.check_run (coalesce(stands_for, target), suite, seq);
comment on column backout.check_run.stands_for is 'The target that the checked database is a clone of';
comment on column backout.check_run.beat_at is 'When the node at work was last heard of';
alter table backout.check_result
	add before_run text,
	add rehearsed_run text,
	add rehearsed_outcome text,
	add rehearsed_value text,
	add deviation text references backout.check_deviation;
create index check_result_deviation on backout.check_result (deviation) where deviation is not null;
alter table backout.check_baseline add suites jsonb not null default '{}';
create table backout.check_suite (
	name text not null,
	version int not null,
	digest text not null,
	text text not null,
	seen_at timestamptz not null,
	primary key (name, version)
);
comment on table backout.check_suite is 'Every version of a suite that was ever used';
--rollback drop table backout.check_suite;
--rollback alter table backout.check_baseline drop suites;
--rollback alter table backout.check_result drop deviation, drop rehearsed_value, drop rehearsed_outcome, drop rehearsed_run, drop before_run;
--rollback drop index backout.check_run_subject;
--rollback alter table backout.check_run drop closed_by, drop closed_at, drop cancelled_at, drop cancel_by, drop beat_at, drop doing, drop stands_for, drop occasion;
