package dev.backout.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts components in the order in which they are deployed. */
final class DeploymentOrder {

	private DeploymentOrder() {
	}

	/**
	 * Every component after those that it depends on, and by id where that leaves a
	 * choice.
	 * @throws InvalidManifest if two have one id, or a dependency is unknown or goes in a
	 * circle
	 */
	static List<Component> of(List<Component> components, Manifest manifest) {
		var waiting = new TreeMap<String, Component>();
		for (var component : components) {
			if (waiting.put(component.id(), component) != null) {
				throw manifest.invalid("components",
						"component '%s' is there twice; give it another id".formatted(component.id()));
			}
		}
		components.forEach((component) -> requireKnown(component, waiting.keySet(), manifest));
		var order = new ArrayList<Component>();
		var placed = new HashSet<String>();
		while (!waiting.isEmpty()) {
			var next = waiting.values()
				.stream()
				.filter((component) -> placed.containsAll(component.dependsOn()))
				.min(Comparator.comparing(Component::id))
				.orElseThrow(() -> manifest.invalid("components", circle(waiting)));
			order.add(next);
			placed.add(next.id());
			waiting.remove(next.id());
		}
		return List.copyOf(order);
	}

	private static void requireKnown(Component component, Set<String> known, Manifest manifest) {
		for (var id : component.dependsOn()) {
			if (!known.contains(id)) {
				throw manifest.invalid("components", "component '%s' depends on '%s', which is unknown; known are %s"
					.formatted(component.id(), id, String.join(", ", known)));
			}
		}
	}

	private static String circle(TreeMap<String, Component> waiting) {
		return "these depend on each other in a circle: %s; remove one of the dependencies".formatted(waiting.values()
			.stream()
			.map((component) -> "%s on %s".formatted(component.id(), String.join(" and ", component.dependsOn())))
			.collect(Collectors.joining(", ")));
	}

}
