package dev.backout.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.backout.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code plan} as a user or a build server runs it. */
class PlanCommandTests {

	private static final String RELEASE = "shop-2026.11.2";

	@TempDir
	Path directory;

	@Test
	void catalogueAloneTellsOrderLossAndTime() throws IOException {
		assertThat(run(RELEASE, "--offline")).isZero();

		assertThat(output())
			.startsWith("Backout plan of shop-2026.11.2 on shop: 6 changesets to revert, nothing is lost")
			.contains("Revert ben:drop-coupon of orders", "REVERSIBLE_WITH_STASH", "from the catalogue alone")
			.containsSubsequence("ben:drop-coupon", "ben:payment-by-method", "ann:split-customer-name");
	}

	@Test
	void jsonIsForMachines() throws IOException {
		assertThat(run(RELEASE, "--offline", "--format", "json")).isZero();

		assertThat(json().path("source").asText()).isEqualTo("catalogue");
		assertThat(json().path("digest").isNull()).isTrue();
		assertThat(json().path("losses")).isEmpty();
		assertThat(json().at("/steps/5/changeset").asText()).isEqualTo("ben:drop-coupon");
		assertThat(json().at("/steps/5/estimateMillis").asLong()).isPositive();
		assertThat(json().at("/steps/5/pointOfNoReturn").asBoolean()).isFalse();
	}

	@Test
	void verdictWorseThanAllowedIsExitCodeOne() throws IOException {
		assertThat(run(RELEASE, "--offline", "--allow", "reversible")).isOne();
	}

	@Test
	void badInputIsOneSentence() throws IOException {
		assertThat(told("shop-9", "--offline"))
			.isEqualTo("Release 'shop-9' is unknown; the catalogue has shop-2026.11.1, shop-2026.11.2");
		assertThat(told(RELEASE, "--data-dir", this.directory.resolve("none").toString()))
			.startsWith("There is no database in")
			.contains("--offline");
		var password = Files.writeString(this.directory.resolve("password"), "postgres");
		assertThat(told(RELEASE, "--url", "jdbc:postgresql://127.0.0.1:1/shop", "--password", "file:" + password))
			.startsWith("Target 'shop' cannot be reached at 127.0.0.1:1/shop")
			.doesNotContain("\n");
	}

	@Test
	void databaseWithoutTheReleaseHasNothingToRollBack() throws IOException {
		var database = TestDatabase.create();
		var password = Files.writeString(this.directory.resolve("password"), "postgres");

		assertThat(told(RELEASE, "--url", database.url(), "--password", "file:" + password)).isEqualTo(
				"Nothing of release 'shop-2026.11.2' is deployed on target 'shop': there is nothing to roll back");
		database.drop();
	}

	private int run(String... arguments) {
		var all = new String[arguments.length + 5];
		all[0] = "plan";
		all[1] = "--catalog";
		all[2] = "demo/catalog";
		all[3] = "--output";
		all[4] = this.directory.resolve("out").toString();
		System.arraycopy(arguments, 0, all, 5, arguments.length);
		return Cli.run(Object.class, all);
	}

	/** What the terminal says of bad input. */
	private String told(String... arguments) {
		var before = System.err;
		var told = new ByteArrayOutputStream();
		System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
		try {
			assertThat(run(arguments)).isEqualTo(2);
		}
		finally {
			System.setErr(before);
		}
		return told.toString(StandardCharsets.UTF_8).strip();
	}

	private String output() throws IOException {
		return Files.readString(this.directory.resolve("out"));
	}

	private JsonNode json() throws IOException {
		return JsonMapper.builder().build().readTree(output());
	}

}
