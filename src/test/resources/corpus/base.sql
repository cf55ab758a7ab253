-- What the corpus's changesets meet: every kind of object, and rows.
do $$ begin create role corpus_reader; exception when duplicate_object then null; end $$;
create table dept (id int primary key, name text not null);
insert into dept select i, 'd' || i from generate_series(1, 20) i;
create sequence ticket_no;
select setval('ticket_no', 4711);
create type mood as enum ('sad', 'happy');
create table emp (
	id bigserial primary key,
	name text not null,
	email text default 'x',
	salary numeric(12,4),
	dept_id int references dept on delete cascade,
	note text,
	code varchar(20) collate "C",
	status text not null default 'new',
	feels mood default 'happy',
	updated timestamptz,
	constraint emp_salary_positive check (salary >= 0),
	constraint emp_code_key unique (code)
) with (fillfactor = 80);
insert into emp (name, email, salary, dept_id, note, code, status)
select 'Name ' || i, case when i % 2 = 0 then 'E' || i || '@x' else 'e' || i || '@x' end, i * 1.2345, 1 + i % 20,
	case when i % 3 = 0 then null else 'n' || i end, 'c' || i, case when i % 5 = 0 then 'old' else 'new' end
from generate_series(1, 300) i;
alter table emp add constraint emp_note_short check (length(note) < 500) not valid;
create index emp_name_idx on emp (name desc);
create index emp_old_idx on emp (dept_id) where status = 'old';
create unique index emp_email_idx on emp (lower(email));
comment on table emp is 'People on the payroll';
comment on column emp.salary is 'Gross, per month';
grant select on emp to corpus_reader;
grant update (note) on emp to corpus_reader;
create function touch() returns trigger language plpgsql as $$ begin new.updated := now(); return new; end $$;
create trigger emp_touch before update on emp for each row execute function touch();
create trigger emp_audit after insert on emp for each row execute function touch();
alter table emp disable trigger emp_audit;
create view v_emp as select id, name from emp;
comment on view v_emp is 'Public part';
grant select on v_emp to corpus_reader;
create function headcount() returns bigint language sql stable as 'select count(*) from emp';
create materialized view m_dept as select dept_id, count(*) as heads from emp group by dept_id;
create table codes (id int primary key, label text);
insert into codes values (1, 'old one'), (2, 'two'), (7, 'seven');
create table plain (a int, b text);
insert into plain select i, 'p' || i from generate_series(1, 10) i;
create table secret_note (id int primary key, owner_name text, body text);
insert into secret_note values (1, 'ann', 'x'), (2, 'bob', 'y');
alter table secret_note enable row level security;
create policy own_notes on secret_note using (owner_name = current_user);
create table badge (id int generated always as identity primary key, text text);
insert into badge (text) select 'b' || i from generate_series(1, 5) i;
create statistics emp_stats on dept_id, status from emp;
