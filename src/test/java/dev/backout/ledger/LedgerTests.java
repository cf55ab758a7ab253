package dev.backout.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;

import static dev.backout.ledger.LedgerFixture.aDeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/** The ledger on a real database. */
class LedgerTests {

	@TempDir
	static Path data;

	static LedgerFixture fixture;

	@BeforeAll
	static void start() {
		fixture = LedgerFixture.on(TestDatabase.withSchema(), data);
	}

	@Test
	void needsATransaction() {
		assertThatIllegalStateException().isThrownBy(() -> fixture.ledger.append(aDeed("run-0", 1)))
			.withMessageContaining("step.done")
			.withMessageContaining("run-0");
	}

	@Test
	void vanishesWithTheTransaction() {
		fixture.transaction.executeWithoutResult((status) -> {
			fixture.ledger.append(aDeed("run-1", 1));
			status.setRollbackOnly();
		});

		assertThat(fixture.proofs.entries("run-1")).isEmpty();
	}

	@Test
	void tellsWhoDidWhatWhenOnWhatWithWhich() {
		var deed = new Deed("approval.given", "mira", "run-2",
				Map.of("plan", "sha256:1", "note", "Zeile \"eins\"\n\u0001\u2028\uD83D\uDE00"), "b0", "a1");

		fixture.append(deed);

		var entry = fixture.proofs.entries("run-2").get(0);
		assertThat(entry.deed()).isEqualTo(deed);
		assertThat(entry.at()).isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
		assertThat(entry.leaf())
			.matches("(?s)\\{\"actor\":\"mira\",\"after\":\"a1\",\"at\":\"[-0-9]{10}T[0-9:]{8}\\.[0-9]{6}Z\","
					+ "\"before\":\"b0\",\"kind\":\"approval.given\",\"parameters\":\\{\"note\":.*\"plan\":\"sha256:1\"},"
					+ "\"subject\":\"run-2\",\"v\":1}");
	}

	@Test
	void concurrentWritersLeaveNoHoleAndBlockNobody() throws Exception {
		long before = fixture.proofs.checkpoint().head().size();
		var writers = new ArrayList<Callable<Integer>>();
		for (int writer = 0; writer < 12; writer++) {
			int number = writer;
			writers.add(() -> writeWithRollbacks("run-3-" + number));
		}

		var pool = Executors.newFixedThreadPool(12);
		int kept = 0;
		for (var written : pool.invokeAll(writers)) {
			kept += written.get();
		}
		pool.shutdown();

		var head = fixture.proofs.checkpoint().head();
		assertThat(head.size() - before).isEqualTo(kept);
		var indexes = fixture.jdbc.sql("select index from backout.ledger_leaf order by index").query(Long.class).list();
		assertThat(indexes).isEqualTo(LongStream.range(0, head.size()).boxed().toList());
		assertThat(fixture.proofs.entries("run-3-5")).extracting((entry) -> entry.deed().parameters().get("number"))
			.isEqualTo(IntStream.range(0, 60).filter((number) -> number % 3 != 0).mapToObj(String::valueOf).toList());
	}

	/** Growing goes on at the same time, as on several nodes. */
	private int writeWithRollbacks(String subject) {
		int kept = 0;
		for (int number = 0; number < 60; number++) {
			int current = number;
			fixture.transaction.executeWithoutResult((status) -> {
				fixture.ledger.append(aDeed(subject, current));
				if (current % 3 == 0) {
					status.setRollbackOnly();
				}
			});
			kept += (number % 3 != 0) ? 1 : 0;
			if (number % 10 == 0) {
				fixture.tree.grow();
			}
		}
		return kept;
	}

	@Test
	void anOpenTransactionHoldsUpNeitherWritersNorTheTree() {
		fixture.transaction.executeWithoutResult((status) -> {
			fixture.ledger.append(aDeed("run-4-open", 1));
			var other = Executors.newSingleThreadExecutor();
			try {
				var entries = other.submit(() -> {
					fixture.append(aDeed("run-4", 1));
					return fixture.proofs.entries("run-4");
				}).get(20, TimeUnit.SECONDS);
				assertThat(entries).hasSize(1);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			finally {
				other.shutdown();
			}
		});

		assertThat(fixture.proofs.entries("run-4-open")).hasSize(1);
		assertThat(fixture.proofs.entries("run-4-open").get(0).index())
			.isGreaterThan(fixture.proofs.entries("run-4").get(0).index());
	}

	@Test
	void proofsHoldForEveryEntryAndForNoOther() {
		IntStream.range(0, 20).forEach((number) -> fixture.append(aDeed("run-5", number)));

		for (var entry : fixture.proofs.entries("run-5")) {
			var proof = fixture.proofs.proofOf(entry.index());
			assertThat(proof.holdsFor(entry.leaf())).isTrue();
			assertThat(proof.holdsFor(entry.leaf().replace("mira", "omar"))).isFalse();
			assertThat(proof.holdsFor(entry.leaf().replace("run-5", "run-6"))).isFalse();
		}
	}

	@Test
	void treesOnlyGrow() {
		var first = fixture.proofs.checkpoint().head();
		IntStream.range(0, 7).forEach((number) -> fixture.append(aDeed("run-6", number)));
		var second = fixture.proofs.checkpoint().head();

		var proof = fixture.proofs.proofBetween(first.size(), second.size());

		assertThat(proof.first()).isEqualTo(first);
		assertThat(proof.second()).isEqualTo(second);
		assertThat(proof.holds()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update backout.ledger_entry set leaf = 'x'", "delete from backout.ledger_entry",
			"truncate backout.ledger_entry", "update backout.ledger_leaf set hash = ''",
			"delete from backout.ledger_leaf", "truncate backout.ledger_leaf",
			"update backout.ledger_node set hash = ''", "delete from backout.ledger_node",
			"update backout.ledger_checkpoint set note = ''", "truncate backout.ledger_checkpoint" })
	void databaseRefusesChanges(String statement) {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> fixture.jdbc.sql(statement).update())
			.withMessageContaining("only grows");
	}

	@Test
	void signsOneCheckpointPerSize() {
		fixture.append(aDeed("run-7", 1));

		var checkpoint = fixture.proofs.checkpoint();

		assertThat(fixture.proofs.checkpoint()).isEqualTo(checkpoint);
		var note = SignedNote.parse(checkpoint.note());
		assertThat(note.origin()).isEqualTo("backout/test");
		assertThat(note.head()).isEqualTo(checkpoint.head()).isEqualTo(fixture.proofs.head());
		assertThat(note.signedByOneOf(List.of(fixture.proofs.publicKey()))).isTrue();
	}

	@Test
	void keepsItsKeyInAFileThatOnlyItMayRead() throws Exception {
		var file = data.resolve("ledger.key");

		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
		assertThat(SigningKey.in(file, "backout/test").verifier()).hasToString(fixture.proofs.publicKey().toString());
	}

}
