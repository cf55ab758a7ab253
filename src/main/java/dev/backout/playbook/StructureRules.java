package dev.backout.playbook;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What has no id is seen by the engine and by no rule, and what stands twice is read once
 * by one and once by the other: neither is let in. The order is the one of BPMN's schema.
 */
final class StructureRules {

	/** Elements that are led to, referred to, or marked. */
	private static final Set<String> NAMED = Set.of("process", "sequenceFlow", "startEvent", "endEvent",
			"intermediateCatchEvent", "boundaryEvent", "exclusiveGateway", "parallelGateway", "serviceTask", "sendTask",
			"userTask", "subProcess", "error", "message");

	private static final Set<String> ONCE = Set.of("extensionElements", "conditionExpression", "inputOutput",
			"formData", "validation", "timeDuration", "timeCycle", "text", "collaboration");

	/** Places in the order of BPMN's schema; all others stand between. */
	private static final Map<String, Integer> ORDER = Map.of("documentation", 0, "extensionElements", 1, "incoming", 2,
			"outgoing", 3, "laneSet", 4, "participant", 4, "textAnnotation", 6, "association", 6, "group", 6,
			"BPMNDiagram", 7);

	private static final int BETWEEN = 5;

	private final Findings findings;

	StructureRules(Findings findings) {
		this.findings = findings;
	}

	void check(XmlNode root) {
		root.walk((node) -> {
			if (node.namespace.equals(XmlNode.BPMN) && NAMED.contains(node.name) && node.id().isEmpty()) {
				this.findings.error(Rule.DUPLICATE, node, "'%s' has no id".formatted(node.name));
			}
			children(node);
			if (node.camundaElement("properties")) {
				properties(node);
			}
		});
	}

	private void children(XmlNode node) {
		var seen = new HashSet<String>();
		var last = 0;
		for (var child : node.children) {
			var once = ONCE.contains(child.name) || child.camundaElement("properties");
			if (!seen.add(child.name) && once) {
				this.findings.error(Rule.PLACE, child, "'%s' stands twice in '%s'".formatted(child.name, node.name));
			}
			if (node.namespace.equals(XmlNode.BPMN) && !node.name.equals("extensionElements")) {
				var place = ORDER.getOrDefault(child.name, BETWEEN);
				if (place < last) {
					this.findings.error(Rule.PLACE, child,
							"'%s' stands too late in '%s'".formatted(child.name, node.name));
				}
				last = Math.max(place, last);
			}
		}
	}

	private void properties(XmlNode node) {
		var seen = new HashSet<String>();
		for (var property : node.children) {
			var name = property.attribute("name").isEmpty() ? property.id() : property.attribute("name");
			if (!seen.add(name)) {
				this.findings.error(Rule.PLACE, property, "Property '%s' stands twice".formatted(name));
			}
		}
	}

}
