--liquibase formatted sql

--changeset backout:plan-estimate
create table backout.plan_estimate (
	run text not null,
	step_type text not null,
	millis bigint not null,
	primary key (run, step_type)
);
--rollback drop table backout.plan_estimate;
