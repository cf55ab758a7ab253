package dev.backout.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.migration.ApplyRefused;
import dev.backout.migration.ChangelogSource;
import dev.backout.migration.MigrationOptions;
import dev.backout.migration.MigrationSession;
import dev.backout.migration.ProofOptions;
import dev.backout.migration.Prover;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Servers that take no writes: a standby that streams, and one that is read-only. */
class StandbyTests {

	@TempDir
	static Path place;

	static EmbeddedPostgres primary;

	static EmbeddedPostgres standby;

	static ChangelogSource source;

	/** A standby is a cold copy of its primary that knows where to go on from. */
	@BeforeAll
	static void start() throws Exception {
		var port = freePort();
		server(place.resolve("primary"), port).close();
		FileSystemUtils.copyRecursively(place.resolve("primary"), place.resolve("standby"));
		primary = server(place.resolve("primary"), port);
		var copy = place.resolve("standby");
		Files.createFile(copy.resolve("standby.signal"));
		Files.setPosixFilePermissions(copy, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
		Files.writeString(copy.resolve("postgresql.auto.conf"),
				"primary_conninfo = 'host=127.0.0.1 port=%d user=postgres'\n".formatted(port));
		standby = server(copy, freePort());
		Files.writeString(place.resolve("c.sql"), """
				--liquibase formatted sql
				--changeset a:1
				create table fresh (id int);
				--changeset a:2
				drop table fresh;
				""");
		source = new ChangelogSource(place, "c.sql");
	}

	@AfterAll
	static void stop() throws IOException {
		standby.close();
		primary.close();
	}

	private static EmbeddedPostgres server(Path directory, int port) throws IOException {
		return EmbeddedPostgres.builder()
			.setDataDirectory(directory)
			.setCleanDataDirectory(false)
			.setPort(port)
			.setServerConfig("max_wal_senders", "3")
			.setPGStartupWait(Duration.ofSeconds(60))
			.start();
	}

	private static int freePort() throws IOException {
		try (var socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static Target target(EmbeddedPostgres server, String user) {
		return new Target("shop", "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.getPort()), user,
				Secret.of("postgres"));
	}

	private static void sql(String statement) throws SQLException {
		try (var connection = primary.getPostgresDatabase().getConnection(); var work = connection.createStatement()) {
			work.execute("set default_transaction_read_only = off");
			work.execute(statement);
		}
	}

	private static String one(EmbeddedPostgres server, String query) throws SQLException {
		try (var connection = server.getPostgresDatabase().getConnection();
				var work = connection.createStatement();
				var rows = work.executeQuery(query)) {
			rows.next();
			return String.valueOf(rows.getString(1));
		}
	}

	private static void open(Target target) throws SQLException {
		try (var connection = target.open("test")) {
			MigrationSession.open(connection, source, MigrationOptions.of("test")).close();
		}
	}

	@Test
	void aStandbyIsRefusedByNameAndItsPrimaryIsNot() throws Exception {
		assertThat(one(standby, "select status from pg_stat_wal_receiver")).isIn("streaming", "starting", "waiting");

		assertThatThrownBy(() -> open(target(standby, "postgres"))).isInstanceOf(ApplyRefused.class)
			.hasMessage("Database 'postgres' is a standby and takes no writes; name its primary as the target");

		open(target(primary, "postgres"));
		assertThat(one(primary, "select count(*) from pg_namespace where nspname = 'backout'")).isEqualTo("0");
	}

	@Test
	void nothingIsProvenOnAStandby() throws Exception {
		assertThatThrownBy(() -> Prover.prove(source, target(standby, "postgres"), ProofOptions.DEFAULT))
			.isInstanceOf(ApplyRefused.class)
			.hasMessageContaining("is a standby");
		var url = target(standby, "postgres").url();
		Files.writeString(place.resolve("password"), "postgres");

		for (var how : new String[] { "--in-place", "--no-rows" }) {
			var heard = new java.io.ByteArrayOutputStream();
			var err = System.err;
			System.setErr(new java.io.PrintStream(heard, true, java.nio.charset.StandardCharsets.UTF_8));
			try {
				assertThat(Cli.run(Object.class, "prove", place.resolve("c.sql").toString(), "--url", url, how,
						"--password", "file:" + place.resolve("password")))
					.isEqualTo(2);
			}
			finally {
				System.setErr(err);
			}
			assertThat(heard.toString(java.nio.charset.StandardCharsets.UTF_8)).as(how)
				.contains("Database 'postgres' is a standby")
				.doesNotContain("Exception");
		}
	}

	@Test
	void aServerThatIsReadOnlyIsRefusedUntilSomebodyTakesThatBack() throws Exception {
		sql("alter system set default_transaction_read_only = on");
		sql("select pg_reload_conf()");
		try {
			assertThatThrownBy(() -> open(target(primary, "postgres"))).isInstanceOf(ApplyRefused.class)
				.hasMessageContaining("The server of 'postgres' is read-only")
				.hasMessageContaining("default_transaction_read_only");
		}
		finally {
			sql("alter system reset default_transaction_read_only");
			sql("select pg_reload_conf()");
		}

		open(target(primary, "postgres"));
	}

	@Test
	void aUserWhoOnlyReadsIsRefusedEvenWhereTheDatabaseIsFrozen() throws Exception {
		sql("create role reader login password 'postgres' in role pg_read_all_data, pg_write_all_data");
		sql("alter role reader set default_transaction_read_only = on");
		sql("grant all on schema public to reader");
		sql("grant create on database postgres to reader");
		sql("alter database postgres set default_transaction_read_only = on");

		assertThatThrownBy(() -> open(target(primary, "reader"))).isInstanceOf(ApplyRefused.class)
			.hasMessageContaining("User 'reader' is read-only on 'postgres'")
			.hasMessageContaining("alter role reader reset default_transaction_read_only");

		sql("alter role reader reset default_transaction_read_only");
		open(target(primary, "reader"));
		sql("alter database postgres reset default_transaction_read_only");
	}

}
