--liquibase formatted sql

--changeset backout:run-evidence
create table backout.run_evidence (
	id uuid primary key default gen_random_uuid(),
	run uuid not null references backout.run (id) on delete cascade,
	name text not null,
	size bigint not null,
	sha256 text not null,
	remark text not null,
	added_by text not null,
	added_at timestamptz not null,
	content bytea not null,
	unique (run, name, sha256)
);
-- What people attach is compressed already, or small.
alter table backout.run_evidence alter column content set storage external;
comment on table backout.run_evidence is 'Files that people attached to a run; the ledger holds their digests';
--rollback drop table backout.run_evidence;
