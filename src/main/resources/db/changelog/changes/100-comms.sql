--liquibase formatted sql

--changeset backout:messages
create table backout.message (
	id uuid primary key,
	key text unique,
	run text,
	template text not null,
	template_version int not null,
	audience text not null,
	release text,
	fields jsonb not null,
	written_by text not null,
	written_at timestamptz not null,
	message_id text not null unique,
	subject text,
	text_body text,
	html_body text,
	sent_by text,
	sent_at timestamptz,
	check ((sent_at is null) = (subject is null))
);
create index message_run on backout.message (run, written_at);
comment on column backout.message.key is 'What makes a second try find the first: a step''s key';
comment on column backout.message.message_id is 'RFC 5322 Message-ID without brackets; the same for every copy and every try';

create table backout.delivery (
	id bigint generated always as identity primary key,
	message uuid not null references backout.message (id) on delete cascade,
	address text not null,
	name text not null,
	subscriber uuid,
	state text not null default 'WAITING' check (state in ('WAITING', 'ACCEPTED', 'REFUSED', 'GIVEN_UP')),
	tries int not null default 0,
	next_try_at timestamptz not null,
	taken_until timestamptz,
	answer text,
	settled_at timestamptz,
	unique (message, address)
);
create index delivery_due on backout.delivery (next_try_at) where state = 'WAITING';

create table backout.promise (
	message uuid primary key references backout.message (id) on delete cascade,
	run text not null,
	owner text not null,
	due_at timestamptz not null,
	kept_at timestamptz,
	late_said_at timestamptz
);
create index promise_open on backout.promise (due_at) where kept_at is null;
--rollback drop table backout.promise;
--rollback drop table backout.delivery;
--rollback drop table backout.message;

--changeset backout:status
create table backout.status_component (
	id text primary key,
	name text not null,
	place int not null,
	status text not null default 'OPERATIONAL'
);

create table backout.status_change (
	id bigint generated always as identity primary key,
	component text not null references backout.status_component (id) on delete cascade,
	status text not null,
	at timestamptz not null
);
create index status_change_component on backout.status_change (component, at);

create table backout.status_incident (
	id uuid primary key default gen_random_uuid(),
	run text unique,
	title text not null,
	impact text not null,
	status text not null,
	components text[] not null,
	started_at timestamptz not null,
	resolved_at timestamptz,
	next_update_at timestamptz
);

create table backout.status_update (
	id bigint generated always as identity primary key,
	key text unique,
	incident uuid not null references backout.status_incident (id) on delete cascade,
	status text not null,
	text text not null,
	at timestamptz not null,
	posted_by text not null
);
create index status_update_incident on backout.status_update (incident, id);

create table backout.status_maintenance (
	id uuid primary key default gen_random_uuid(),
	title text not null,
	text text not null,
	status text not null,
	components text[] not null,
	starts_at timestamptz not null,
	ends_at timestamptz not null,
	check (starts_at < ends_at)
);

create table backout.status_subscriber (
	id uuid primary key default gen_random_uuid(),
	address text not null unique,
	components text[] not null,
	confirmed_at timestamptz not null
);
comment on table backout.status_subscriber is 'Confirmed addresses only: an address that was not confirmed is never stored here';

create table backout.link_secret (
	id int primary key default 1 check (id = 1),
	secret bytea not null
);
--rollback drop table backout.link_secret;
--rollback drop table backout.status_subscriber;
--rollback drop table backout.status_maintenance;
--rollback drop table backout.status_update;
--rollback drop table backout.status_incident;
--rollback drop table backout.status_change;
--rollback drop table backout.status_component;
