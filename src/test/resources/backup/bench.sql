-- About 1.2 GB with the indexes at scale 1: narrow, wide, large values, no key, partitions.
create table account (id int primary key, branch int, balance int, filler character(84));
insert into account select i, i % 50, (i::bigint * 7919 % 200000)::int - 100000, '' from generate_series(1, 4000000 * :scale) i;
create table orders (id bigint generated always as identity primary key, customer int not null, state text not null,
	total numeric(12, 2) not null, at timestamptz not null, note text);
insert into orders (customer, state, total, at, note)
select i % 100000 + 1, (array['open', 'paid', 'sent', 'returned'])[1 + i % 4], (i % 99991) / 7.0,
	timestamptz '2020-01-01 00:00:00+00' + i * interval '37.123457 s', case when i % 3 = 0 then null else md5(i::text) end
from generate_series(1, 2000000 * :scale) i;
create index orders_customer on orders (customer);
create index orders_at on orders (at);
create table customer (id int primary key, name text not null, email text unique);
insert into customer select i, 'name ' || i, 'c' || i || '@example.org' from generate_series(1, 100000) i;
alter table orders add foreign key (customer) references customer (id);
create table wide (id bigint generated always as identity primary key, t text, v varchar(64), c char(10), j jsonb, b bytea,
	n numeric, n2 numeric(18, 4), tz timestamptz, ts timestamp, d date, iv interval, ia int[], ta text[], f4 real,
	f8 double precision, bo boolean, u uuid, ip inet, nul text);
insert into wide (t, v, c, j, b, n, n2, tz, ts, d, iv, ia, ta, f4, f8, bo, u, ip)
select case when i % 17 = 0 then null when i % 19 = 0 then '' else repeat(md5(i::text), 1 + (i % 5)) end, 'v' || i,
	'c' || (i % 100), jsonb_build_object('k', i, 'z', md5(i::text), 'arr', jsonb_build_array(1, 2, i), 'f', i / 7.0),
	decode(md5(i::text) || md5((i * 3)::text), 'hex'), (i * 1.000000001)::numeric, i / 3.0,
	timestamptz '2020-01-01 00:00:00+00' + i * interval '37 s', timestamp '1999-12-31 23:59:59.123456' + i * interval '1 ms',
	date '2000-01-01' + (i % 9000), i * interval '1 min 3 s', array[i, i + 1, null], array['a,b', '"q"', null, '', md5(i::text)],
	(i / 3.0)::real, sqrt(i), i % 2 = 0, md5(i::text)::uuid, ('10.0.' || (i / 256) % 256 || '.' || i % 256)::inet
from generate_series(1, 300000 * :scale) i;
create index wide_v on wide (v);
create table document (id int primary key, body text, image bytea, meta jsonb);
alter table document alter body set storage external;
insert into document select i, (select string_agg(md5((i * 1000 + k)::text), '') from generate_series(1, 400) k),
	decode((select string_agg(md5((i * 7 + k)::text), '') from generate_series(1, 200) k), 'hex'),
	(select jsonb_object_agg('key' || k, md5((i * k)::text)) from generate_series(1, 80) k)
from generate_series(1, 10000 * :scale) i;
create table keyless (a int, b text);
insert into keyless select i % 50000, 'row' || (i % 50000) from generate_series(1, 1000000 * :scale) i;
create table event (id bigint, at timestamptz not null, kind text, value double precision, primary key (id, at)) partition by range (at);
create table event_2024 partition of event for values from ('2024-01-01+00') to ('2025-01-01+00');
create table event_2025 partition of event for values from ('2025-01-01+00') to ('2026-01-01+00');
create table event_rest partition of event default;
insert into event select i, timestamptz '2024-01-01+00' + (i % 1000) * interval '1 day', 'k' || i % 7, sqrt(i)
from generate_series(1, 1000000 * :scale) i;
