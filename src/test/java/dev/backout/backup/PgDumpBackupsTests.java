package dev.backout.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CancellationException;

import dev.backout.TestDatabase;
import dev.backout.backup.copy.Pace;
import dev.backout.backup.pgdump.PgTools;
import dev.backout.fingerprint.Schemas;
import dev.backout.kernel.Rejected;
import dev.backout.ledger.LedgerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PreferQueryMode;
import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What PostgreSQL's own tool wrote is proven like what we write ourselves. */
class PgDumpBackupsTests {

	static LedgerFixture own;

	static TestDatabase shop;

	@TempDir
	static Path ledger;

	@TempDir
	Path data;

	@BeforeAll
	static void aSchemaWithEverything() {
		own = LedgerFixture.on(TestDatabase.withSchema(), ledger);
		shop = TestDatabase.create();
		shop.jdbc().sql("""
				do $$ begin
					if not exists (select from pg_roles where rolname = 'app_ro') then create role app_ro; end if;
				end $$""").update();
		Schemas.everything(shop);
		shop.jdbc().sql(Schemas.read("wide.sql")).update();
		shop.jdbc().sql("""
				create table objects as select lo_from_bytea(0, repeat('x', 2500000)::bytea) as object;
				refresh materialized view mv""").update();
	}

	@AfterAll
	static void drop() {
		shop.drop();
	}

	BackupFixture with(CopySettings.Engine engine) {
		return new BackupFixture(this.data, own, shop,
				new CopySettings(2, engine, null, SealKeys.NONE, Pace.UNLIMITED));
	}

	BackupFixture dumping() {
		assumeTrue(fitting(), "no pg_dump of the server's version or later is installed here");
		return with(CopySettings.Engine.PG_DUMP);
	}

	static boolean fitting() {
		var server = Integer.parseInt(shop.jdbc()
			.sql("select current_setting('server_version_num')::int / 10000")
			.query(String.class)
			.single());
		return PgTools.fitting(PgTools.installed(null), server).isPresent();
	}

	@Test
	void everythingComesBack() {
		var fixture = dumping();

		var backup = fixture.take("step-1");

		assertThat(backup.engine()).isEqualTo("pg_dump");
		assertThat(fixture.store.open(backup.id()).manifest().tool()).startsWith("pg_dump ");
		assertThat(fixture.verify(backup).findings()).isEmpty();
	}

	@Test
	void someTablesComeBackFromADumpInPlaceAsWell() {
		var fixture = dumping();
		shop.jdbc()
			.sql("""
					create table "odd ""*"" name" (id int primary key, text text);
					create table odd_child (id int primary key, parent int references "odd ""*"" name", twice int generated always as (id * 2) stored);
					insert into "odd ""*"" name" select i, repeat('x', i) || e'\\\t\n' from generate_series(1, 300) i;
					insert into odd_child select i, i from generate_series(1, 300) i""")
			.update();
		var backup = fixture.backups.take("shop", List.of("public.odd_child"), "part", "run", Progress.NONE);

		assertThat(backup.engine()).isEqualTo("pg_dump");
		assertThat(backup.tables()).containsExactly("public.\"odd \"\"*\"\" name\"", "public.odd_child");
		assertThat(backup.rows()).isEqualTo(600);
		assertThat(fixture.verify(backup).findings()).isEmpty();
		shop.jdbc().sql("update \"odd \"\"*\"\" name\" set text = null; delete from odd_child where id > 5").update();

		var restored = fixture.restores.tables(backup.id(), "shop", backup.tables(), "run", Progress.NONE);

		assertThat(restored.rows()).isEqualTo(600);
		assertThat(shop.jdbc().sql("select sum(twice) from odd_child").query(Long.class).single()).isEqualTo(90300);
		shop.jdbc().sql("drop table odd_child, \"odd \"\"*\"\" name\"").update();
	}

