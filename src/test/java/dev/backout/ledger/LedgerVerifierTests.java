package dev.backout.ledger;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.backout.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.backout.ledger.LedgerFixture.aDeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** An export, whole and bent in every way we could think of. */
class LedgerVerifierTests {

	@TempDir
	static Path data;

	static LedgerFixture fixture;

	static String export;

	/** What somebody kept from the footer of a message. */
	static TreeHead kept;

	@BeforeAll
	static void start() throws IOException {
		fixture = LedgerFixture.on(TestDatabase.withSchema(), data);
		fixture.proofs.checkpoint();
		IntStream.range(0, 5).forEach((number) -> fixture.append(aDeed("run-1", number)));
		fixture.append(new Deed("approval.given", "omar", "run-1", Map.of("note", "Grüße \u2028 \uD83D\uDE00\nnote x"),
				"b", "a"));
		kept = fixture.proofs.head();
		fixture.tree.grow();
		kept = fixture.proofs.head();
		fixture.proofs.checkpoint();
		IntStream.range(5, 9).forEach((number) -> fixture.append(aDeed("run-1", number)));
		export = export(fixture);
	}

	static String export(LedgerFixture fixture) throws IOException {
		var out = new ByteArrayOutputStream();
		fixture.export.write(out);
		return out.toString(StandardCharsets.UTF_8);
	}

