--liquibase formatted sql

--changeset ben:one-closing-status labels:2026.11.2
update orders set status = 'closed' where status in ('paid', 'shipped');
