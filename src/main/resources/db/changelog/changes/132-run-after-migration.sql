--liquibase formatted sql

--changeset backout:run-after-migration
create table backout.run_after_migration (
	step_key text primary key,
	run uuid not null,
	target text not null,
	backup_run uuid not null
);
create index run_after_migration_run on backout.run_after_migration (run);
create index run_after_migration_backup_run on backout.run_after_migration (backup_run);
comment on table backout.run_after_migration is 'Steps that migrated a target, and the run that backs it up after them';
--rollback drop table backout.run_after_migration;
