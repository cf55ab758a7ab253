--liquibase formatted sql

--changeset backout:people
create table backout.person (
	id text primary key,
	name text not null,
	email text not null,
	roles text[] not null,
	password text,
	disabled_at timestamptz,
	created_at timestamptz not null default clock_timestamp()
);

create table backout.log_in_failure (
	id bigint generated always as identity primary key,
	person text not null,
	address text not null,
	at timestamptz not null
);
create index log_in_failure_person on backout.log_in_failure (person, at);
create index log_in_failure_address on backout.log_in_failure (address, at);

create table backout.api_token (
	id uuid primary key default gen_random_uuid(),
	person text not null references backout.person (id),
	name text not null,
	hash bytea not null unique,
	roles text[] not null,
	created_at timestamptz not null,
	expires_at timestamptz not null,
	used_at timestamptz,
	revoked_at timestamptz
);
create index api_token_person on backout.api_token (person);
--rollback drop table backout.api_token;
--rollback drop table backout.log_in_failure;
--rollback drop table backout.person;

--changeset backout:on-call
create table backout.rotation (
	id text primary key,
	name text not null,
	zone text not null,
	first_hand_off timestamp not null,
	shift_minutes bigint not null,
	people text[] not null,
	hours_from time,
	hours_to time,
	hours_days text[]
);

create table backout.rotation_override (
	id uuid primary key default gen_random_uuid(),
	rotation text not null references backout.rotation (id) on delete cascade,
	starts_at timestamptz not null,
	ends_at timestamptz not null,
	person text,
	reason text not null,
	made_by text not null,
	made_at timestamptz not null default clock_timestamp(),
	check (starts_at < ends_at)
);
create index rotation_override_rotation on backout.rotation_override (rotation, starts_at);

create table backout.escalation_policy (
	id text primary key,
	name text not null,
	levels jsonb not null
);
--rollback drop table backout.escalation_policy;
--rollback drop table backout.rotation_override;
--rollback drop table backout.rotation;
