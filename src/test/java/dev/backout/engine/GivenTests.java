package dev.backout.engine;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a run knows from its start. */
class GivenTests {

	@Test
	void whatIsGivenIsOneVariableAndComesBack() {
		var given = Map.of("target", "shop", "reason", "Six \"requests\"\nin a hundred \u2620 fail", "suite", "");

		var variables = Given.variables(given);

		assertThat(variables).containsOnlyKeys(Given.NAME);
		assertThat(Given.withLater(new HashMap<>(variables)))
			.isEqualTo(Map.of("target", "shop", "reason", "Six \"requests\"\nin a hundred \u2620 fail"));
	}

	@Test
	void whatHasNoRoomIsAVariableOfItsOwn() {
		var long1 = "\u0001\"".repeat(1500);
		var given = Map.of("a", "x".repeat(2900), "b", long1, "c", "short");

		var variables = Given.variables(given);

		assertThat(variables).containsOnlyKeys(Given.NAME, "b").containsEntry("b", long1);
		assertThat(variables.get(Given.NAME).toString()).hasSizeLessThan(4000);
		assertThat(Given.withLater(new HashMap<>(variables))).isEqualTo(given);
	}

	@Test
	void whatIsGivenLaterStandsBeforeItAndEmptyMeansNothing() {
		var variables = new HashMap<String, Object>(Given.variables(Map.of("planDigest", "old", "target", "shop")));
		variables.put("planDigest", "new");
		variables.put("target", "");

		assertThat(Given.withLater(variables)).isEqualTo(Map.of("planDigest", "new"));
	}

	@Test
	void aRunThatBeganBeforeHasVariablesOfItsOwn() {
		assertThat(Given.withLater(Map.of("target", "shop"))).isEqualTo(Map.of("target", "shop"));
		assertThat(Given.of(null).value("target")).isEmpty();
	}

}
