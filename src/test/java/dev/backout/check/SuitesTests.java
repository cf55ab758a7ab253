package dev.backout.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import dev.backout.catalog.InvalidManifest;
import dev.backout.kernel.Rejected;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A directory in which not every file is well. */
class SuitesTests {

	@TempDir
	Path directory;

	@BeforeEach
	void fill() throws IOException {
		write("a-shop.yaml", suite("shop"));
		write("b-broken.yaml", suite("broken").replace("kind: row-counts", "kind: row-count"));
		write("c-twin.yaml", suite("shop"));
		Files.write(this.directory.resolve("d-latin.yaml"),
				suite("latin").replace("title: T", "title: Prüfung").getBytes(StandardCharsets.ISO_8859_1));
		write("e-desk.yaml", suite("desk"));
	}

	@Test
	void oneThatIsWellIsFoundBesideOthersThatAreNot() {
		assertThat(suites().named("desk").name()).isEqualTo("desk");
		assertThat(suites().readings().suites()).extracting(Suite::name).containsExactly("shop", "desk");
	}

	@Test
	void eachFaultNamesItsFile() {
		assertThat(suites().readings().faults()).extracting(Rejected::reason)
			.satisfiesExactly((first) -> assertThat(first).startsWith("b-broken.yaml:").contains("'row-count'"),
					(second) -> assertThat(second)
						.isEqualTo("c-twin.yaml: suite 'shop' is in the catalogue twice; give " + "each its own name"),
					(third) -> assertThat(third).isEqualTo("d-latin.yaml: is not text in UTF-8; save it so"));
	}

	@Test
	void oneThatIsNotThereIsRefusedWithWhatWasNotRead() {
		assertThatThrownBy(() -> suites().named("broken")).isInstanceOf(Rejected.class)
			.hasMessageContaining("known are [shop, desk]")
			.hasMessageContaining("Not read: b-broken.yaml:");
	}

	@Test
	void allOfThemAreAskedForInVain() {
		assertThatThrownBy(() -> suites().all()).isInstanceOf(InvalidManifest.class)
			.hasMessageStartingWith("b-broken.yaml:");
	}

	private Suites suites() {
		return Suites.in(this.directory);
	}

	private void write(String file, String text) throws IOException {
		Files.writeString(this.directory.resolve(file), text);
	}

	private static String suite(String name) {
		return """
				suite: %s
				version: 1
				title: T
				checks:
				  - name: rows
				    kind: row-counts
				    severity: SEV1
				    owner: mira
				    parameters: {baseline: before}
				""".formatted(name);
	}

}
