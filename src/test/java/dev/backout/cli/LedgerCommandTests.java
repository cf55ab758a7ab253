package dev.backout.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

import dev.backout.TestDatabase;
import dev.backout.ledger.LedgerFixture;
import dev.backout.ledger.TreeHead;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.backout.ledger.LedgerFixture.aDeed;
import static org.assertj.core.api.Assertions.assertThat;

/** {@code ledger export} and {@code ledger verify} as an auditor runs them. */
class LedgerCommandTests {

	@TempDir
	static Path directory;

	static Path export;

	static String key;

	static TreeHead head;

	@BeforeAll
	static void record() {
		var ledger = LedgerFixture.on(TestDatabase.withSchema(), directory);
		for (int number = 0; number < 7; number++) {
			ledger.append(aDeed("run-1", number));
		}
		head = ledger.proofs.checkpoint().head();
		key = ledger.proofs.publicKey().toString();
		export = directory.resolve("record.ledger.gz");
		assertThat(run("ledger", "export", export.toString(), "--data-dir", directory.toString(), "--origin",
				"backout/test", "--url", ledger.database.url() + "&user=postgres&password=postgres"))
			.isZero();
	}

	static int run(String... arguments) {
		return Cli.run(Object.class, arguments);
	}

	@Test
	void holds() {
		assertThat(run("ledger", "verify", export.toString(), "--key", key)).isZero();
		assertThat(run("ledger", "verify", export.toString(), "--key", key, "--expect", head.size() + ":" + head.root(),
				"--format", "json"))
			.isZero();
	}

	@Test
	void readsTheKeyFromAFile() throws IOException {
		var file = Files.writeString(directory.resolve("ledger.pub"), key + "\n");

		assertThat(run("ledger", "verify", export.toString(), "--key", file.toString())).isZero();
	}

	@Test
	void compressionIsSeenWhateverTheNameAndDamageIsAWord() throws IOException {
		var bytes = Files.readAllBytes(export);
		var renamed = Files.write(directory.resolve("renamed.ledger"), bytes);
		var cut = Files.write(directory.resolve("cut.ledger.gz"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
		bytes[bytes.length / 2] ^= 1;
		var bent = Files.write(directory.resolve("bent.ledger.gz"), bytes);
		var plain = Files.writeString(directory.resolve("plain.ledger.gz"), "backout-ledger 1\n");

		assertThat(run("ledger", "verify", renamed.toString(), "--key", key)).isZero();
		assertThat(run("ledger", "verify", cut.toString(), "--key", key)).isOne();
		assertThat(run("ledger", "verify", bent.toString(), "--key", key)).isOne();
		assertThat(run("ledger", "verify", plain.toString(), "--key", key)).isOne();
		assertThat(run("ledger", "verify", directory.toString(), "--key", key)).isEqualTo(2);
		assertThat(run("ledger", "verify", "nowhere", "--key", key)).isEqualTo(2);
	}

	@Test
	void aChangeIsAnError() throws IOException {
		String text;
		try (var in = new GZIPInputStream(Files.newInputStream(export))) {
			text = new String(in.readAllBytes());
		}
		var bent = Files.writeString(directory.resolve("bent.ledger"), text.replaceFirst("mira", "omar"));

		assertThat(text).contains("mira");
		assertThat(run("ledger", "verify", bent.toString(), "--key", key)).isOne();
		assertThat(run("ledger", "verify", export.toString(), "--key", key, "--expect",
				"3:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
			.isOne();
	}

	@Test
	void badInputIsToldApart() {
		assertThat(run("ledger", "verify", export.toString(), "--key", "nonsense")).isEqualTo(2);
		assertThat(run("ledger", "verify", export.toString())).isEqualTo(2);
		assertThat(run("ledger", "verify", "nowhere.ledger", "--key", key)).isEqualTo(2);
		assertThat(run("ledger", "verify", export.toString(), "--key", key, "--expect", "x")).isEqualTo(2);
		assertThat(run("ledger")).isEqualTo(2);
	}

}
