package dev.backout.playbook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;
import dev.backout.step.StepType;
import org.xml.sax.SAXException;

/**
 * A step, a task of a person or a decision of a playbook in words, for those who do not
 * draw.
 *
 * @param kind what it is
 * @param facts what the playbook says of it
 */
public record Part(String id, String name, String kind, List<Fact> facts) {

	/** Something that the playbook says. */
	public record Fact(String what, String value) {
	}

	/**
	 * All of them, in the order of the file.
	 * @throws Rejected {@code playbook.broken} when it is no playbook
	 */
	static List<Part> of(byte[] document, Map<String, StepType> types) {
		try {
			return new Reader(new Graph(XmlNode.parse(document)), types).parts();
		}
		catch (SAXException ex) {
			throw new Rejected("playbook.broken", "This is not a playbook: " + ex.getMessage());
		}
	}

	private record Reader(Graph graph, Map<String, StepType> types) {

		List<Part> parts() {
			var parts = new ArrayList<Part>();
			for (var node : this.graph.nodes.values()) {
				switch (node.name) {
					case "serviceTask", "sendTask" -> parts.add(step(node));
					case "userTask" -> parts.add(task(node));
					case "exclusiveGateway" -> decision(node, parts);
					default -> {
					}
				}
			}
			return List.copyOf(parts);
		}

		private Part step(XmlNode node) {
			var facts = new ArrayList<Fact>();
			var topic = node.camunda("topic");
			var type = this.types.get(topic);
			if (type != null) {
				facts.add(new Fact("Does", type.does().replaceAll("\\.$", "")));
			}
			new TreeMap<>(Tasks.inputs(node))
				.forEach((name, input) -> facts.add(new Fact(ElementTemplates.label(name), input.text())));
			this.graph.boundaries(node.id())
				.forEach((event) -> this.graph.code(event)
					.ifPresent((code) -> facts.add(new Fact("When it refuses with " + code, next(event)))));
			if (Tasks.skippable(node)) {
				facts.add(new Fact("May be passed over", "by an operator, with a reason"));
			}
			return new Part(node.id(), title(node),
					(type != null && type.destructive()) ? "Step that changes the target, " + topic : "Step, " + topic,
					facts);
		}

		private Part task(XmlNode node) {
			var facts = new ArrayList<Fact>();
			add(facts, "Asked",
					node.camunda("candidateGroups") + node.camunda("candidateUsers") + node.camunda("assignee"));
			add(facts, "Due", node.camunda("dueDate"));
			this.graph.boundaries(node.id())
				.stream()
				.filter((event) -> Graph.has(event, "timerEventDefinition"))
				.forEach((event) -> add(facts, "Every " + cycle(event), next(event)));
			add(facts, "Answers",
					Tasks.question(node)
						.stream()
						.flatMap((field) -> field.children.stream())
						.filter((value) -> value.camundaElement("value"))
						.map((value) -> value.attribute("name"))
						.collect(Collectors.joining("; ")));
			add(facts, "Message", Tasks.properties(node).getOrDefault("template", ""));
			return new Part(node.id(), title(node), Tasks.approval(node) ? "Approval" : "Task of a person", facts);
		}

		private void decision(XmlNode node, List<Part> parts) {
			var ways = this.graph.outgoing(node);
			if (ways.size() > 1) {
				parts.add(new Part(node.id(), title(node), "Decision", ways.stream()
					.map((way) -> new Fact(this.graph.fallback(way) ? "Otherwise" : "When " + Graph.condition(way),
							target(way)))
					.toList()));
			}
		}

		private static String cycle(XmlNode event) {
			return event.all()
				.filter((node) -> node.bpmn("timeCycle") || node.bpmn("timeDuration"))
				.map(XmlNode::text)
				.findFirst()
				.orElse("");
		}

		private String next(XmlNode node) {
			return this.graph.outgoing(node).stream().map(this::target).collect(Collectors.joining("; "));
		}

		private String target(XmlNode way) {
			var target = this.graph.node(way.attribute("targetRef"));
			return (target != null) ? title(target) : "";
		}

		private static String title(XmlNode node) {
			return node.attribute("name").isBlank() ? node.id() : node.attribute("name").replaceAll("\\s+", " ");
		}

		private static void add(List<Fact> facts, String what, String value) {
			if (!value.isBlank()) {
				facts.add(new Fact(what, value));
			}
		}

	}

}
