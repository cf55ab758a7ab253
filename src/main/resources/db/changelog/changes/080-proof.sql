--liquibase formatted sql

--changeset backout:proof
create table backout.proof (
	id bigint generated always as identity primary key,
	release text not null,
	target text not null,
	started_by text not null,
	started_at timestamptz not null,
	beat_at timestamptz not null,
	done int not null default 0,
	total int not null default 0,
	finished_at timestamptz,
	failure text,
	backup text,
	data_at timestamptz,
	note text
);
create index proof_release on backout.proof (release, id);
comment on column backout.proof.backup is 'The verified backup whose rows it was proven with; null for made-up rows';
comment on column backout.proof.beat_at is 'When the node at work was last heard of';

create table backout.proof_changeset (
	proof bigint not null references backout.proof (id),
	place int not null,
	component text not null,
	text_digest text not null,
	result text not null,
	primary key (proof, place)
);
comment on column backout.proof_changeset.text_digest is 'Over the changelog up to and with this changeset';
--rollback drop table backout.proof_changeset;
--rollback drop table backout.proof;
