package dev.backout.backup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.backup.pgdump.PgTools;
import dev.backout.database.Secret;
import dev.backout.database.Target;
import dev.backout.fingerprint.DataFingerprint;
import dev.backout.fingerprint.Scope;
import dev.backout.fingerprint.TableFingerprint;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A backup with digests and SHA-256 against the bare tool, and proven against dumped and
 * restored without a proof, in interleaved rounds on one server.
 * {@code -Dbench.percent=100} is 1.4 GB, 1 is for looking whether it runs. Without a
 * fitting {@code pg_dump} the result says so.
 */
@Tag("bench")
class BackupBench {

	static final int ROUNDS = Integer.getInteger("bench.rounds", 5);

	static final int PERCENT = Integer.getInteger("bench.percent", 100);

	static final int WORKERS = 2;

	static final Path RESULT = Path.of("target/bench/backup.json");

	@TempDir
	Path directory;

	final Map<String, List<Double>> wall = new LinkedHashMap<>();

	final Map<String, List<Double>> cpu = new LinkedHashMap<>();

	EmbeddedPostgres server;

	Target target;

	@Test
	void copyWithProofAgainstBareTools() throws Exception {
		if (PgTools.installed(null).isEmpty()) {
			throw skipped("there is no pg_dump on the path or in the usual places: nothing to compare with");
		}
		this.server = EmbeddedPostgres.builder()
			.setDataDirectory(this.directory.resolve("server"))
			.setServerConfig("fsync", "on")
			.setServerConfig("shared_buffers", "512MB")
			.setServerConfig("max_wal_size", "4GB")
			// It would work beside one or the other, as chance has it.
			.setServerConfig("autovacuum", "off")
			.start();
		try {
			compare();
		}
		finally {
			this.server.close();
		}
	}

	private static TestAbortedException skipped(String why) throws IOException {
		Files.createDirectories(RESULT.getParent());
		new JsonMapper().writeValue(RESULT.toFile(), Map.of("skipped", why));
		return new TestAbortedException(why);
	}

	private void compare() throws Exception {
		this.target = new Target("bench", "jdbc:postgresql://127.0.0.1:%d/bench".formatted(this.server.getPort()),
				"postgres", Secret.of("postgres"));
		var major = Integer
			.parseInt(ask(this.target.at("postgres"), "select current_setting('server_version_num')::int / 10000"));
		var tools = PgTools.fitting(PgTools.installed(null), major);
		if (tools.isEmpty()) {
			throw skipped(
					"no pg_dump of version %d or later is installed, and an older one cannot dump this server: install one, or take an older server as docs/explain/backup.md says"
						.formatted(major));
		}
		execute(this.target.at("postgres"), "create database bench");
		var sql = Files.readString(Path.of("src/test/resources/backup/bench.sql"))
			.replace("* :scale", "/ 100 * " + PERCENT);
		execute(this.target, sql);
		execute(this.target, "vacuum analyze");
		var size = Long.parseLong(ask(this.target, "select pg_database_size('bench')"));
		var files = BackupFiles.in(this.directory.resolve("backups"), this.directory.resolve("key"), WORKERS,
				Clock.systemUTC());
		// The application runs for weeks, the tool is compiled: one round to warm up.
		round(files, tools.get(), 0);
		this.wall.clear();
		this.cpu.clear();
		for (int round = 1; round <= ROUNDS; round++) {
			round(files, tools.get(), round);
		}
		digests();
		write(tools.get(), size);
	}

