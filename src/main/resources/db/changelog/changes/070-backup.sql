--liquibase formatted sql

--changeset backout:backup
create table backout.backup (
	id text primary key,
	target text not null,
	run text not null,
	taken_at timestamptz not null,
	took_millis bigint not null,
	engine text not null,
	row_count bigint not null,
	byte_count bigint not null,
	schema_digest text not null,
	data_digest text not null,
	manifest_digest text not null,
	retain_until timestamptz not null,
	retired_at timestamptz
);
create index backup_target on backout.backup (target, taken_at);
comment on table backout.backup is 'What the manifests in the store say, for lists; the store is the truth';

create table backout.backup_verification (
	id bigint generated always as identity primary key,
	backup text not null references backout.backup (id),
	run text not null,
	verified_at timestamptz not null,
	restore_millis bigint not null,
	took_millis bigint not null,
	findings text[] not null
);
create index backup_verification_backup on backout.backup_verification (backup, id);

create table backout.backup_restore (
	id bigint generated always as identity primary key,
	backup text not null references backout.backup (id),
	target text not null,
	run text not null,
	former text not null,
	restored_at timestamptz not null,
	took_millis bigint not null,
	downtime_millis bigint not null,
	unique (backup, run)
);
--rollback drop table backout.backup_restore;
--rollback drop table backout.backup_verification;
--rollback drop table backout.backup;
