package dev.backout.nodes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.backout.Backout;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two real nodes roll the demo's release back, with the settings that everybody has. One
 * is killed, stopped or frozen; what is left behind must equal an undisturbed rollback.
 */
@Tag("bench")
class KilledNodesTests {

	/**
	 * Heartbeats stop, the lock of 10 s runs out, somebody looks within half a second.
	 */
	static final double TAKE_OVER_SECONDS = 15;

	@TempDir(cleanup = CleanupMode.ON_SUCCESS)
	static Path root;

	static Place place;

	static EndState undisturbed;

	final List<Node> nodes = new ArrayList<>();

	@BeforeAll
	static void rollBackUndisturbed() throws Exception {
		place = new Place(root).furnish();
		place.reset();
		place.snares();
		try (var node = Node.start(place, Backout.class, List.of())) {
			var rollback = Rollback.declare(place, List.of(node.ready()));
			finish(rollback);
			undisturbed = EndState.of(place, rollback);
			node.stop();
		}
		assertThat(undisturbed.outcome()).startsWith("DONE");
		assertThat(undisturbed.ledger()).isEmpty();
		assertThat(undisturbed.letters()).isNotEmpty().allSatisfy((letter, copies) -> assertThat(copies).isEqualTo(1));
	}

	@AfterAll
	static void leave() {
		place.close();
	}

	@AfterEach
	void endNodes() {
		this.nodes.forEach(Node::close);
	}

	/**
	 * Kills a node at work at random moments, several times in one run;
	 * {@code -Drounds=n -Dkills=n -Dseed=n}.
	 */
	@Test
	void killedAtRandomMoments() throws Exception {
		var seed = Long.getLong("seed", System.nanoTime());
		var random = new Random(seed);
		var results = new ArrayList<Map<String, Object>>();
		for (int round = 0; round < Integer.getInteger("rounds", 2); round++) {
			begin(Backout.class, 3);
			var rollback = Rollback.declare(place, this.nodes);
			for (int kill = 0; kill < Integer.getInteger("kills", 6) && !rollback.ended(); kill++) {
				killSomewhere(rollback, random).ifPresent(results::add);
			}
			finish(rollback);
			equalsUndisturbed(rollback);
			end();
		}
		assertThat(results).as("kills that hit a step").isNotEmpty();
		write("two-nodes-random", Map.of("seed", seed, "kills", results, "end", "as undisturbed"));
	}

	/** Some time after a step begins somewhere, kills that node. */
	private Optional<Map<String, Object>> killSomewhere(Rollback rollback, Random random) throws Exception {
		await().atMost(Place.soon()).pollInterval(Duration.ofMillis(20)).until(() -> {
			// A new node takes a while: with one alone there would be nobody to take
			// over.
			rollback.answer();
			return rollback.ended() || (this.nodes.stream().filter(Node::healthy).count() > 1
					&& this.nodes.stream().anyMatch((node) -> !rollback.workOf(node).isEmpty()));
		});
		await().pollDelay(Duration.ofMillis(random.nextInt(1500))).until(() -> true);
		var victim = this.nodes.stream()
			.filter((node) -> !rollback.workOf(node).isEmpty())
			.findFirst()
			.orElseGet(() -> this.nodes.get(random.nextInt(this.nodes.size())));
		var hit = rollback.workOf(victim).stream().findFirst();
		var killed = victim.kill();
		this.nodes.remove(victim);
		this.nodes.add(Node.start(place, Backout.class, List.of()));
		if (hit.isEmpty()) {
			return Optional.empty();
		}
		// What it had at work may have ended between the look and the kill.
		await().atMost(Place.soon()).pollInterval(Duration.ofMillis(50)).until(() -> {
			rollback.answer();
			var now = rollback.work(hit.get().key()).orElseThrow();
			return now.attempt() > hit.get().attempt() || !now.state().equals("RUNNING");
		});
		var again = rollback.work(hit.get().key()).orElseThrow();
		var seconds = Duration.between(killed, again.triedAt()).toMillis() / 1000.0;
		var taken = again.attempt() > hit.get().attempt();
		assertThat(taken ? seconds : 0).isLessThan(TAKE_OVER_SECONDS);
		return Optional.of(Map.of("step", hit.get().step(), "takenOverAfterSeconds", taken ? seconds : "had ended"));
	}

