--liquibase formatted sql

--changeset backout:plan-epoch
create table backout.epoch (
	name text not null,
	target text not null,
	release text not null,
	taken_at timestamptz not null,
	schema_digest text not null,
	data_digest text not null,
	row_count bigint not null,
	changelog_digest text not null,
	flags text not null,
	ledger_size bigint not null,
	ledger_root text not null,
	primary key (target, name)
);
--rollback drop table backout.epoch;
