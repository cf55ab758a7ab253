--liquibase formatted sql

--changeset backout:backup-part
alter table backout.backup add column tables text[] not null default '{}';
comment on column backout.backup.tables is 'Whose rows it has; empty when it is of the whole database';
--rollback alter table backout.backup drop column tables;
