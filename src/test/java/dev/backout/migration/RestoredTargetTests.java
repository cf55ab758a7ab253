package dev.backout.migration;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** A target that was restored from a backup, with our schemas or without them. */
class RestoredTargetTests {

	private static final String CHANGES = """
			--changeset a:plain
			alter table t add column extra int;
			--rollback alter table t drop column extra;
			--changeset a:rows
			update t set v = -v;
			--changeset a:column
			alter table t drop column v;
			--changeset a:explicit
			select backout.stash_column('t', 'w', 'mine');
			--rollback select backout.restore_column('mine');
			--changeset a:table
			drop table u;
			""";

	@TempDir
	Path directory;

	private Shop shop() {
		return Shop.with(this.directory, "create table t (id int primary key, v int, w text);"
				+ "insert into t select i, i, 'w' || i from generate_series(1, 10) i; create table u (id int); insert into u values (1)");
	}

	@Test
	void revertsFromABackupThatHasBothSchemas() {
		try (var shop = shop().formatted(CHANGES)) {
			var before = shop.fingerprint();
			shop.apply();
			try (var restored = copy(shop)) {
				restored.revert();

				assertThat(before.to(restored.fingerprint()).toString()).isEqualTo(before.to(before).toString());
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "drop schema backout cascade; drop schema backout_stash cascade | table | no journal",
					"drop schema backout cascade; drop schema backout_stash cascade | explicit | no schema 'backout'",
					"drop schema backout_stash cascade | table | includes the schema 'backout_stash'",
					"drop schema backout_stash cascade | explicit | includes the schema 'backout_stash'",
					"drop schema backout_stash cascade | rows | includes the schema 'backout_stash'",
					"truncate backout.stash | explicit | nothing named 'mine' is kept" })
	void refusesByNameWhatTheBackupLeftOut(String left, String id, String told) {
		try (var shop = shop().formatted(CHANGES)) {
			shop.apply();
			shop.sql(left);
			var before = shop.fingerprint();

			assertThatExceptionOfType(IrreversibleChange.class).isThrownBy(() -> shop.revert(id))
				.withMessageContaining("::" + id + "::")
				.withMessageContaining(told);

			assertThat(shop.fingerprint().digest()).isEqualTo(before.digest());
			assertThat(shop.deployed()).hasSize(5);
			assertThat(shop.revert("plain").changesets()).hasSize(1);
		}
	}

	private Shop copy(Shop shop) {
		var copy = new Shop(this.directory);
		var name = copy.database.name();
		copy.database.drop();
		try (var connection = java.sql.DriverManager
			.getConnection(shop.database.url().replaceFirst("/t_[0-9a-f]+", "/postgres"), "postgres", "postgres");
				var statement = connection.createStatement()) {
			statement.execute("create database %s template %s".formatted(name, shop.database.name()));
			return copy;
		}
		catch (java.sql.SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