	/**
	 * Every step, before, during and after its work, by SIGKILL; writes the table of the
	 * docs.
	 */
	@Test
	void killedAtEveryStep() throws Exception {
		var results = new ArrayList<WrittenTable.Hit>();
		for (var phase : List.of("before", "during", "after")) {
			begin(SnaredNode.class, 3);
			place.plan(Rollback.STEPS, phase);
			var rollback = Rollback.declare(place, this.nodes);
			for (var step : Rollback.STEPS) {
				var pid = caught(rollback, step, phase);
				var victim = this.nodes.stream().filter((node) -> node.process.pid() == pid).findFirst().orElseThrow();
				var hit = rollback.workOf(victim).stream().filter((work) -> work.step().equals(step)).toList();
				othersAreReady(victim);
				var killed = victim.kill();
				this.nodes.remove(victim);
				this.nodes.add(Node.start(place, SnaredNode.class, place.snareSettings()));
				results.add(taken("kill", step, phase, rollback, hit, killed));
			}
			finish(rollback);
			equalsUndisturbed(rollback);
			results.replaceAll((hit) -> hit.phase().equals(phase) ? ended(hit, rollback) : hit);
			end();
		}
		write("crash-matrix", results);
		WrittenTable.write(WrittenTable.PAGE, "crash matrix",
				"""
						Run of %s, lock 10 s, %d processors: %d kills in three runs, each of which ended as the undisturbed one. From the
						kill to the next attempt, and which attempt ended the step, how:"""
					.formatted(LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors(),
							results.size()),
				results);
	}

	/**
	 * Every step, in the middle of its work, by SIGSTOP; it goes on two lock times later.
	 */
	@Test
	void frozenAtEveryStep() throws Exception {
		var results = new ArrayList<WrittenTable.Hit>();
		begin(SnaredNode.class, 2);
		place.plan(Rollback.STEPS, "during");
		place.withdraw("Task_Freeze", "during");
		place.withdraw("Task_ThawResolved", "during");
		place.plan(List.of("Task_Freeze", "Task_ThawResolved"), "after");
		var rollback = Rollback.declare(place, this.nodes);
		for (var step : Rollback.STEPS) {
			var phase = List.of("Task_Freeze", "Task_ThawResolved").contains(step) ? "after" : "during";
			var pid = caught(rollback, step, phase);
			var victim = this.nodes.stream().filter((node) -> node.process.pid() == pid).findFirst().orElseThrow();
			var hit = rollback.workOf(victim).stream().filter((work) -> work.step().equals(step)).toList();
			victim.signal("STOP");
			var frozen = Instant.now();
			place.withdraw(step, phase);
			results.add(taken("freeze", step, phase, rollback, hit, frozen));
			await().atMost(Place.soon()).until(() -> Instant.now().isAfter(frozen.plusSeconds(20)));
			victim.signal("CONT");
			await().atMost(Place.soon()).until(victim::healthy);
		}
		finish(rollback);
		// The frozen node's session held the target's fence, so the commander was asked.
		assertThat(EndState.of(place, rollback)).isEqualTo(undisturbed
			.withLetter("Yours now: Decide about the migrations (shop)", "Mira Okafor <mira@shop.example>"));
		results.replaceAll((hit) -> ended(hit, rollback));
		write("frozen-nodes", results);
		WrittenTable.write(WrittenTable.PAGE, "frozen nodes",
				"""
						Run of %s, lock 10 s, %d processors: %d freezes of 20 s in one run, which ended as the undisturbed one, but for one
						letter: the frozen node's session held the target's fence, so the commander was asked."""
					.formatted(LocalDate.now(ZoneOffset.UTC), Runtime.getRuntime().availableProcessors(),
							results.size()),
				results);
	}

	/** The mail server is away for the whole run; letters follow once it is back. */
	@Test
	void runEndsWithoutAMailServerAndTheLettersFollow() throws Exception {
		begin(Backout.class, 1);
		place.mail.stop();
		var rollback = Rollback.declare(place, this.nodes);
		try {
			finish(rollback);
			assertThat(place.database("backout")
				.sql("select count(*) from backout.delivery where state = 'WAITING'")
				.query(Integer.class)
				.single()).as("letters that wait").isPositive();
		}
		finally {
			place.mail.start();
		}
		equalsUndisturbed(rollback);
	}

