--liquibase formatted sql

--changeset backout:playbook-draft
create table backout.playbook_draft (
	playbook text not null,
	version int not null check (version > 0),
	content bytea not null,
	digest text not null,
	note text not null,
	saved_by text not null,
	saved_at timestamptz not null,
	primary key (playbook, version)
);
comment on table backout.playbook_draft is 'What designers saved, every version of it; nothing is ever overwritten';
--rollback drop table backout.playbook_draft;
