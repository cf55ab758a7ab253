package dev.backout.fingerprint;

import java.sql.Connection;
import java.sql.SQLException;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is looked at again must be what a look at everything sees. */
class DatabaseWatchTests {

	static final TestDatabase DATABASE = TestDatabase.create();

	@AfterAll
	static void leave() {
		DATABASE.drop();
	}

	@ParameterizedTest
	@ValueSource(strings = { "comment on column parent.name is 'first of all'", "comment on table parent is 'a table'",
			"comment on column parent.name is null",
			"create table fresh (id int); comment on column fresh.id is 'with its table'",
			"alter table child rename constraint child_parent_fkey to belongs_to",
			"alter table child drop constraint child_parent_fkey, add foreign key (parent) references parent not valid",
			"alter table child rename to offspring", "alter table child rename column parent to mother",
			"alter table parent rename column id to number", "alter index child_name rename to by_name",
			"drop table child", "create view joined as select child.id, parent.name from parent join child using (id)",
			"alter sequence child_id_seq rename to counter", "select nextval('child_id_seq')",
			"alter table child set schema side; comment on table side.child is 'moved'",
			"create type mood as enum ('sad'); alter table child add column mood mood",
			"grant select (name) on parent to public", "comment on constraint child_parent_fkey on child is 'why'",
			"alter table parent alter column name set default 'x'", "create trigger still before update on child "
					+ "for each row execute function suppress_redundant_updates_trigger()" })
	void seesWhatALookAtEverythingSees(String change) throws SQLException {
		try (var watched = DATABASE.dataSource().getConnection(); var other = DATABASE.dataSource().getConnection()) {
			run(other,
					"""
							drop schema public cascade; drop schema if exists side cascade; create schema public; create schema side;
							create table parent (id int primary key, name text);
							create table child (id serial primary key, parent int references parent, name text);
							create index child_name on child (name);
							""");
			try (var watch = DatabaseWatch.on(watched, Scope.APPLICATION)) {
				run(other, "comment on table child is 'before'");
				assertThat(watch.schema()).isEqualTo(whole(other));

				run(other, change);

				assertThat(watch.schema()).isEqualTo(whole(other));
			}
		}
	}

	@Test
	void commentsComeWithTheFirstOfThem() throws SQLException {
		try (var watched = DATABASE.dataSource().getConnection(); var other = DATABASE.dataSource().getConnection()) {
			run(other, "drop schema public cascade; create schema public; create table t (id int)");
			try (var watch = DatabaseWatch.on(watched, Scope.APPLICATION)) {
				run(other, "comment on column t.id is 'told'");

				assertThat(watch.schema().lines()).anySatisfy((line) -> assertThat(line.kind()).isEqualTo("comment"));
				assertThat(watch.schema()).isEqualTo(whole(other));
			}
		}
	}

	private static SchemaFingerprint whole(Connection connection) {
		return SchemaFingerprint.of(connection, Scope.APPLICATION);
	}

	private static void run(Connection connection, String sql) throws SQLException {
		try (var statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
