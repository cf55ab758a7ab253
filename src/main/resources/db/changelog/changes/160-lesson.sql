--liquibase formatted sql

--changeset backout:lesson-review
create table backout.review (
	id uuid primary key,
	run text not null unique,
	release text not null,
	target text not null,
	title text not null,
	owner text not null,
	rotation text not null,
	opened_at timestamptz not null,
	due_at timestamptz not null,
	draft text not null,
	text text not null,
	edited_by text,
	closed_at timestamptz,
	closed_by text
);
create index review_open on backout.review (due_at) where closed_at is null;
--rollback drop table backout.review;
