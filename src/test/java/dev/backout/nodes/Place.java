package dev.backout.nodes;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.backout.Backout;
import dev.backout.kernel.Digests;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;

/**
 * Where nodes live: one PostgreSQL server with their database and the demo's shop, one
 * data directory that they share, one mail server. It can be taken back to the moment
 * before the rollback.
 */
final class Place implements AutoCloseable {

	static final int ROWS = 20_000;

	private static final String TOKEN = "bko_of-%s";

	private static final List<String> PEOPLE = List.of("mira", "omar", "lena", "jonas", "aris");

	final Path root;

	final Path directory;

	final GreenMail mail = new GreenMail(new ServerSetup(freePort(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

	private final EmbeddedPostgres postgres;

	Place(Path root) {
		this.root = root;
		this.directory = root.resolve("data");
		try {
			Files.createDirectories(this.directory);
			this.postgres = EmbeddedPostgres.builder().setServerConfig("max_connections", "300").start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.mail.start();
		server().sql("create database backout").update();
	}

	/** One that stays: the mail server goes and comes back. */
	private static int freePort() {
		try (var free = new java.net.ServerSocket(0)) {
			return free.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Sets the demo up once, and remembers it. */
	Place furnish() {
		try (var node = Node.start(this, Backout.class, List.of())) {
			node.ready();
			PEOPLE.forEach(this::giveToken);
			node.stop();
		}
		for (var name : List.of("backout", "shop")) {
			server().sql("alter database %s rename to %s_before".formatted(name, name)).update();
		}
		copy(this.directory, this.root.resolve("before"));
		return this;
	}

	private void giveToken(String person) {
		database("backout").sql("""
				insert into backout.api_token (person, name, hash, roles, created_at, expires_at)
				select id, 'nodes', decode(:hash, 'hex'), roles, now(), now() + interval '1 day'
				from backout.person where id = :person
				""").param("person", person).param("hash", Digests.sha256Hex(token(person))).update();
	}

	static String token(String person) {
		return TOKEN.formatted(person);
	}

	/** Back to the moment before the rollback; no node may be alive. */
	void reset() {
		for (var name : List.of("backout", "shop")) {
			server().sql("drop database if exists %s with (force)".formatted(name)).update();
			server().sql("create database %s template %s_before".formatted(name, name)).update();
		}
		try {
			FileSystemUtils.deleteRecursively(this.directory);
			this.mail.purgeEmailFromAllMailboxes();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		copy(this.root.resolve("before"), this.directory);
	}

	private static void copy(Path from, Path to) {
		try {
			FileSystemUtils.copyRecursively(from, to);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String url(String database) {
		return "jdbc:postgresql://127.0.0.1:%d/%s?reWriteBatchedInserts=true".formatted(this.postgres.getPort(),
				database);
	}

	JdbcClient database(String name) {
		return JdbcClient.create(this.postgres.getDatabase("postgres", name));
	}

	private JdbcClient server() {
		return JdbcClient.create(this.postgres.getPostgresDatabase());
	}

	List<String> settings() {
		return List.of("--spring.datasource.url=" + url("backout"), "--spring.datasource.username=postgres",
				"--spring.datasource.password=postgres", "--backout.data-dir=" + this.directory,
				"--backout.demo.enabled=true", "--backout.demo.rows=" + ROWS, "--backout.demo.traffic=false",
				"--backout.mail.host=127.0.0.1", "--backout.mail.port=" + this.mail.getSmtp().getPort(),
				"--backout.mail.starttls=never");
	}

	/** Makes room for plans of where nodes are to be caught. */
	void snares() {
		server().sql("create database snares").update();
		database("snares").sql("""
				create table plan (step text, phase text, primary key (step, phase));
				create table log (pid bigint, step text, phase text, at timestamptz default clock_timestamp())
				""").update();
	}

	List<String> snareSettings() {
		return List.of("--snares=" + url("snares"));
	}

	void plan(List<String> steps, String phase) {
		steps.forEach((step) -> database("snares").sql("insert into plan values (:step, :phase)")
			.param("step", step)
			.param("phase", phase)
			.update());
	}

	void withdraw(String step, String phase) {
		database("snares").sql("delete from plan where step = :step and phase = :phase")
			.param("step", step)
			.param("phase", phase)
			.update();
	}

	void forgetSnares() {
		database("snares").sql("truncate plan, log").update();
	}

	/** The process that stands still there. */
	Optional<Long> caught(String step, String phase) {
		return database("snares").sql("select pid from log where step = :step and phase = :phase")
			.param("step", step)
			.param("phase", phase)
			.query(Long.class)
			.optional();
	}

	/**
	 * What the application needs, without the tests' own classes, which it would scan.
	 */
	String classPath() {
		var own = this.root.resolve("classes");
		if (!Files.exists(own)) {
			// Nodes start again and again: nobody compiles beneath them.
			copy(Path.of("target/classes"), own);
			copySnares(own.resolve("dev/backout/nodes"));
		}
		return Stream
			.concat(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
				.filter((entry) -> !entry.endsWith("classes")), Stream.of(own.toString()))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static void copySnares(Path to) {
		try (var classes = Files.list(Path.of("target/test-classes/dev/backout/nodes"))) {
			Files.createDirectories(to);
			for (var file : classes.filter((file) -> file.getFileName().toString().startsWith("SnaredNode")).toList()) {
				Files.copy(file, to.resolve(file.getFileName()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** For whoever waits on the demo. */
	static Duration soon() {
		return Duration.ofMinutes(4);
	}

	@Override
	public void close() {
		this.mail.stop();
		try {
			this.postgres.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
