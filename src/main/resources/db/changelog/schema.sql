--liquibase formatted sql

--changeset backout:schema
create schema backout;
--rollback drop schema backout;
