package dev.backout.ledger;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backout.OwnTables;
import dev.backout.database.EmbeddedServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.backout.ledger.LedgerFixture.aDeed;
import static org.assertj.core.api.Assertions.assertThat;

/** How fast the ledger takes entries, and how fast it can be verified offline. */
@Tag("bench")
class LedgerBench {

	static final int THREADS = Integer.getInteger("bench.ledger.threads", 8);

	static final int APPENDS = Integer.getInteger("bench.ledger.appends", 12_000);

	static final int LEAVES = Integer.getInteger("bench.ledger.leaves", 1_000_000);

	static final int ROUNDS = 3;

	@TempDir
	Path directory;

	/**
	 * On a server of its own, as it ships: the one of the tests does not wait for the
	 * disk.
	 */
	@Test
	void appends() throws Exception {
		try (var server = EmbeddedServer.start(this.directory.resolve("postgres"), 0)) {
			server.ensureDatabase("ledger");
			var config = new HikariConfig();
			config.setJdbcUrl(server.url("ledger"));
			config.setUsername("postgres");
			config.setPassword("postgres");
			config.setMaximumPoolSize(THREADS + 2);
			try (var pool = new HikariDataSource(config)) {
				OwnTables.in(pool, "010-ledger");
				append(LedgerFixture.on(pool, this.directory));
			}
		}
	}

	private void append(LedgerFixture fixture) throws Exception {
		var fsync = fixture.jdbc.sql("select current_setting('fsync')").query(String.class).single();
		var commit = fixture.jdbc.sql("select current_setting('synchronous_commit')").query(String.class).single();
		appendAll(fixture, APPENDS / 10, THREADS);
		var alone = new ArrayList<Long>();
		var together = new ArrayList<Long>();
		for (int round = 0; round < ROUNDS; round++) {
			alone.add(perSecond(APPENDS / 10, appendAll(fixture, APPENDS / 10, 1)));
			together.add(perSecond(APPENDS, appendAll(fixture, APPENDS, THREADS)));
		}
		var begin = System.nanoTime();
		fixture.tree.grow();
		var placed = (System.nanoTime() - begin) / 1_000_000;
		var figures = new LinkedHashMap<String, Object>();
		figures.put("fsync", fsync);
		figures.put("synchronousCommit", commit);
		figures.put("threads", THREADS);
		figures.put("appendsPerSecond", together);
		figures.put("appendsPerSecondOneThread", alone);
		figures.put("placedInTreeMillis", placed);
		figures.put("leaves", fixture.tree.size());
		write("ledger-appends", figures);
		assertThat(fsync + commit).isEqualTo("onon");
		assertThat(fixture.tree.size()).isEqualTo(APPENDS / 10 + ROUNDS * (APPENDS + APPENDS / 10L));
	}

	private static long appendAll(LedgerFixture fixture, int count, int threads) throws Exception {
		var next = new AtomicLong();
		var workers = Executors.newFixedThreadPool(threads);
		try {
			var work = new ArrayList<Callable<Void>>();
			for (int thread = 0; thread < threads; thread++) {
				work.add(() -> {
					for (long number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
						fixture.append(aDeed("run-" + number % 100, (int) number));
					}
					return null;
				});
			}
			var begin = System.nanoTime();
			for (var done : workers.invokeAll(work)) {
				done.get();
			}
			return System.nanoTime() - begin;
		}
		finally {
			workers.shutdown();
		}
	}

	private static long perSecond(int count, long nanos) {
		return Math.round(count / (nanos / 1e9));
	}

	@Test
	void verification() throws Exception {
		var file = this.directory.resolve("million.ledger");
		var key = SigningKey.in(this.directory.resolve("ledger.key"), "backout/test");
		try (var out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
			writeExport(out, key);
		}
		var wall = new ArrayList<Long>();
		var cpu = new ArrayList<Long>();
		var reading = new ArrayList<Long>();
		for (int round = 0; round < ROUNDS; round++) {
			var begin = System.nanoTime();
			try (var in = Files.newInputStream(file)) {
				in.transferTo(OutputStream.nullOutputStream());
			}
			reading.add((System.nanoTime() - begin) / 1_000_000);
			begin = System.nanoTime();
			var cpuBegin = cpuNanos();
			try (var in = Files.newInputStream(file)) {
				var verified = new LedgerVerifier(List.of(key.verifier()), List.of()).verify(in);
				assertThat(verified.head().size()).isEqualTo(LEAVES);
			}
			wall.add((System.nanoTime() - begin) / 1_000_000);
			cpu.add((cpuNanos() - cpuBegin) / 1_000_000);
		}
		write("ledger-verification", Map.of("leaves", LEAVES, "bytes", Files.size(file), "verifyMillis", wall,
				"verifyCpuMillis", cpu, "readOnlyMillis", reading));
	}

	/** As the export writes it, with a checkpoint every tenth of the way. */
	private static void writeExport(OutputStream out, SigningKey key) throws IOException {
		var edge = new Merkle.Edge();
		line(out, LedgerExport.HEADER);
		for (int number = 0; number < LEAVES; number++) {
			var leaf = Leaf.of(aDeed("run-%d".formatted(number / 40), number));
			var text = leaf.head() + "2026-11-22T03:00:00.%06dZ".formatted(number % 1_000_000) + leaf.tail();
			line(out, LedgerExport.LEAF + text);
			edge.add(Merkle.leafHash(text.getBytes(StandardCharsets.UTF_8)), null);
			if ((number + 1) % (LEAVES / 10) == 0) {
				var head = new TreeHead(edge.size(), java.util.Base64.getEncoder().encodeToString(edge.root()));
				for (var line : SignedNote.sign("backout/test", head, key).split("\n")) {
					line(out, (LedgerExport.NOTE + line).stripTrailing());
				}
			}
		}
	}

	private static void line(OutputStream out, String line) throws IOException {
		out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
	}

	private static long cpuNanos() {
		return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

	private static void write(String name, Map<String, Object> figures) throws IOException {
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/%s.json".formatted(name)).toFile(), figures);
	}

}
