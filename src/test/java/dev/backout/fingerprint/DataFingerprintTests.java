package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** No change of a value goes unseen, and nothing else is taken for one. */
class DataFingerprintTests {

	static TestDatabase database;

	Connection connection;

	@BeforeAll
	static void create() {
		database = TestDatabase.create();
		database.jdbc().sql("create extension citext").update();
	}

	@AfterAll
	static void drop() {
		database.drop();
	}

	@BeforeEach
	void open() throws SQLException {
		this.connection = database.dataSource().getConnection();
		this.connection.setAutoCommit(false);
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.rollback();
		this.connection.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					NULL and empty            | id int, a text   | (1, NULL)                             | (1, '')
					NULL moved                | a text, b text   | (NULL, 'x')                           | ('x', NULL)
					separator in a value      | a text, b text   | ('a,b', 'c')                          | ('a', 'b,c')
					microseconds              | ts timestamptz   | ('2025-01-01 00:00:00.123456+00')     | ('2025-01-01 00:00:00.654321+00')
					scale of a number         | n numeric        | (1.0)                                 | (1.00)
					many digits               | n numeric        | (12345678901234.56)                   | (12345678901234.99)
					high half of a bigint     | n bigint         | (0)                                   | (4294967297)
					negative zero             | f float8         | ('-0')                                | (0)
					last bit of a float       | f float8         | (0.1::float8 + 0.2::float8)           | (0.3)
					case of a citext          | c citext         | ('CaSe')                              | ('case')
					a month and 30 days       | i interval       | ('1 mon')                             | ('30 days')
					trailing blank            | v varchar        | ('a ')                                | ('a')
					values exchanged          | id int, a text   | (1, 'x'), (2, 'y')                    | (1, 'y'), (2, 'x')
					pair of duplicates        | a text           | ('X'), ('X')                          | ('Y'), ('Y')
					white space of json       | j json           | ('{"a":1}')                           | ('{"a": 1}')
					scale in jsonb            | j jsonb          | ('1.0')                               | ('1')
					column named like alias   | id int, t text   | (1, 'same')                           | (2, 'same')
					duplicate moved           | a int            | (1), (1), (2)                         | (1), (2), (2)
					a byte                    | b bytea          | ('\\x00ff')                           | ('\\x00fe')
					backslash and N           | a text           | ('\\N')                               | (NULL)
					element of an array       | a int[]          | ('{1,NULL}')                          | ('{NULL,1}')
					bounds of an array        | a int[]          | ('{1}')                               | ('[0:0]={1}')
					infinity                  | d date           | ('infinity')                          | ('-infinity')
					""")
	void sees(String trap, String columns, String before, String after) throws SQLException {
		execute("create table one (%s); insert into one values %s".formatted(columns, before));
		var first = table("public.one");

		execute("truncate one; insert into one values " + after);

		assertThat(table("public.one")).as(trap).isNotEqualTo(first);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TimeZone = 'Europe/Paris'", "extra_float_digits = 0", "bytea_output = escape",
			"DateStyle = 'ISO, DMY'", "IntervalStyle = iso_8601", "lc_monetary = 'C.UTF-8'", "row_security = on" })
	void doesNotDependOnSettings(String setting) throws SQLException {
		execute("""
				create table one (ts timestamptz, f float8, b bytea, i interval, d date, m money);
				insert into one values ('2025-07-01 12:00+00', 0.1::float8 + 0.2::float8, '\\x00ff', '1 day 2 hours',
					'2025-07-01', 12.5)""");
		var first = table("public.one");

		execute("set local " + setting);

		assertThat(table("public.one")).isEqualTo(first);
	}

	@Test
	void doesNotDependOnHowTheTableCameAbout() throws SQLException {
		execute("""
				create type mood as enum ('sad', 'ok');
				create table one (a int not null, b text, m mood); insert into one values (1, 'x', 'ok'), (2, null, 'sad')""");
		var first = table("public.one");

		execute("""
				drop table one; drop type mood; create type mood as enum ('ok', 'sad');
				create table one (gone int, m mood, b text, a int); alter table one drop column gone;
				insert into one values ('sad', null, 2), ('ok', 'x', 1)""");

		assertThat(table("public.one")).isEqualTo(first);
	}

	@Test
	void addsUp() throws SQLException {
		execute("create table one as select i, md5(i::text) as text from generate_series(1, 1000) i");

		var whole = table("public.one");
		var old = TableFingerprint.of(this.connection, "public.one", "t.i <= 700");
		var young = TableFingerprint.of(this.connection, "public.one", "t.i > 700");

		assertThat(old.plus(young)).isEqualTo(whole);
		assertThat(whole.minus(young)).isEqualTo(old);
		assertThat(TableFingerprint.parse(whole.toString())).isEqualTo(whole);
	}

	@Test
	void takesMoreThanThirtyOneColumnsAndNone() throws SQLException {
		var columns = new StringBuilder("c0 int");
		for (int i = 1; i < 70; i++) {
			columns.append(", c").append(i).append(" int");
		}
		execute("create table wide (%s); insert into wide (c69) values (1); create table empty0 (); insert into empty0 default values"
			.formatted(columns));
		var first = table("public.wide");

		execute("update wide set c69 = null, c68 = 1");

		assertThat(table("public.wide")).isNotEqualTo(first);
		assertThat(table("public.empty0").rows()).isEqualTo(1);
	}

	@Test
	void countsEachPartitionAndNoView() throws SQLException {
		execute("""
				create table ev (at date, x int) partition by range (at);
				create table ev_24 partition of ev for values from ('2024-01-01') to ('2025-01-01');
				create table ev_25 partition of ev for values from ('2025-01-01') to ('2026-01-01');
				insert into ev values ('2024-05-05', 1), ('2025-05-05', 2); create view v as select * from ev""");

		assertThat(DataFingerprint.of(this.connection, Scope.APPLICATION).tables()).containsOnlyKeys("public.ev_24",
				"public.ev_25");
	}

	@Test
	void seesAChangeOfALargeObject() throws SQLException {
		execute("select lo_from_bytea(4711, repeat('x', 3000000)::bytea)");
		var before = DataFingerprint.of(this.connection, Scope.APPLICATION);

		execute("select lo_put(4711, 2500000, 'y'::bytea)");

		var after = DataFingerprint.of(this.connection, Scope.APPLICATION);
		assertThat(Difference.between(before, after).describe())
			.containsExactly("* pg_catalog.pg_largeobject: 1 rows, contents differ");
	}

	@Test
	void refusesToCountHalfATableUnderRowSecurity() throws SQLException {
		execute("""
				create role half nologin; create table one (a int); insert into one select generate_series(1, 100);
				alter table one enable row level security; create policy p on one using (a <= 50);
				grant select on one to half; set local role half""");

		org.assertj.core.api.Assertions.assertThatThrownBy(() -> table("public.one"))
			.hasMessageContaining("row-level security");
	}

	private TableFingerprint table(String name) {
		return DataFingerprint.of(this.connection, Scope.APPLICATION.only(name)).table(name);
	}

	private void execute(String sql) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
