package dev.backout.playbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** The elements of a playbook and how they are drawn together. */
final class Graph {

	private static final Set<String> FLOW_NODES = Set.of("startEvent", "endEvent", "intermediateCatchEvent",
			"boundaryEvent", "exclusiveGateway", "parallelGateway", "serviceTask", "sendTask", "userTask",
			"subProcess");

	/** Elements by id, in the order of the file. */
	final Map<String, XmlNode> nodes = new LinkedHashMap<>();

	private final Map<String, List<XmlNode>> outgoing = new HashMap<>();

	private final Map<String, List<XmlNode>> incoming = new HashMap<>();

	private final Map<String, List<XmlNode>> boundaries = new HashMap<>();

	Graph(XmlNode root) {
		root.walk((node) -> {
			if (node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty()) {
				this.nodes.putIfAbsent(node.id(), node);
			}
		});
		this.nodes.values().forEach((node) -> {
			switch (node.name) {
				case "sequenceFlow" -> {
					add(this.outgoing, node.attribute("sourceRef"), node);
					add(this.incoming, node.attribute("targetRef"), node);
				}
				case "boundaryEvent" -> add(this.boundaries, node.attribute("attachedToRef"), node);
				default -> {
				}
			}
		});
	}

	private static void add(Map<String, List<XmlNode>> lists, String key, XmlNode node) {
		lists.computeIfAbsent(key, (ignored) -> new ArrayList<>()).add(node);
	}

	@Nullable XmlNode node(String id) {
		return this.nodes.get(id);
	}

	/** What a token can stand on. */
	List<XmlNode> flowNodes() {
		return this.nodes.values().stream().filter(Graph::flowNode).toList();
	}

	static boolean flowNode(XmlNode node) {
		return node.namespace.equals(XmlNode.BPMN) && FLOW_NODES.contains(node.name);
	}

	List<XmlNode> boundaries(String host) {
		return this.boundaries.getOrDefault(host, List.of());
	}

	List<XmlNode> outgoing(XmlNode node) {
		return this.outgoing.getOrDefault(node.id(), List.of());
	}

	List<XmlNode> incoming(XmlNode node) {
		return this.incoming.getOrDefault(node.id(), List.of());
	}

	/** Whether a flow is what its source falls back to. */
	boolean fallback(XmlNode flow) {
		var source = node(flow.attribute("sourceRef"));
		return source != null && source.attribute("default").equals(flow.id());
	}

	static String condition(XmlNode flow) {
		return flow.children.stream()
			.filter((child) -> child.bpmn("conditionExpression"))
			.map(XmlNode::text)
			.findFirst()
			.orElse("");
	}

	static Optional<XmlNode> start(XmlNode scope) {
		return scope.children.stream().filter((child) -> child.bpmn("startEvent")).findFirst();
	}

	/**
	 * The error code that an event throws or catches, empty text for any code; nothing
	 * for another kind of event.
	 */
	Optional<String> code(XmlNode event) {
		return event.children.stream()
			.filter((child) -> child.bpmn("errorEventDefinition"))
			.map((definition) -> Optional.ofNullable(node(definition.attribute("errorRef")))
				.map((error) -> error.attribute("errorCode"))
				.orElse(""))
			.findFirst();
	}

	/** Boundary events that catch what an end event throws, nearest scope first. */
	List<XmlNode> catchers(XmlNode end) {
		var thrown = code(end).orElse("");
		for (var scope = end.parent; scope != null && scope.bpmn("subProcess"); scope = scope.parent) {
			var found = boundaries(scope.id()).stream()
				.filter((event) -> code(event).filter((code) -> code.isEmpty() || code.equals(thrown)).isPresent())
				.toList();
			if (!found.isEmpty()) {
				return found;
			}
		}
		return List.of();
	}

	static boolean has(XmlNode event, String definition) {
		return event.children.stream().anyMatch((child) -> child.bpmn(definition));
	}

	/** Whether a token goes on beside the one that waits. */
	static boolean aside(XmlNode boundary) {
		return boundary.attribute("cancelActivity").equals("false");
	}

}
