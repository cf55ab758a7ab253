--liquibase formatted sql

--changeset backout:keeping
create table backout.backup_hold (
	id bigint generated always as identity primary key,
	backup text not null references backout.backup (id),
	held boolean not null,
	actor text not null,
	at timestamptz not null,
	reason text not null
);
create index backup_hold_backup on backout.backup_hold (backup, id);
comment on table backout.backup_hold is 'The store has the same notes, signed; either keeps a backup';

create table backout.backup_turn (
	run text not null,
	key text not null,
	target text not null,
	backup text,
	at timestamptz not null,
	again boolean not null default false,
	primary key (run, key)
);
create index backup_turn_target on backout.backup_turn (target, at);
comment on table backout.backup_turn is 'Which target a scheduled run looked after, step by step';

create table backout.backup_copy (
	backup text not null references backout.backup (id),
	store text not null,
	copied_at timestamptz not null,
	bytes bigint not null,
	protection text not null,
	retain_until timestamptz,
	took_millis bigint not null,
	primary key (backup, store)
);
--rollback drop table backout.backup_copy;
--rollback drop table backout.backup_turn;
--rollback drop table backout.backup_hold;
