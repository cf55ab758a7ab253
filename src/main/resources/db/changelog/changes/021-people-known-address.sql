--liquibase formatted sql

--changeset backout:log-in-address
create table backout.log_in_address (
	person text not null,
	address text not null,
	at timestamptz not null,
	primary key (person, address)
);
comment on table backout.log_in_address is 'Where people logged in from: guesses from elsewhere do not lock them out there';
--rollback drop table backout.log_in_address;