	private void round(BackupFiles files, PgTools tools, int round) throws Exception {
		var dump = this.directory.resolve("dump");
		var backup = new Backup[1];
		Work bare = () -> timed("pg_dump -Fd -j2 -Z1", () -> {
			try (var process = new Plain(tools.directory().resolve("pg_dump"), this.target, "-Fd", "-j" + WORKERS,
					"-Z1", "-f", dump.toString())) {
				process.await();
			}
		});
		Work ours = () -> timed("take",
				() -> backup[0] = files.take(this.target, "round-" + round, Duration.ZERO, Progress.NONE));
		swapped(round, bare, ours);
		execute(this.target.at("postgres"), "create database bare template template0");
		Work bareRestore = () -> timed("pg_restore -j2", () -> {
			try (var process = new Plain(tools.directory().resolve("pg_restore"), this.target, "-j" + WORKERS, "-d",
					"bare", dump.toString())) {
				process.await();
			}
		});
		Work verify = () -> timed("verify",
				() -> assertThat(files.verify(backup[0].id(), this.target, Scrutiny.USUAL, Progress.NONE).findings())
					.isEmpty());
		swapped(round, bareRestore, verify);
		execute(this.target.at("postgres"), "drop database bare");
		this.wall.computeIfAbsent("dump MB", (key) -> new ArrayList<>()).add(megabytes(dump));
		this.wall.computeIfAbsent("backup MB", (key) -> new ArrayList<>()).add(backup[0].bytes() / 1e6);
		delete(dump);
		files.retire(backup[0].id(), Instant.now().plusSeconds(60));
	}

	/** Who goes first changes from round to round. */
	private static void swapped(int round, Work one, Work other) throws Exception {
		if (round % 2 == 0) {
			one.run();
			other.run();
		}
		else {
			other.run();
			one.run();
		}
	}

	/** Alone in one session, table by table, as the figure asks. */
	private void digests() throws Exception {
		try (var connection = this.target.open(); var statement = connection.createStatement()) {
			statement.execute("set max_parallel_workers_per_gather = 0; set jit = off; set timezone = 'UTC'");
			for (int round = 0; round < ROUNDS; round++) {
				for (var table : DataFingerprint.tablesOf(connection, Scope.EVERYTHING)) {
					timed("copy to /dev/null", () -> statement.execute("copy %s to '/dev/null'".formatted(table)));
					timed("digest", () -> TableFingerprint.of(connection, table, ""));
				}
			}
		}
	}

	private void timed(String what, Work work) throws Exception {
		var inSession = what.startsWith("copy") || what.equals("digest");
		if (!inSession) {
			execute(this.target, "checkpoint");
			settle();
		}
		var cpuBefore = cpuSeconds();
		var before = System.nanoTime();
		work.run();
		this.wall.computeIfAbsent(what, (key) -> new ArrayList<>()).add((System.nanoTime() - before) / 1e9);
		if (!inSession) {
			settle();
			this.cpu.computeIfAbsent(what, (key) -> new ArrayList<>()).add(cpuSeconds() - cpuBefore);
		}
	}

	/**
	 * Until the backends are gone whose time counts: it is the server's only once it has
	 * buried them, which is after they have left the list of sessions.
	 */
	private void settle() {
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(Duration.ofMillis(20)).until(() -> {
			try (var children = postmaster().children()) {
				return children.map(BackupBench::title).noneMatch((title) -> title.isEmpty() || title.contains("("));
			}
		});
	}

