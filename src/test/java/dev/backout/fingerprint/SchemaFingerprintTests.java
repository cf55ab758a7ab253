package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every kind of change to a schema shows, and shows as what it is. */
class SchemaFingerprintTests {

	static TestDatabase database;

	Connection connection;

	@BeforeAll
	static void aSchemaWithEverything() {
		database = TestDatabase.create();
		database.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		Schemas.everything(database);
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

	static Stream<String> mutations() {
		return Schemas.mutations();
	}

	@ParameterizedTest
	@MethodSource("mutations")
	void seesA(String mutation) throws SQLException {
		var before = SchemaFingerprint.of(this.connection, Scope.APPLICATION);

		execute(mutation.substring(mutation.indexOf('|') + 1));

		var after = SchemaFingerprint.of(this.connection, Scope.APPLICATION);
		var difference = Difference.between(before, after);
		assertThat(difference.none()).isFalse();
		assertThat(difference.onlyCosmetic()).isEqualTo(mutation.startsWith("~"));
		assertThat(after.digest().equals(before.digest())).isEqualTo(mutation.startsWith("~"));
	}

	@Test
	void saysWhichLineChanged() throws SQLException {
		var before = SchemaFingerprint.of(this.connection, Scope.APPLICATION);

		execute("alter table c alter note type varchar(30)");

		var difference = Difference.between(before, SchemaFingerprint.of(this.connection, Scope.APPLICATION));
		assertThat(difference.describe()).contains("- column public.c.note: character varying(20)|collation=\"C\"",
				"+ column public.c.note: character varying(30)");
	}

	@Test
	void leavesOutWhatIsOursUnlessAsked() throws SQLException {
		var application = SchemaFingerprint.of(this.connection, Scope.APPLICATION);
		var everything = SchemaFingerprint.of(this.connection, Scope.EVERYTHING);

		execute("""
				create schema backout; create schema backout_stash; create table backout_stash.c_1 (id int primary key);
				create function backout.restore() returns int language sql as 'select 1';
				comment on function backout.restore() is 'ours'; comment on table backout_stash.c_1 is 'ours';
				create table databasechangelog (id text primary key); comment on table databasechangelog is 'theirs'""");

		assertThat(SchemaFingerprint.of(this.connection, Scope.APPLICATION)).isEqualTo(application);
		assertThat(SchemaFingerprint.of(this.connection, Scope.EVERYTHING)).isNotEqualTo(everything);
	}

	@Test
	void leavesTheSessionAsItWas() throws SQLException {
		execute("set time zone 'Europe/Paris'; set search_path = pg_catalog, public");

		SchemaFingerprint.of(this.connection, Scope.APPLICATION);

		try (var statement = this.connection.createStatement();
				var rows = statement
					.executeQuery("select current_setting('TimeZone') || ' ' || current_setting('search_path')")) {
			rows.next();
			assertThat(rows.getString(1)).isEqualTo("Europe/Paris pg_catalog, public");
		}
	}

	@Test
	void doesNotDependOnTheOrderOfColumns() throws SQLException {
		execute("create table one (a int, b text)");
		var before = SchemaFingerprint.of(this.connection, Scope.APPLICATION);

		execute("drop table one; create table one (b text, a int)");

		var difference = Difference.between(before, SchemaFingerprint.of(this.connection, Scope.APPLICATION));
		assertThat(difference.none()).isFalse();
		assertThat(difference.onlyCosmetic()).isTrue();
	}

	private void execute(String sql) throws SQLException {
		try (var statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
