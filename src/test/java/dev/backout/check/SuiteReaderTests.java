package dev.backout.check;

import java.nio.file.Files;
import java.nio.file.Path;

import dev.backout.catalog.InvalidManifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a suite's file may say, and how a wrong one is refused. */
class SuiteReaderTests {

	static final String GOOD = """
			suite: shop
			version: 3
			title: The shop is whole
			checks:
			  - name: orphans
			    kind: foreign-key-orphans
			    severity: SEV1
			    owner: mira
			    timeout: 2m
			  - name: paid
			    kind: business-rule
			    parameters: {sql: select count(*) from orders, measure: value}
			    minimum: {least: 1}
			    severity: SEV2
			    owner: mira
			""";

	final SuiteReader reader = new SuiteReader();

	@Test
	void readsWhatItSays() {
		var suite = this.reader.read("shop.yaml", GOOD);

		assertThat(suite.version()).isEqualTo(3);
		assertThat(suite.checks()).hasSize(2);
		assertThat(suite.checks().get(0).minimum()).isEqualTo(Minimum.NOTHING);
		assertThat(suite.checks().get(0).timeout()).hasMinutes(2);
		assertThat(suite.checks().get(1).minimum()).hasToString("at least 1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			kind: foreign-key-orphans | kind: fk-orphans          | shop.yaml:6
			severity: SEV1            | severity: high            | 'high'
			owner: mira               | ower: mira                | unknown 'ower'
			timeout: 2m               | timeout: soon             | a time such as 30s or 5m
			timeout: 2m               | timeout: 999m             | '999m' is too long
			measure: value            | measure: volume           | 'volume'
			sql: select               | query: select             | 'sql' is missing
			name: paid                | name: orphans             | shop.yaml:10 name: 'orphans' is in the suite twice
			minimum: {least: 1}       | minimum: {}               | minimum
			minimum: {least: 1}       | minimum: {least: many}    | 'many'
			    minimum: {least: 1}   | #                         | needs 'least', 'most' or 'equal'
			version: 3                | version: three            | shop.yaml:2
			suite: shop               | suite: [shop              | is not YAML
			title: The shop is whole  | version: 4                | is not YAML
			""")
	void refusalNamesFileLineValueAndMend(String good, String bad, String reason) {
		assertThat(GOOD).contains(good);

		assertThatThrownBy(
				() -> this.reader.read("shop.yaml", GOOD.replaceFirst(java.util.regex.Pattern.quote(good), bad)))
			.isInstanceOf(InvalidManifest.class)
			.hasMessageStartingWith("shop.yaml:")
			.hasMessageContaining(reason);
	}

	@Test
	void emptyAndHugeFilesAreRefused() {
		assertThatThrownBy(() -> this.reader.read("shop.yaml", "")).isInstanceOf(InvalidManifest.class);
		assertThatThrownBy(() -> this.reader.read("shop.yaml", "x".repeat(1_100_000)))
			.isInstanceOf(InvalidManifest.class)
			.hasMessageContaining("larger than 1 MB");
		assertThatThrownBy(() -> this.reader.read("shop.yaml", "[".repeat(5000))).isInstanceOf(InvalidManifest.class);
	}

	@Test
	void demoSuiteIsValid() throws Exception {
		var file = Path.of("demo/catalog/shop/checks/shop.yaml");

		assertThat(this.reader.read("shop.yaml", Files.readString(file)).checks()).hasSizeGreaterThan(8);
	}

	@Test
	void everyKindHasANameForSuites() {
		assertThat(CheckKind.values()).allSatisfy((kind) -> assertThat(CheckKind.of(kind.id())).isEqualTo(kind));
	}

}