	@Test
	void whatIsAllowedAndSeldomThoughtOfComesBackWithBoth() throws IOException, SQLException {
		var hostile = TestDatabase.create();
		try (var connection = hostile.dataSource().getConnection(); var statement = connection.createStatement()) {
			// As it is: the driver does not know the end of every function.
			connection.unwrap(BaseConnection.class).getQueryExecutor().setPreferQueryMode(PreferQueryMode.SIMPLE);
			statement.setEscapeProcessing(false);
			statement.execute(new ClassPathResource("backup/hostile.sql").getContentAsString(StandardCharsets.UTF_8));
		}
		for (var engine : fitting() ? List.of(CopySettings.Engine.PG_DUMP, CopySettings.Engine.COPY)
				: List.of(CopySettings.Engine.COPY)) {
			var fixture = new BackupFixture(this.data, own, hostile,
					new CopySettings(2, engine, null, SealKeys.NONE, Pace.UNLIMITED));

			assertThat(fixture.verify(fixture.take("step-" + engine)).findings()).as("%s", engine).isEmpty();
		}
		hostile.drop();
	}

	@Test
	void bothEnginesSeeTheSame() {
		var dumped = dumping().take("step-1");
		var copied = with(CopySettings.Engine.COPY).take("step-2");

		assertThat(dumped.dataDigest()).isEqualTo(copied.dataDigest());
		assertThat(dumped.rows()).isEqualTo(copied.rows());
	}

	@Test
	void anEmptiedFileIsFoundThoughTheToolWouldNotMind() throws IOException {
		var fixture = dumping();
		var backup = fixture.take("step-1");
		var file = fixture.store.open(backup.id())
			.manifest()
			.files()
			.keySet()
			.stream()
			.filter((name) -> name.matches("dump/\\d+\\.dat\\.gz"))
			.findFirst()
			.orElseThrow();
		var path = fixture.fileOf(backup, file);
		var size = (int) Files.size(path);
		Files.delete(path);
		Files.write(path, new byte[size]);

		assertThat(fixture.verify(backup).findings())
			.containsExactly("File %s was changed: its SHA-256 is not the manifest's".formatted(file));
	}

	@Test
	void leavesNothingWhenItIsCancelled() {
		var fixture = dumping();
		Progress cancelled = new Progress() {

			@Override
			public void at(long done, long total, String unit) {
			}

			@Override
			public void checkpoint() {
				throw new CancellationException("told to stop");
			}

		};

		assertThatExceptionOfType(CancellationException.class)
			.isThrownBy(() -> fixture.backups.take("shop", "step-1", "run-1", cancelled));

		assertThat(fixture.store.ids()).isEmpty();
		assertThat(this.data.resolve("backups")).isEmptyDirectory();
	}

	@Test
	void aToolThatIsTooOldIsNamedAndAutoGoesOnWithout() throws IOException {
		var tools = Files.createDirectories(this.data.resolve("bin"));
		for (var name : List.of("pg_dump", "pg_restore")) {
			assumeTrue(Files.writeString(tools.resolve(name), "#!/bin/sh\necho \"pg_dump (PostgreSQL) 9.6.24\"\n")
				.toFile()
				.setExecutable(true), "scripts cannot be run here");
		}
		var explicit = new BackupFixture(this.data, own, shop,
				new CopySettings(2, CopySettings.Engine.PG_DUMP, tools, SealKeys.NONE, Pace.UNLIMITED));
		var auto = new BackupFixture(this.data, own, shop,
				new CopySettings(2, CopySettings.Engine.AUTO, tools, SealKeys.NONE, Pace.UNLIMITED));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> explicit.take("step-1"))
			.withMessageContaining("of version 17 or later is needed")
			.withMessageContaining("pg_dump 9.6.24 in " + tools);
		assertThat(auto.take("step-1").engine()).isEqualTo("copy");
	}

	@Test
	void isNotAskedForWhatItCannotDo() throws IOException {
		var key = Files.writeString(this.data.resolve("sealing.key"), "2b".repeat(32));
		var sealed = new BackupFixture(this.data, own, shop, new CopySettings(2, CopySettings.Engine.PG_DUMP, null,
				new SealKeys("file:" + key, List.of()), Pace.UNLIMITED));
		var slow = new BackupFixture(this.data, own, shop,
				new CopySettings(2, CopySettings.Engine.AUTO, null, SealKeys.NONE, Pace.of(1 << 30)));

		assertThatExceptionOfType(Rejected.class).isThrownBy(() -> sealed.take("step-1"))
			.withMessageContaining("can neither encrypt");
		assertThat(slow.take("step-2").engine()).isEqualTo("copy");
	}

}
