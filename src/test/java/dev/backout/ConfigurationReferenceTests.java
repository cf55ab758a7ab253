package dev.backout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

/** The page that lists our configuration properties is generated from their records. */
class ConfigurationReferenceTests {

	static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

	static final Path PAGE = Path.of("docs/reference/configuration.md");

	@Test
	void pageIsUpToDate() throws IOException {
		var page = page(ownProperties());
		if (Boolean.getBoolean("docs.write")) {
			Files.writeString(PAGE, page);
		}

		assertThat(PAGE).as("written anew by: mvn test -Dtest=ConfigurationReferenceTests -Ddocs.write=true")
			.hasContent(page);
	}

	@Test
	void everyPropertyIsExplained() throws IOException {
		assertThat(ownProperties()).hasSizeGreaterThan(10)
			.allSatisfy(
					(property) -> assertThat(property.path("description").asText()).as(property.path("name").asText())
						.isNotBlank());
	}

	private static List<JsonNode> ownProperties() throws IOException {
		var own = new ArrayList<JsonNode>();
		for (var property : new ObjectMapper().readTree(METADATA.toFile()).get("properties")) {
			if (property.get("name").asText().startsWith("backout.")) {
				own.add(property);
			}
		}
		own.sort(comparing((property) -> property.get("name").asText()));
		return own;
	}

	private static String page(List<JsonNode> properties) {
		var page = new StringBuilder("""
				# Configuration

				Every property of ours; any can be given on the command line (`--backout.data-dir=/var/lib/backout`),
				in the environment (`BACKOUT_DATADIR`), or in an `application.yaml` beside the jar.

				| property | default | meaning |
				| --- | --- | --- |
				""");
		for (var property : properties) {
			page.append("| `%s` | %s | %s |\n".formatted(property.get("name").asText(), defaultOf(property),
					cell(property.path("description").asText())));
		}
		return page.toString();
	}

	private static String defaultOf(JsonNode property) {
		var value = property.path("defaultValue");
		if (value.isMissingNode()) {
			return "";
		}
		return "`%s`".formatted(cell(value.isTextual() ? value.asText() : value.toString()));
	}

	private static String cell(String text) {
		return text.replaceAll("\\{@code ([^}]+)}", "`$1`").replace("|", "\\|").replaceAll("\\s+", " ").strip();
	}

}