	/** A client's session has an address in its title; who is dead has none. */
	private static String title(ProcessHandle process) {
		try {
			return Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid())));
		}
		catch (IOException ex) {
			return "gone";
		}
	}

	private ProcessHandle postmaster() throws IOException {
		return ProcessHandle
			.of(Long.parseLong(Files.readAllLines(this.directory.resolve("server/postmaster.pid")).get(0)))
			.orElseThrow();
	}

	/**
	 * Ours, of the tools that ended, and of the backends that ended; 0 where it cannot be
	 * told.
	 */
	private double cpuSeconds() throws IOException {
		var bean = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
		return bean.getProcessCpuTime() / 1e9 + children(ProcessHandle.current().pid()) + children(postmaster().pid());
	}

	private static double children(long pid) throws IOException {
		var stat = Path.of("/proc/%d/stat".formatted(pid));
		if (Files.notExists(stat)) {
			return 0;
		}
		var text = Files.readString(stat);
		var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
		return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
	}

	private void write(PgTools tools, long size) throws IOException {
		var result = new LinkedHashMap<String, Object>();
		result.put("compared",
				"""
						take: engine copy, %d workers, zstd, content digest of every row, SHA-256 of every file, signed manifest, schema rebuilt in a scratch database, files forced to disk. \
						bare: pg_dump -Fd -j%d -Z1. verify: restore into a scratch database, schema and rows compared, indexes checked (amcheck). bare: pg_restore -j%d into a new database. \
						Same server (PostgreSQL %s embedded, fsync on, 512 MB of buffers), same data, who goes first alternates, a checkpoint before each, one round to warm up"""
					.formatted(WORKERS, WORKERS, WORKERS, ask("show server_version")));
		result.put("tool", tools.toString());
		result.put("databaseBytes", size);
		result.put("rounds", ROUNDS);
		result.put("processors", Runtime.getRuntime().availableProcessors());
		result.put("wallSeconds", this.wall);
		result.put("cpuSeconds", this.cpu);
		for (var measure : Map.of("wall", this.wall, "cpu", this.cpu).entrySet()) {
			var of = measure.getValue();
			result.put("takeAgainstDump." + measure.getKey(), ratio(of.get("take"), of.get("pg_dump -Fd -j2 -Z1")));
			result.put("takeAndVerifyAgainstDumpAndRestore." + measure.getKey(),
					ratio(sum(of.get("take"), of.get("verify")),
							sum(of.get("pg_dump -Fd -j2 -Z1"), of.get("pg_restore -j2"))));
		}
		result.put("digestAgainstCopyToNull.wall",
				total(this.wall.get("digest")) / total(this.wall.get("copy to /dev/null")));
		Files.createDirectories(RESULT.getParent());
		JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValue(RESULT.toFile(), result);
	}

	private String ask(String sql) {
		try {
			return ask(this.target, sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The median of the rounds' ratios: neighbours disturb both halves of a round alike.
	 */
	private static double ratio(List<Double> some, List<Double> others) {
		var ratios = new ArrayList<Double>();
		for (int i = 0; i < some.size(); i++) {
			ratios.add(some.get(i) / others.get(i));
		}
		ratios.sort(Comparator.naturalOrder());
		return ratios.get(ratios.size() / 2);
	}

	private static List<Double> sum(List<Double> some, List<Double> others) {
		var sums = new ArrayList<Double>();
		for (int i = 0; i < some.size(); i++) {
			sums.add(some.get(i) + others.get(i));
		}
		return sums;
	}

	private static double total(List<Double> values) {
		return values.stream().mapToDouble(Double::doubleValue).sum();
	}

	private static double megabytes(Path directory) throws IOException {
		try (var paths = Files.walk(directory)) {
			return paths.filter(Files::isRegularFile).mapToLong((path) -> path.toFile().length()).sum() / 1e6;
		}
	}

	private static void delete(Path directory) throws IOException {
		try (var paths = Files.walk(directory)) {
			for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(path);
			}
		}
	}

	private static void execute(Target target, String sql) throws SQLException {
		try (var connection = target.open("bench"); var statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String ask(Target target, String sql) throws SQLException {
		try (Connection connection = target.open();
				var statement = connection.createStatement();
				var rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

	private interface Work {

		void run() throws Exception;

	}

	/** A tool as somebody would call it by hand. */
	private static final class Plain implements AutoCloseable {

		private final Process process;

		Plain(Path tool, Target target, String... options) throws IOException {
			var command = new ArrayList<String>();
			command.add(tool.toString());
			command.addAll(List.of(options));
			var builder = new ProcessBuilder(command).inheritIO();
			var address = target.url().substring("jdbc:postgresql://".length());
			builder.environment().put("PGHOST", address.substring(0, address.indexOf(':')));
			builder.environment().put("PGPORT", address.substring(address.indexOf(':') + 1, address.indexOf('/')));
			builder.environment().put("PGUSER", target.user());
			builder.environment().put("PGPASSWORD", target.password().value());
			if (tool.endsWith("pg_dump")) {
				builder.environment().put("PGDATABASE", target.database());
			}
			this.process = builder.start();
		}

		void await() throws InterruptedException {
			assertThat(this.process.waitFor()).isZero();
		}

		@Override
		public void close() {
			this.process.destroy();
		}

	}

}
