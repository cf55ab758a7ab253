package dev.backout.catalog;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that its schema accepts.
 *
 * @param file as messages name it
 * @param tree what it says
 */
record Manifest(String file, JsonNode tree) {

	static final Manifest NONE = new Manifest("", MissingNode.getInstance());

	String text(String name) {
		return this.tree.path(name).asText();
	}

	@Nullable String textOrNull(String name) {
		return this.tree.hasNonNull(name) ? text(name) : null;
	}

	List<JsonNode> list(String name) {
		return list(this.tree, name);
	}

	static List<JsonNode> list(JsonNode node, String name) {
		var items = new ArrayList<JsonNode>();
		node.path(name).forEach(items::add);
		return items;
	}

	static List<String> texts(JsonNode node, String name) {
		return list(node, name).stream().map(JsonNode::asText).toList();
	}

	/** Refuses the manifest unless the value of {@code name} is what it must be. */
	void check(String name, String expected, String why) {
		if (!text(name).equals(expected)) {
			throw invalid(name, "'%s' must be '%s', %s".formatted(text(name), expected, why));
		}
	}

	InvalidManifest invalid(String name, String message) {
		return invalid(this.tree.path(name), "%s: %s".formatted(name, message));
	}

	InvalidManifest invalid(JsonNode node, String message) {
		return new InvalidManifest(node.isMissingNode() ? "%s: %s".formatted(this.file, message)
				: "%s:%d %s".formatted(this.file, ManifestReader.line(node), message));
	}

}