	static LedgerVerifier.Verified verify(String file, TreeHead... expected) throws IOException, LedgerBroken {
		return new LedgerVerifier(List.of(fixture.proofs.publicKey()), List.of(expected))
			.verify(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
	}

	static void broken(String file, String why, TreeHead... expected) {
		assertThat(file).as("it was bent at all").isNotEqualTo(export);
		assertThatExceptionOfType(LedgerBroken.class).isThrownBy(() -> verify(file, expected))
			.withMessageContaining(why);
	}

	private static List<String> lines() {
		return new ArrayList<>(export.lines().toList());
	}

	private static String file(List<String> lines) {
		return String.join("\n", lines) + "\n";
	}

	@Test
	void holdsAsItIs() throws Exception {
		var verified = verify(export, kept, fixture.proofs.head());

		assertThat(verified.head()).isEqualTo(fixture.proofs.head());
		assertThat(verified.head().size()).isEqualTo(10);
		assertThat(verified.checkpoints()).isEqualTo(3);
	}

	@Test
	void readsInAnyPieces() throws Exception {
		var bytes = export.getBytes(StandardCharsets.UTF_8);
		InputStream dripping = new ByteArrayInputStream(bytes) {

			@Override
			public synchronized int read(byte[] target, int from, int length) {
				return super.read(target, from, Math.min(length, 7));
			}

		};

		var verified = new LedgerVerifier(List.of(fixture.proofs.publicKey()), List.of()).verify(dripping);

		assertThat(verified.head().size()).isEqualTo(10);
	}

	@ParameterizedTest
	@CsvSource({ "omar, mira", "approval.given, approval.taken", "run-1, run-2", "Grüße, Grusse",
			"'\"at\":\"2', '\"at\":\"1'", "'\"before\":\"b\"', '\"before\":\"c\"'",
			"'\"after\":\"a\"', '\"after\":null'", "'\"v\":1', '\"v\":2'", "'\"number\":\"3\"', '\"number\":\"30\"'",
			"step.done, step.Done" })
	void noticesEveryChangedField(String from, String to) {
		int at = export.indexOf(from, export.indexOf("leaf "));
		broken(export.substring(0, at) + to + export.substring(at + from.length()), "not those that were signed");
	}

	@Test
	void saysBetweenWhichCheckpointsTheChangeIs() {
		broken(export.replace("\"number\":\"7\"", "\"number\":\"8\""), "from 6 to 10");
	}

	@Test
	void noticesDroppedAddedAndMovedEntries() {
		for (int line = 0; line < lines().size(); line++) {
			if (lines().get(line).startsWith("leaf ")) {
				var dropped = lines();
				dropped.remove(line);
				broken(file(dropped), "dropped, added or moved");
				var doubled = lines();
				doubled.add(line, doubled.get(line));
				broken(file(doubled), "dropped, added or moved");
			}
		}
		var moved = lines();
		var first = moved.indexOf(moved.stream().filter((line) -> line.startsWith("leaf ")).findFirst().orElseThrow());
		moved.add(first + 1, moved.remove(first));
		broken(file(moved), "not those that were signed");
	}

	@Test
	void noticesACutTail() {
		var lines = lines();
		int last = lines
			.lastIndexOf(lines.stream().filter((line) -> line.startsWith("leaf ")).reduce((a, b) -> b).orElseThrow());
		broken(file(lines.subList(0, last + 1)), "not covered by a checkpoint");
		broken(file(lines.subList(0, last)), "not covered by a checkpoint");
		broken(export.substring(0, export.length() - 1), "cut short");
		broken("backout-ledger 1\n", "not covered");
	}

	@Test
	void aTailCutAtACheckpointShowsOnlyAgainstWhatSomebodyKept() throws Exception {
		var lines = lines();
		int end = IntStream.range(0, lines.size())
			.filter((line) -> lines.get(line).equals("note 6"))
			.findFirst()
			.orElseThrow();
		var shorter = file(lines.subList(0, end + 4));

		assertThat(verify(shorter).head().size()).isEqualTo(6);
		broken(shorter, "had 10 already", fixture.proofs.head());
	}

	@Test
	void aForkUnderTheSameKeyShowsAgainstWhatSomebodyKept(@TempDir Path other) throws Exception {
		Files.copy(data.resolve("ledger.key"), other.resolve("ledger.key"));
		var fork = LedgerFixture.on(TestDatabase.withSchema(), other);
		IntStream.range(0, 10).forEach((number) -> fork.append(aDeed("run-1", number + 100)));
		var forged = export(fork);

		assertThat(verify(forged).head().size()).as("signed with the real key").isEqualTo(10);
		broken(forged, "history was rewritten", kept);
	}

	@Test
	void noticesAForgedCheckpoint(@TempDir Path other) throws Exception {
		var stranger = SigningKey.in(other.resolve("ledger.key"), "backout/test");
		var head = fixture.proofs.head();
		var forged = SignedNote.sign("backout/test", head, stranger)
			.lines()
			.map((line) -> ("note " + line).stripTrailing())
			.toList();
		var lines = lines();
		var without = lines.subList(0, lines.size() - 5);

		broken(file(Stream.concat(without.stream(), forged.stream()).toList()), "not signed by a key that you trust");
		broken(export.replace("note 10\n", "note 11\n"), "dropped, added or moved");
		broken(export.replace("note backout/test\nnote 10", "note backout/tesT\nnote 10"), "not signed");
		broken(export.replaceFirst("\u2014 backout/test [A-Za-z0-9+/]{6}", "\u2014 backout/test AAAAAA"), "not signed");
	}

	@Test
	void acceptsNothingThatItDoesNotKnow() {
		broken(export.replaceFirst("leaf ", "leaves "), "neither a leaf nor a note");
		broken(export.replaceFirst("\n", "\n\n"), "neither a leaf nor a note");
		broken("\uFEFF" + export, "no ledger export");
		broken("", "no ledger export");
		broken(export.replaceFirst("note 6", "notes 6"), "neither a leaf nor a note");
		broken(export.replaceFirst("note 6", "note six"), "cannot be read");
	}

	@Test
	void noticesAFlippedBitInEveryByte() throws Exception {
		var bytes = export.getBytes(StandardCharsets.UTF_8);
		for (int at = 0; at < bytes.length; at++) {
			var bent = bytes.clone();
			bent[at] ^= (byte) (1 << at % 8);
			var where = "byte %d".formatted(at);
			assertThatExceptionOfType(LedgerBroken.class).as(where)
				.isThrownBy(() -> new LedgerVerifier(List.of(fixture.proofs.publicKey()), List.of())
					.verify(new ByteArrayInputStream(bent)))
				.withMessageMatching("(?s).{10,}");
		}
	}

	@Test
	void noticesEveryTruncationButThoseBehindACheckpoint() throws Exception {
		var bytes = export.getBytes(StandardCharsets.UTF_8);
		var whole = 0;
		for (int length = 0; length < bytes.length; length++) {
			var cut = Arrays.copyOf(bytes, length);
			try {
				new LedgerVerifier(List.of(fixture.proofs.publicKey()), List.of(fixture.proofs.head()))
					.verify(new ByteArrayInputStream(cut));
				throw new AssertionError("Cut at %d and not noticed".formatted(length));
			}
			catch (LedgerBroken ex) {
				whole += String.valueOf(ex.getMessage()).contains("had 10 already") ? 1 : 0;
			}
		}
		assertThat(whole).as("cuts that only a kept root shows").isLessThanOrEqualTo(2);
	}

	@Test
	void checkpointOfAnotherLogUnderTheSameKeyDoesNotCount(@TempDir Path other) throws Exception {
		Files.copy(data.resolve("ledger.key"), other.resolve("ledger.key"));
		var key = SigningKey.in(other.resolve("ledger.key"), "backout/test");
		var forged = SignedNote.sign("backout/other", fixture.proofs.head(), key)
			.lines()
			.map((line) -> ("note " + line).stripTrailing())
			.toList();
		var lines = lines();
		var without = lines.subList(0, lines.size() - 5);

		broken(file(Stream.concat(without.stream(), forged.stream()).toList()), "not signed by a key that you trust");
	}

	@Test
	void strangeFilesAreRefusedInWords() {
		broken(export.replace("\n", "\r\n"), "no ledger export");
		broken(export.replaceFirst("\u2014 backout/test ", "\u2014 backout/test !"), "not signed");
		broken("backout-ledger 1\n" + "note x\n".repeat(60_000), "longer than any");
		broken("backout-ledger 1\nleaf " + "x".repeat(17 * 1024 * 1024) + "\n", "longer than any");
		broken(export.replaceFirst("note 6", "note 99999999999999999999"), "cannot be read");
		broken(export + "\u0000", "cut short");
	}

	@Test
	void aKeyIsOneLine() {
		var key = fixture.proofs.publicKey();

		assertThat(VerifierKey.parse(key + "\n")).hasToString(key.toString());
		assertThat(key.toString()).matches("backout/test\\+[0-9a-f]{8}\\+[A-Za-z0-9+/]{44}");
		for (var bad : List.of("", "a+b", "a+b+c", key.toString().replace("backout/test", "backout/tesT"),
				"backout/test+00000000+" + Base64.getEncoder().encodeToString(new byte[33]))) {
			assertThatIllegalArgumentException().isThrownBy(() -> VerifierKey.parse(bad));
		}
	}

	/** The example of the signed-note specification: others read what we write. */
	@Test
	void readsNotesOfOthers() {
		var key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
		var note = """
				If you think cryptography is the answer to your problem,
				then you don't know what your problem is.

				\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
				""";

		var signature = Base64.getDecoder().decode(note.substring(note.indexOf("x08go"), note.length() - 1));
		assertThat(key.accepts(note.substring(0, note.indexOf("\n\n") + 1), Arrays.copyOfRange(signature, 4, 68)))
			.isTrue();
	}

}
