create extension hstore;
create extension citext;
create schema w;
set search_path = w, public;
create type mood as enum ('sad', 'ok', 'happy');
create type pair as (a int, b text);
create domain pct as numeric(5, 2) check (value between 0 and 100);
create table wide (
	id bigint generated always as identity primary key,
	t text, v varchar(64), c char(10), j jsonb, jt json, b bytea, n numeric, n2 numeric(18, 4), tz timestamptz,
	ts timestamp, d date, tm time, ttz timetz, iv interval, ia int[], ta text[], f4 real, f8 double precision,
	bo boolean, u uuid, m mood, p pair, pc pct, ip inet, r int4range, nul text, mo money, x xml, bits bit varying(16),
	pt point, h hstore, ci citext,
	g int generated always as ((length(coalesce(t, ''))) % 97) stored);
insert into wide (t, v, c, j, jt, b, n, n2, tz, ts, d, tm, ttz, iv, ia, ta, f4, f8, bo, u, m, p, pc, ip, r, nul, mo, x,
	bits, pt, h, ci)
select case when i % 17 = 0 then null when i % 19 = 0 then '' else repeat(md5(i::text), 1 + (i % 5)) end,
	'v' || i, 'c' || (i % 100),
	jsonb_build_object('k', i, 'z', md5(i::text), 'arr', jsonb_build_array(1, 2, i), 'n', null, 'f', i / 7.0),
	('{"b":' || i || ',  "a":1}')::json, decode(md5(i::text) || md5((i * 3)::text), 'hex'), (i * 1.000000001)::numeric,
	i / 3.0, timestamptz '2020-01-01 00:00:00+00' + i * interval '37 s',
	timestamp '1999-12-31 23:59:59.123456' + i * interval '1 ms', date '2000-01-01' + (i % 9000),
	time '00:00' + (i % 86400) * interval '1 s', timetz '01:02:03+05:30', i * interval '1 min 3 s',
	array[i, i + 1, null], array['a,b', '"q"', null, '', md5(i::text)], (i / 3.0)::real, sqrt(i), i % 2 = 0,
	md5(i::text)::uuid, (array['sad', 'ok', 'happy'])[1 + i % 3]::mood, row(i, 'x' || i)::pair, (i % 101) * 0.99,
	('10.0.' || (i / 256) % 256 || '.' || i % 256)::inet, int4range(i, i + 5), null, (i % 1000)::money,
	xmlparse(content '<a b="' || i || '"/>'), (i % 65536)::bit(16)::varbit, point(i, i / 2.0), hstore('k', i::text),
	'CaSe' || i
from generate_series(1, 2000) i;
insert into wide (t, f4, f8, n, tz, ts, d) values
	('nan', 'NaN', 'NaN', 'NaN', 'infinity', '-infinity', 'infinity'),
	('inf', 'Infinity', '-Infinity', 'Infinity', '-infinity', 'infinity', '-infinity'),
	('negzero', '-0', '-0', 0, now(), now(), now());
create table odd ("Col 1" int, "sel\ect" text);
insert into odd values (1, E'a\tb\nc\\N'), (2, '\N'), (3, null), (4, ''), (5, E'\b\f\v\r\\'), (6, '\.'), (7, 'ä€😀');
create table big (id int, text text);
insert into big select i, repeat('x' || i, 5000) || E'\\' from generate_series(1, 20) i;
