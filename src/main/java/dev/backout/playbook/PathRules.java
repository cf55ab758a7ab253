package dev.backout.playbook;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import dev.backout.step.StepType;
import org.jspecify.annotations.Nullable;

/** What has to come before what, on every path. */
final class PathRules {

	private static final String TOLD = "notify.send";

	private static final String VERIFIED = "backup.verify";

	private static final String APPROVED = "an approval";

	/** On the side of a run that only reminds people. */
	private static final String ASIDE = "aside";

	private final Graph graph;

	private final Map<String, StepType> types;

	private final Findings findings;

	PathRules(Graph graph, Map<String, StepType> types, Findings findings) {
		this.graph = graph;
		this.types = types;
		this.findings = findings;
	}

	void check(XmlNode process) {
		Graph.start(process).ifPresent((start) -> {
			var certain = this.graph.certain(start.id(), this::learn);
			this.graph.nodes.values().forEach((node) -> {
				var facts = certain.get(node.id());
				if (facts != null) {
					check(node, facts, process);
				}
			});
			loops(process);
		});
	}

	private void check(XmlNode node, Set<String> facts, XmlNode process) {
		var type = this.types.get(node.camunda("topic"));
		if (type != null && type.destructive() && !facts.containsAll(Set.of(VERIFIED, APPROVED))) {
			var missing = new HashSet<>(Set.of(VERIFIED, APPROVED));
			missing.removeAll(facts);
			this.findings.error(Rule.DESTRUCTIVE, node, "'%s' changes the target, and a path reaches it without %s"
				.formatted(node.id(), String.join(" and ", missing.stream().sorted().toList())));
		}
		if (node.bpmn("endEvent") && node.parent == process && !facts.contains(TOLD) && !facts.contains(ASIDE)) {
			this.findings.error(Rule.SILENT, node,
					"A path ends at '%s' without having told the stakeholders".formatted(node.id()));
		}
	}

	private void learn(Graph.Edge edge, Set<String> certain) {
		var node = this.graph.node(edge.from());
		if (node == null) {
			return;
		}
		if (edge.aside()) {
			certain.add(ASIDE);
		}
		if (edge.after()) {
			var topic = node.camunda("topic");
			if (topic.equals("plan.seal")) {
				certain.remove(APPROVED);
			}
			if (!topic.isEmpty()) {
				certain.add(topic);
			}
		}
		if (approves(edge)) {
			certain.add(APPROVED);
		}
	}

	// Only the exact question "was it approved?" counts, so that "or true" does not.
	private boolean approves(Graph.Edge edge) {
		return this.graph.nodes.values()
			.stream()
			.filter((task) -> task.bpmn("userTask") && "approval".equals(Tasks.properties(task).get("kind")))
			.map(Tasks::decision)
			.anyMatch((field) -> edge.condition().replaceAll("\\s", "").equals("${" + field + "=='approve'}"));
	}

	private void loops(XmlNode process) {
		var done = new HashSet<String>();
		this.graph.nodes.keySet().forEach((id) -> {
			var repeated = loop(id, new HashSet<>(), done);
			if (repeated != null) {
				this.findings.error(Rule.LOOP, repeated,
						"'%s' is part of a loop that waits nowhere".formatted(repeated.id()));
			}
		});
	}

	private @Nullable XmlNode loop(String id, Set<String> path, Set<String> done) {
		var node = this.graph.node(id);
		if (node == null || waits(node) || done.contains(id)) {
			return null;
		}
		if (!path.add(id)) {
			return node;
		}
		for (var edge : this.graph.from(id)) {
			var repeated = loop(edge.to(), path, done);
			if (repeated != null) {
				return repeated;
			}
		}
		path.remove(id);
		done.add(id);
		return null;
	}

	private static boolean waits(XmlNode node) {
		return Set.of("userTask", "serviceTask", "sendTask", "intermediateCatchEvent").contains(node.name);
	}

}
