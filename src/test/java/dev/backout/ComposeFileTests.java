package dev.backout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What can be said of {@code docker-compose.yml} without a Docker engine. */
class ComposeFileTests {

	static final YAMLMapper YAML = new YAMLMapper();

	final JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
		.getSchema(ComposeFileTests.class.getResourceAsStream("/compose.schema.json"));

	@Test
	void keepsToTheSpecification() throws IOException {
		assertThat(this.schema.validate(compose())).isEmpty();
	}

	@Test
	void wouldNoticeATypingError() throws IOException {
		var broken = YAML.readTree(Files.readString(Path.of("docker-compose.yml")).replace("depends_on", "depend_on"));

		assertThat(this.schema.validate(broken)).isNotEmpty();
	}

	@Test
	void namesOnlyServicesAndVolumesThatItDeclares() throws IOException {
		var compose = compose();
		var services = names(compose.get("services"));
		var volumes = names(compose.get("volumes"));

		for (var service : compose.get("services")) {
			assertThat(services).containsAll(names(service.path("depends_on")));
			for (var mount : service.path("volumes")) {
				assertThat(volumes).contains(mount.asText().split(":")[0]);
			}
		}
	}

	@Test
	void waitsOnlyForHealthThatIsChecked() throws IOException {
		var services = compose().get("services");

		for (var service : services) {
			service.path("depends_on").properties().forEach((dependency) -> {
				if (dependency.getValue().get("condition").asText().equals("service_healthy")) {
					assertThat(services.get(dependency.getKey()).has("healthcheck")).as(dependency.getKey()).isTrue();
				}
			});
		}
	}

	@Test
	void holdsNoPassword() throws IOException {
		var passwords = compose().get("services").findValuesAsText("POSTGRES_PASSWORD");

		assertThat(passwords).isNotEmpty().allMatch((password) -> password.startsWith("${POSTGRES_PASSWORD:?"));
	}

	private static JsonNode compose() throws IOException {
		return YAML.readTree(Files.readString(Path.of("docker-compose.yml")));
	}

	private static List<String> names(JsonNode object) {
		var names = new ArrayList<String>();
		object.fieldNames().forEachRemaining(names::add);
		return names;
	}

}
