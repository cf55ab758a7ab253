package dev.backout.check;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.backout.catalog.InvalidManifest;
import dev.backout.catalog.ManifestReader;
import dev.backout.kernel.Digests;

/** Reads a suite's YAML. */
class SuiteReader {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration LONGEST = Duration.ofHours(4);

	private final ManifestReader manifests = new ManifestReader(SuiteReader.class, "/check/suite.schema.json");

	/**
	 * The suite that the text describes.
	 * @param file as messages name it
	 * @throws InvalidManifest naming file, line, path, value and mend
	 */
	Suite read(String file, String text) {
		if (text.indexOf('\uFFFD') >= 0) {
			throw new InvalidManifest("%s: is not text in UTF-8; save it so".formatted(file));
		}
		var tree = this.manifests.read(file, text);
		var names = new HashSet<String>();
		var checks = new ArrayList<Check>();
		for (var node : tree.path("checks")) {
			if (!names.add(node.path("name").asText())) {
				throw new InvalidManifest("%s:%d name: '%s' is in the suite twice; give each check its own name"
					.formatted(file, ManifestReader.line(node.path("name")), node.path("name").asText()));
			}
			checks.add(check(file, node));
		}
		return new Suite(tree.path("suite").asText(), tree.path("version").asInt(), tree.path("title").asText(), checks,
				Digests.sha256Hex(text), text);
	}

	private static Check check(String file, JsonNode node) {
		var kind = CheckKind.of(node.path("kind").asText());
		var parameters = node.has("parameters") ? node.get("parameters") : JsonNodeFactory.instance.objectNode();
		var timeout = node.has("timeout") ? Parameters.duration(node.get("timeout").asText()) : PATIENCE;
		if (timeout.compareTo(LONGEST) > 0) {
			throw new InvalidManifest("%s:%d timeout: '%s' is too long; 240m at most".formatted(file,
					ManifestReader.line(node.get("timeout")), node.get("timeout").asText()));
		}
		if (parameters.path("measure").asText().equals("value") && !node.has("minimum")) {
			throw new InvalidManifest(
					"%s:%d minimum: missing; a check that measures a value needs 'least', 'most' or 'equal'"
						.formatted(file, ManifestReader.line(node)));
		}
		return new Check(node.path("name").asText(), kind, parameters,
				node.has("minimum") ? minimum(node.get("minimum")) : Minimum.NOTHING, node.path("severity").asText(),
				node.path("owner").asText(), timeout);
	}

	/** From {@code least}, {@code most} and {@code equal}. */
	static Minimum minimum(JsonNode node) {
		return new Minimum(figure(node, "least"), figure(node, "most"),
				node.has("equal") ? node.get("equal").asText() : null);
	}

	private static @org.jspecify.annotations.Nullable BigDecimal figure(JsonNode node, String name) {
		return node.has(name) ? node.get(name).decimalValue() : null;
	}

}
