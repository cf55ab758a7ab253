--liquibase formatted sql

--changeset ann:split-customer-name labels:2026.11.2
alter table customer add column given_name text, add column family_name text;
update customer set given_name = split_part(name, ' ', 1), family_name = split_part(name, ' ', 2);
alter table customer drop column name;
