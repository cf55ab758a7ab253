package dev.backout.migration;

import java.nio.file.Path;
import java.sql.DriverManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is wrong is said with place, value and mend, and nothing was touched. */
class PreflightTests {

	static final String FIRST = "--changeset a:1\ncreate table t1 (id int);\n";

	static final String SECOND = "--changeset a:2\ncreate table t2 (id int);\n";

	@TempDir
	Path directory;

	@Test
	void aChangesetThatReadsDifferentlyThanItWasDeployed() {
		try (var shop = new Shop(this.directory).formatted(FIRST)) {
			shop.apply();
			shop.formatted(FIRST.replace("id int", "id bigint") + SECOND);
			var before = shop.fingerprint();

			assertThatThrownBy(shop::apply).isInstanceOf(ApplyRefused.class)
				.hasMessageContaining("c.sql::1::a")
				.hasMessageContaining("was: 9:");
			assertThatThrownBy(() -> shop.revert("1")).isInstanceOf(IrreversibleChange.class)
				.hasMessageContaining("c.sql::1::a reads differently now")
				.hasMessageContaining("put its text back");

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.deployed()).containsExactly("1");
		}
	}

	@Test
	void aChangelogThatIsNotThere() {
		try (var shop = new Shop(this.directory)) {
			var source = new ChangelogSource(this.directory, "nowhere.xml");
			try (var connection = shop.connection()) {
				assertThatThrownBy(() -> MigrationSession.open(connection, source, MigrationOptions.of("test")))
					.hasMessageContaining("nowhere.xml");
			}
			catch (java.sql.SQLException ex) {
				throw new IllegalStateException(ex);
			}
			assertThat(shop.one("select to_regclass('databasechangelog')")).isEqualTo("null");
		}
	}

	@Test
	void aUserWhoMayNotKeepAJournal() throws Exception {
		try (var shop = new Shop(this.directory).formatted(FIRST)) {
			var user = "u_" + shop.database.name().substring(2, 12);
			shop.sql("create role %s login password 'x'".formatted(user));
			try (var connection = DriverManager.getConnection(shop.database.url(), user, "x")) {
				assertThatThrownBy(() -> MigrationSession.open(connection, shop.source(), MigrationOptions.of("test")))
					.isInstanceOf(ApplyRefused.class)
					.hasMessageContaining("grant create on database %s to %s".formatted(shop.database.name(), user));
				shop.sql("grant create on database %s to %s".formatted(shop.database.name(), user));
				assertThatThrownBy(() -> MigrationSession.open(connection, shop.source(), MigrationOptions.of("test")))
					.isInstanceOf(ApplyRefused.class)
					.hasMessageContaining("grant create on schema public to " + user);
				assertThat(shop.one("select to_regclass('databasechangeloglock'), to_regnamespace('backout')"))
					.isEqualTo("null|null");

				shop.sql("grant create on schema public to " + user);
				try (var session = MigrationSession.open(connection, shop.source(), MigrationOptions.of("test"))) {
					session.apply(session.pending().stream().map(Changeset::id).toList());
					assertThat(shop.deployed()).containsExactly("1");
					session.revert(session.plan(session.history().stream().map(Deployed::id).toList()));
				}
			}
			assertThat(shop.deployed()).isEmpty();
			assertThat(shop.one("select to_regclass('t1')")).isEqualTo("null");
			shop.sql("drop owned by %1$s cascade; drop role %1$s".formatted(user));
		}
	}

	@Test
	void aUserWhoMayNotReachWhatAnotherBegan() throws Exception {
		try (var shop = new Shop(this.directory).formatted(FIRST)) {
			shop.apply();
			var user = "u_" + shop.database.name().substring(2, 12);
			shop.sql("create role %1$s login password 'x'; grant create on database %2$s to %1$s".formatted(user,
					shop.database.name()));
			try (var connection = DriverManager.getConnection(shop.database.url(), user, "x")) {
				for (var table : new String[] { "databasechangelog", "databasechangeloglock" }) {
					assertThatThrownBy(
							() -> MigrationSession.open(connection, shop.source(), MigrationOptions.of("test")))
						.isInstanceOf(ApplyRefused.class)
						.hasMessageContaining("insert, update, delete on %s to %s".formatted(table, user));
					shop.sql("grant select, insert, update, delete on %s to %s".formatted(table, user));
				}
				assertThatThrownBy(() -> MigrationSession.open(connection, shop.source(), MigrationOptions.of("test")))
					.isInstanceOf(ApplyRefused.class)
					.hasMessageContaining("where postgres keeps a journal");
			}
			shop.sql("drop owned by %1$s cascade; drop role %1$s".formatted(user));
		}
	}

}
