--liquibase formatted sql

--changeset backout:check
create table backout.check_run (
	id text primary key,
	seq bigint generated always as identity,
	step_key text unique,
	suite text not null,
	suite_version int not null,
	suite_digest text not null,
	target text not null,
	release text,
	run text,
	actor text not null,
	total int not null,
	started_at timestamptz not null,
	finished_at timestamptz
);
create index check_run_target on backout.check_run (target, suite, seq);
create index check_run_run on backout.check_run (run) where run is not null;
comment on table backout.check_run is 'Executions of check suites';

create table backout.check_result (
	check_run text not null references backout.check_run on delete cascade,
	position int not null,
	name text not null,
	kind text not null,
	severity text not null,
	owner text not null,
	outcome text not null,
	value text,
	minimum text not null,
	summary text not null,
	evidence jsonb not null,
	more bigint not null,
	query text,
	took_ms bigint not null,
	before_outcome text,
	before_value text,
	primary key (check_run, position)
);
comment on table backout.check_result is 'What each check found, with limited and masked evidence';

create table backout.check_deviation (
	id text primary key,
	seq bigint generated always as identity,
	check_run text not null references backout.check_run,
	run text,
	suite text not null,
	name text not null,
	target text not null,
	severity text not null,
	owner text not null,
	summary text not null,
	opened_at timestamptz not null,
	cause text,
	cause_by text,
	decision text,
	reason text,
	decided_by text,
	decided_at timestamptz,
	check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null))
);
create unique index check_deviation_undecided on backout.check_deviation (coalesce(run, ''), target, suite, name)
	where decision is null;
create index check_deviation_run on backout.check_deviation (run) where run is not null;
comment on table backout.check_deviation is 'Results below the minimum, and what people said about them';

create table backout.check_baseline (
	target text not null,
	name text not null,
	recorded_at timestamptz not null,
	recorded_by text not null,
	schema_lines jsonb not null,
	tables jsonb not null,
	reports jsonb not null,
	primary key (target, name)
);
comment on table backout.check_baseline is 'Recorded states of targets that checks compare with';
--rollback drop table backout.check_baseline;
--rollback drop table backout.check_deviation;
--rollback drop table backout.check_result;
--rollback drop table backout.check_run;
