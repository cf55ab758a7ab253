package dev.backout.playbook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/** Where a token can go in a playbook, and what is certain to have happened before. */
final class Graph {

	/** Elements by id, in the order of the file. */
	final Map<String, XmlNode> nodes = new LinkedHashMap<>();

	private final Map<String, List<Edge>> from = new HashMap<>();

	Graph(XmlNode root) {
		root.walk((node) -> {
			if (node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty()) {
				this.nodes.putIfAbsent(node.id(), node);
			}
		});
		this.nodes.values().forEach(this::connect);
	}

	/**
	 * A way on.
	 *
	 * @param after whether the work of {@code from} is done then
	 * @param condition of a sequence flow; empty without one
	 * @param aside whether the token goes on elsewhere at the same time
	 */
	record Edge(String from, String to, boolean after, String condition, boolean aside) {
	}

	private void connect(XmlNode node) {
		switch (node.name) {
			case "sequenceFlow" -> flow(node);
			case "boundaryEvent" -> boundary(node);
			case "subProcess" -> {
				start(node).ifPresent((inner) -> add(new Edge(node.id(), inner.id(), false, "", false)));
				ends(node).forEach((end) -> leave(node, end));
			}
			default -> {
			}
		}
	}

	private void flow(XmlNode flow) {
		var source = this.nodes.get(flow.attribute("sourceRef"));
		var condition = flow.children.stream()
			.filter((child) -> child.bpmn("conditionExpression"))
			.map(XmlNode::text)
			.findFirst()
			.orElse("");
		// What follows a sub-process follows its ends.
		if (source != null && !source.bpmn("subProcess")) {
			add(new Edge(source.id(), flow.attribute("targetRef"), true, condition, false));
		}
	}

	private void boundary(XmlNode event) {
		var host = this.nodes.get(event.attribute("attachedToRef"));
		if (host == null) {
			return;
		}
		var aside = event.attribute("cancelActivity").equals("false");
		if (!host.bpmn("subProcess")) {
			add(new Edge(host.id(), event.id(), false, "", aside));
		}
		else if (code(event).isEmpty()) {
			// Anywhere inside; what is certain at its start is certain everywhere in it.
			add(new Edge(host.id(), event.id(), false, "", aside));
		}
	}

	private void leave(XmlNode process, XmlNode end) {
		var thrown = code(end);
		if (thrown.isEmpty()) {
			outgoing(process).forEach((flow) -> add(new Edge(end.id(), flow.attribute("targetRef"), true, "", false)));
			return;
		}
		boundaries(process.id()).filter((event) -> code(event).equals(thrown))
			.forEach((event) -> add(new Edge(end.id(), event.id(), true, "", false)));
	}

	private void add(Edge edge) {
		this.from.computeIfAbsent(edge.from(), (key) -> new ArrayList<>()).add(edge);
	}

	List<Edge> from(String id) {
		return this.from.getOrDefault(id, List.of());
	}

	java.util.stream.Stream<XmlNode> boundaries(String host) {
		return this.nodes.values()
			.stream()
			.filter((node) -> node.bpmn("boundaryEvent") && node.attribute("attachedToRef").equals(host));
	}

	List<XmlNode> outgoing(XmlNode node) {
		return this.nodes.values()
			.stream()
			.filter((flow) -> flow.bpmn("sequenceFlow") && flow.attribute("sourceRef").equals(node.id()))
			.toList();
	}

	static Optional<XmlNode> start(XmlNode scope) {
		return scope.children.stream().filter((child) -> child.bpmn("startEvent")).findFirst();
	}

	static List<XmlNode> ends(XmlNode scope) {
		return scope.children.stream().filter((child) -> child.bpmn("endEvent")).toList();
	}

	/**
	 * The error code that an event throws or catches; empty for another kind of event.
	 */
	Optional<String> code(XmlNode event) {
		return event.children.stream()
			.filter((child) -> child.bpmn("errorEventDefinition"))
			.map((definition) -> Optional.ofNullable(this.nodes.get(definition.attribute("errorRef")))
				.map((error) -> error.attribute("errorCode"))
				.orElse(""))
			.findFirst();
	}

	static boolean has(XmlNode event, String definition) {
		return event.children.stream().anyMatch((child) -> child.bpmn(definition));
	}

	/**
	 * What is certain to have happened when a token reaches an element, on whichever
	 * path.
	 * @param facts adds to what is certain when an edge is taken
	 * @return nothing for elements that no token reaches
	 */
	Map<String, Set<String>> certain(String start, Facts facts) {
		var known = new HashMap<String, Set<String>>();
		var waiting = new ArrayDeque<String>();
		known.put(start, Set.of());
		waiting.add(start);
		while (!waiting.isEmpty()) {
			var id = waiting.remove();
			for (var edge : from(id)) {
				var after = new HashSet<>(known.getOrDefault(id, Set.of()));
				facts.apply(edge, after);
				var before = known.get(edge.to());
				var merged = new HashSet<>(after);
				if (before != null) {
					merged.retainAll(before);
				}
				if (!merged.equals(before)) {
					known.put(edge.to(), merged);
					waiting.add(edge.to());
				}
			}
		}
		return known;
	}

	/** Everything that can be reached from an element, itself included. */
	Set<String> reachable(String start) {
		var seen = new HashSet<String>();
		var waiting = new ArrayDeque<>(List.of(start));
		while (!waiting.isEmpty()) {
			var id = waiting.remove();
			if (seen.add(id)) {
				from(id).forEach((edge) -> waiting.add(edge.to()));
			}
		}
		return seen;
	}

	/** What an edge makes certain, or puts in doubt again. */
	interface Facts {

		void apply(Edge edge, Set<String> certain);

	}

	@Nullable XmlNode node(String id) {
		return this.nodes.get(id);
	}

}
