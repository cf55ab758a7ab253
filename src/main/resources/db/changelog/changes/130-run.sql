--liquibase formatted sql

--changeset backout:run
create table backout.run (
	id uuid primary key,
	kind text not null,
	playbook text not null,
	playbook_version int not null,
	playbook_title text not null,
	playbook_digest text not null,
	release text not null,
	target text not null,
	requester text not null,
	commander text not null,
	severity text not null,
	reason text not null,
	plan_digest text,
	started_at timestamptz not null,
	ended_at timestamptz,
	state text,
	outcome text,
	abort_by text,
	abort_reason text,
	abort_pending boolean not null default false
);
--rollback drop table backout.run;

--changeset backout:run-one-active
create unique index run_one_active on backout.run (target, release, kind) where ended_at is null;
create index run_recent on backout.run (started_at desc);
--rollback drop index backout.run_recent; drop index backout.run_one_active;

--changeset backout:run-event
create table backout.run_event (
	number bigint generated always as identity primary key,
	run uuid not null,
	at timestamptz not null,
	kind text not null,
	actor text not null,
	step_id text,
	text text not null
);
create index run_event_run on backout.run_event (run, number);
--rollback drop table backout.run_event;

--changeset backout:run-element
create table backout.run_element (
	run uuid not null,
	element_id text not null,
	kind text not null,
	entered int not null default 0,
	done int not null default 0,
	cancelled int not null default 0,
	first_at timestamptz not null,
	entered_at timestamptz not null,
	left_at timestamptz,
	primary key (run, element_id)
) with (fillfactor = 70);
--rollback drop table backout.run_element;

--changeset backout:run-step
create table backout.run_step (
	key text primary key,
	run uuid not null,
	step_id text not null,
	type text not null,
	attempt int not null,
	cut_short int not null default 0,
	node text not null,
	state text not null,
	started_at timestamptz not null,
	tried_at timestamptz not null,
	ended_at timestamptz,
	next_try_at timestamptz,
	summary text,
	progress_done bigint,
	progress_total bigint,
	progress_unit text,
	cancel_reason text
) with (fillfactor = 70);
create index run_step_run on backout.run_step (run, step_id, started_at desc);
create index run_step_expected on backout.run_step (step_id, type) include (tried_at, ended_at) where state = 'DONE';
--rollback drop table backout.run_step;

--changeset backout:inbox
create table backout.inbox (
	task_id text primary key,
	run uuid not null,
	step_id text not null,
	title text not null,
	kind text not null,
	rotation text,
	level int not null default 1,
	assignee text,
	created_at timestamptz not null,
	due_at timestamptz,
	escalates_at timestamptz,
	escalated_by text,
	seal text,
	choices jsonb not null,
	fields jsonb not null,
	properties jsonb not null,
	closed_at timestamptz,
	answered_by text,
	decision text,
	reason text
);
create index inbox_open on backout.inbox (run) where closed_at is null;
create table backout.inbox_candidate (
	person text not null,
	sort_at timestamptz not null,
	task_id text not null,
	primary key (person, sort_at, task_id)
);
create index inbox_candidate_task on backout.inbox_candidate (task_id);
--rollback drop table backout.inbox_candidate; drop table backout.inbox;
