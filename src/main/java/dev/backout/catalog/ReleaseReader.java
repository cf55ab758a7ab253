package dev.backout.catalog;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;

import static dev.backout.catalog.Manifest.texts;

/** Makes a release of its manifest. */
class ReleaseReader {

	private final Manifest manifest;

	private final Product product;

	ReleaseReader(Manifest manifest, Product product) {
		this.manifest = manifest;
		this.product = product;
	}

	Release read() {
		var version = this.manifest.text("version");
		this.manifest.check("release", this.product.id() + "-" + version, "product and version");
		var triggers = this.manifest.list("triggers").stream().map(this::trigger).toList();
		return new Release(this.manifest.text("release"), this.product, version, this.manifest.text("title"),
				this.manifest.textOrNull("previous"), components(), owners(this.manifest.tree().path("owners")),
				this.manifest.tree().path("checks").asText(this.product.id()), triggers, failureModes(triggers));
	}

	private static Owners owners(JsonNode owners) {
		var commander = owners.path("commander").asText(Owners.DEFAULT.commander());
		return new Owners(commander, owners.path("communications").asText(Owners.DEFAULT.communications()),
				owners.path("review").asText(commander));
	}

	private List<ReleaseComponent> components() {
		var found = new TreeMap<Integer, ReleaseComponent>();
		for (var node : this.manifest.list("components")) {
			var place = place(node.get("component"));
			if (found.put(place, component(node, this.product.components().get(place))) != null) {
				throw this.manifest.invalid(node,
						"component '%s' is there twice; join the two".formatted(node.get("component").asText()));
			}
		}
		return List.copyOf(found.values());
	}

	private int place(JsonNode name) {
		var ids = this.product.components().stream().map(Component::id).toList();
		if (!ids.contains(name.asText())) {
			throw this.manifest.invalid(name, "component '%s' is unknown; %s has %s".formatted(name.asText(),
					this.product.id(), String.join(", ", ids)));
		}
		return ids.indexOf(name.asText());
	}

	private ReleaseComponent component(JsonNode node, Component component) {
		var changesets = node.get("changesets");
		var newRows = node.path("newRows")
			.properties()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().asText()));
		return new ReleaseComponent(component,
				new Selection(texts(changesets, "labels"), texts(changesets, "files"), texts(changesets, "list")),
				texts(node, "contexts"), texts(node, "flags"), newRows);
	}

	private Trigger trigger(JsonNode node) {
		return new Trigger(node.get("id").asText(), node.get("title").asText(),
				node.path("target").asText(this.product.target()), node.get("sql").asText().trim(),
				node.get("unit").asText(), node.get("limit").asDouble(), node.path("consecutive").asInt(1),
				Duration.parse("PT" + node.path("every").asText("1m").toUpperCase(Locale.ROOT)));
	}

	private List<FailureMode> failureModes(List<Trigger> triggers) {
		return this.manifest.list("failureModes")
			.stream()
			.map((node) -> failureMode(node, triggers))
			.sorted(Comparator.comparingInt(FailureMode::impact)
				.thenComparingInt(FailureMode::occurrence)
				.thenComparingInt(FailureMode::detection)
				.reversed()
				.thenComparing(FailureMode::id))
			.toList();
	}

	private FailureMode failureMode(JsonNode node, List<Trigger> triggers) {
		var trigger = node.hasNonNull("trigger") ? node.get("trigger").asText() : null;
		if (trigger != null && triggers.stream().noneMatch((known) -> known.id().equals(trigger))) {
			throw this.manifest.invalid(node.get("trigger"), "trigger '%s' is unknown; the release has %s"
				.formatted(trigger, triggers.stream().map(Trigger::id).toList()));
		}
		return new FailureMode(node.get("id").asText(), node.get("what").asText(), node.get("consequence").asText(),
				node.get("impact").asInt(), node.get("occurrence").asInt(), node.get("detection").asInt(), trigger,
				node.get("playbook").asText());
	}

}
