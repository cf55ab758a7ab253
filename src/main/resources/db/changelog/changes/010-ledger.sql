--liquibase formatted sql

--changeset backout:ledger
create table backout.ledger_entry (
	id bigint generated always as identity primary key,
	subject text not null,
	leaf text not null
);
create index ledger_entry_subject on backout.ledger_entry (subject, id);
comment on table backout.ledger_entry is 'Leaves in canonical JSON, written in the transaction of the deed';

create table backout.ledger_queue (
	entry bigint primary key
);
comment on table backout.ledger_queue is 'Entries that have no place in the tree yet';

create table backout.ledger_leaf (
	index bigint primary key,
	entry bigint not null unique,
	hash bytea not null
);
comment on table backout.ledger_leaf is 'Level 0 of the tree: indexes from 0 without a gap';

create table backout.ledger_node (
	level int not null,
	index bigint not null,
	hash bytea not null,
	primary key (level, index)
);
comment on table backout.ledger_node is 'Roots of complete subtrees of 2^level leaves; they never change';

create table backout.ledger_checkpoint (
	size bigint not null,
	key_id text not null,
	note text not null,
	signed_at timestamptz not null default clock_timestamp(),
	primary key (size, key_id)
);
comment on table backout.ledger_checkpoint is 'Signed tree heads, as C2SP signed notes';
--rollback drop table backout.ledger_checkpoint;
--rollback drop table backout.ledger_node;
--rollback drop table backout.ledger_leaf;
--rollback drop table backout.ledger_queue;
--rollback drop table backout.ledger_entry;

--changeset backout:ledger-only-grows splitStatements:false
create function backout.ledger_only_grows() returns trigger language plpgsql as $$
begin
	raise exception 'The ledger only grows: % of % is refused', tg_op, tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger only_grows before update or delete or truncate on backout.ledger_entry
	for each statement execute function backout.ledger_only_grows();
create trigger only_grows before update or delete or truncate on backout.ledger_leaf
	for each statement execute function backout.ledger_only_grows();
create trigger only_grows before update or delete or truncate on backout.ledger_node
	for each statement execute function backout.ledger_only_grows();
create trigger only_grows before update or delete or truncate on backout.ledger_checkpoint
	for each statement execute function backout.ledger_only_grows();
--rollback drop trigger only_grows on backout.ledger_checkpoint; drop trigger only_grows on backout.ledger_node; drop trigger only_grows on backout.ledger_leaf; drop trigger only_grows on backout.ledger_entry; drop function backout.ledger_only_grows();
