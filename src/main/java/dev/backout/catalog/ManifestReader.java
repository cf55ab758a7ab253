package dev.backout.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.node.LocationJsonNodeFactoryFactory;
import com.networknt.schema.utils.JsonNodes;

/** Reads one kind of YAML file and holds it against its JSON schema. */
public class ManifestReader {

	private static final long LARGEST = 1_000_000;

	private final YAMLMapper yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

	private final JsonSchema schema;

	/** Reads manifests of a kind: {@code product} or {@code release}. */
	ManifestReader(String kind) {
		this(ManifestReader.class, "/catalog/" + kind + ".schema.json");
	}

	/** Reads files of a kind whose schema is a resource of the given type's module. */
	public ManifestReader(Class<?> owner, String schema) {
		try (var in = owner.getResourceAsStream(schema)) {
			this.schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(in);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The manifest as a tree whose nodes know their line.
	 * @throws InvalidManifest naming file, line, path, value and mend
	 */
	JsonNode read(Path root, Path file) {
		var name = name(root, file);
		try {
			if (Files.size(file) > LARGEST) {
				throw new InvalidManifest("%s is larger than 1 MB; split it".formatted(name));
			}
			return read(name, Files.readString(file));
		}
		catch (IOException ex) {
			throw new InvalidManifest("%s cannot be read: %s".formatted(name, ex.getMessage()));
		}
	}

	/**
	 * The text as a tree whose nodes know their line.
	 * @param name as messages name it
	 * @throws InvalidManifest naming file, line, path, value and mend
	 */
	public JsonNode read(String name, String text) {
		try {
			if (text.length() > LARGEST) {
				throw new InvalidManifest("%s is larger than 1 MB; split it".formatted(name));
			}
			if (!this.yaml.readTree(text).isContainerNode()) {
				throw new InvalidManifest("%s:1 says nothing; write keys and values".formatted(name));
			}
			// The reader that knows lines hides where the syntax is broken.
			var tree = JsonNodes.<JsonNode>readTree(this.yaml, text, LocationJsonNodeFactoryFactory.getInstance());
			validate(name, tree);
			return tree;
		}
		catch (JsonProcessingException ex) {
			throw new InvalidManifest("%s:%d is not YAML: %s".formatted(name,
					(ex.getLocation() != null) ? ex.getLocation().getLineNr() : 1, firstLine(ex.getOriginalMessage())));
		}
		catch (IOException ex) {
			throw new InvalidManifest("%s cannot be read: %s".formatted(name, ex.getMessage()));
		}
	}

	/** The file as error messages name it. */
	static String name(Path root, Path file) {
		return root.relativize(file).toString().replace('\\', '/');
	}

	/** The line of the file where the node starts. */
	public static int line(JsonNode node) {
		return JsonNodes.tokenLocationOf(node).getLineNr();
	}

	private void validate(String name, JsonNode tree) {
		var messages = this.schema.validate(tree);
		if (!messages.isEmpty()) {
			throw new InvalidManifest(messages.stream()
				.sorted(Comparator.comparing((ValidationMessage message) -> line(message.getInstanceNode()))
					.thenComparing(ValidationMessage::getMessage))
				.map((message) -> sentence(name, message))
				.collect(Collectors.joining("; ")));
		}
	}

	private String sentence(String name, ValidationMessage message) {
		var node = message.getInstanceNode();
		var at = message.getInstanceLocation().toString().replaceFirst("^\\$\\.?", "");
		var rules = rulesAround(message);
		return switch (String.valueOf(message.getType())) {
			case "additionalProperties" -> "%s:%d %s: unknown '%s'; known here are %s".formatted(name,
					line(node.get(message.getProperty())), at.isEmpty() ? "top level" : at, message.getProperty(),
					String.join(", ", names(rules.path("properties"))));
			case "required" -> "%s:%d %s: '%s' is missing; add it".formatted(name, line(node),
					at.isEmpty() ? "top level" : at, message.getProperty());
			default -> "%s:%d %s: %s%s%s".formatted(name, line(node), at, value(node), message.getError(), mend(rules));
		};
	}

	private static String value(JsonNode node) {
		return (node.isValueNode() && !node.isNull()) ? "'%s': ".formatted(node.asText()) : "";
	}

	private static String mend(JsonNode rules) {
		return rules.has("description") ? "; give " + rules.get("description").asText() : "";
	}

	/** The part of the schema that the broken rule stands in. */
	private JsonNode rulesAround(ValidationMessage message) {
		var fragment = message.getSchemaLocation().getFragment().toString();
		return this.schema.getSchemaNode().at(fragment.substring(0, fragment.lastIndexOf('/')));
	}

	private static List<String> names(JsonNode object) {
		var names = new ArrayList<String>();
		object.fieldNames().forEachRemaining(names::add);
		return names;
	}

	private static String firstLine(String text) {
		return text.lines().findFirst().orElse(text);
	}

}