	/**
	 * One node after the other is replaced while the run goes on; pages end with them.
	 */
	@Test
	void rollingRestartLosesNothing() throws Exception {
		begin(Backout.class, 2);
		var rollback = Rollback.declare(place, this.nodes);
		var stops = new ArrayList<Map<String, Object>>();
		for (var step : List.of("Task_TakeBackup", "Task_Revert", "Task_Check")) {
			var fresh = Node.start(place, Backout.class, List.of()).ready();
			await().atMost(Place.soon()).pollInterval(Duration.ofMillis(20)).until(() -> {
				rollback.answer();
				return rollback.work().stream().anyMatch((work) -> work.step().equals(step));
			});
			var old = this.nodes.remove(0);
			this.nodes.add(fresh);
			var visitor = Visitor.of(old, "vera");
			var working = rollback.workOf(old);
			var took = old.stop();
			assertThat(visitor.streamEnds()).isTrue();
			assertThat(took).isLessThan(Duration.ofSeconds(20));
			stops.add(Map.of("during", step, "at work on it", working.stream().map(Rollback.Work::step).toList(),
					"stopSeconds", took.toMillis() / 1000.0));
		}
		finish(rollback);
		equalsUndisturbed(rollback);
		assertThat(rollback.work()).as("nothing ended without a word")
			.allSatisfy((work) -> assertThat(work.state()).isEqualTo("DONE"));
		write("rolling-restart", stops);
	}

	/** What one node does, the pages of another show. */
	@Test
	void pagesOnAnyNodeAreLive() throws Exception {
		begin(Backout.class, 2);
		var here = Visitor.of(this.nodes.get(0), "vera");
		var there = Visitor.of(this.nodes.get(1), "vera");
		await().until(() -> here.changes.isEmpty() && there.changes.isEmpty());

		var told = Instant.now();
		this.nodes.get(0).post("/api/v1/runs", Place.token("mira"), """
				{"release": "shop-2026.11.2", "severity": "SEV2", "reason": "Six requests in a hundred fail"}
				""");

		await().atMost(Duration.ofSeconds(10)).until(() -> !here.changes.isEmpty() && !there.changes.isEmpty());
		assertThat(Duration.between(told, there.changes.get(0))).isLessThan(Duration.ofSeconds(5));
	}

	private void begin(Class<?> main, int count) {
		place.reset();
		place.forgetSnares();
		for (int number = 0; number < count; number++) {
			// The first one alone: nodes that start at the same moment are another test.
			this.nodes
				.add(Node.start(place, main, (main == SnaredNode.class) ? place.snareSettings() : List.of()).ready());
		}
	}

	private void end() {
		this.nodes.forEach(Node::kill);
		this.nodes.clear();
	}

	/** A step stands still meanwhile: kills come faster than nodes start. */
	private void othersAreReady(Node victim) {
		this.nodes.stream().filter((node) -> node != victim).forEach(Node::ready);
	}

	private static long caught(Rollback rollback, String step, String phase) {
		await().atMost(Place.soon()).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
			rollback.answer();
			assertThat(place.caught(step, phase))
				.as(() -> "%s %s%n%s%n%s".formatted(step, phase, rollback.work(), rollback.timeline()))
				.isPresent();
		});
		return place.caught(step, phase).orElseThrow();
	}

	private static void finish(Rollback rollback) {
		await().atMost(Place.soon()).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
			rollback.answer();
			assertThat(rollback.ended()).as(() -> rollback.work() + "\n" + rollback.timeline()).isTrue();
		});
	}

	private static void equalsUndisturbed(Rollback rollback) throws Exception {
		assertThat(EndState.of(place, rollback)).isEqualTo(undisturbed);
	}

	/** Waits for the next attempt at what a node held. */
	private static WrittenTable.Hit taken(String how, String step, String phase, Rollback rollback,
			List<Rollback.Work> hit, Instant at) {
		assertThat(hit).as("%s %s", step, phase).hasSize(1);
		var work = hit.get(0);
		await().atMost(Place.soon()).pollInterval(Duration.ofMillis(50)).until(() -> {
			rollback.answer();
			return rollback.work(work.key()).orElseThrow().attempt() > work.attempt();
		});
		var again = rollback.work(work.key()).orElseThrow();
		var seconds = Duration.between(at, again.triedAt()).toMillis() / 1000.0;
		assertThat(seconds).as("%s %s", step, phase).isLessThan(TAKE_OVER_SECONDS);
		return new WrittenTable.Hit(how, step, phase, seconds, again.attempt(), again.state());
	}

	/** How the step stands once its run has ended. */
	private static WrittenTable.Hit ended(WrittenTable.Hit hit, Rollback rollback) {
		var last = rollback.work()
			.stream()
			.filter((work) -> work.step().equals(hit.step()))
			.max(Comparator.comparing(Rollback.Work::triedAt))
			.orElseThrow();
		return new WrittenTable.Hit(hit.how(), hit.step(), hit.phase(), hit.takenOverAfterSeconds(), last.attempt(),
				last.state());
	}

	private static void write(String name, Object figures) throws Exception {
		Files.createDirectories(Path.of("target/bench"));
		new ObjectMapper().writerWithDefaultPrettyPrinter()
			.writeValue(Path.of("target/bench/%s.json".formatted(name)).toFile(), figures);
	}

}
