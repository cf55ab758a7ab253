package dev.backout.playbook;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.backout.step.StepType;

/** How our playbooks are made, element by element. */
final class HouseRules {

	/** What every run knows from its start. */
	private static final Set<String> GIVEN = Set.of("runId", "kind", "release", "target", "requester", "severity",
			"reason", "planDigest", "approvalPatience", "decisionPatience", "messagePatience", "commanderRotation",
			"communicationsRotation", "reviewRotation", "suite", "approvedDigest", "escalating");

	/** What only the engine sets. */
	private static final Set<String> RESERVED = Set.of("runId", "kind", "requester", "approvedDigest", "escalating",
			"commanderRotation", "communicationsRotation", "reviewRotation");

	private static final Pattern ANSWER = Pattern.compile("([A-Za-z]\\w*)\\s*(?:==|!=|eq|ne)\\s*['\"]([^'\"]*)['\"]");

	private final Graph graph;

	private final Map<String, StepType> types;

	private final Findings findings;

	private final Set<String> variables = new HashSet<>(GIVEN);

	HouseRules(Graph graph, Map<String, StepType> types, Findings findings) {
		this.graph = graph;
		this.types = types;
		this.findings = findings;
	}

	void check(XmlNode root, XmlNode process) {
		duplicates(root);
		if (process.camunda("historyTimeToLive").isEmpty()) {
			this.findings.error(Rule.TTL, process,
					"The history of '%s' would be kept for ever".formatted(process.id()));
		}
		this.graph.nodes.values().forEach(this::learnVariables);
		this.graph.nodes.values().forEach((node) -> {
			switch (node.name) {
				case "serviceTask", "sendTask" -> step(node);
				case "userTask" -> task(node);
				case "exclusiveGateway" -> gateway(node);
				case "startEvent" -> start(node);
				case "subProcess" -> scope(node);
				default -> {
				}
			}
			expressions(node);
		});
		scope(process);
		abortable(process);
		names();
		picture(root);
	}

	private void duplicates(XmlNode root) {
		var seen = new HashSet<String>();
		root.walk((node) -> {
			if (node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty() && !seen.add(node.id())) {
				this.findings.error(Rule.DUPLICATE, node, "Id '%s' is used twice".formatted(node.id()));
			}
		});
	}

	private void learnVariables(XmlNode node) {
		var type = this.types.get(node.camunda("topic"));
		if (type != null) {
			type.outputs().forEach((output) -> this.variables.add(output.name()));
		}
		if (node.bpmn("userTask")) {
			Tasks.fields(node).forEach((field) -> {
				written(node, field.id());
				if (field.attribute("type").equals("enum")) {
					this.variables.add(field.id() + "Reason");
				}
			});
		}
		node.children.stream().filter((child) -> child.bpmn("errorEventDefinition")).forEach((definition) -> {
			for (var name : List.of(definition.camunda("errorCodeVariable"),
					definition.camunda("errorMessageVariable"))) {
				written(node, name);
			}
		});
	}

	private void written(XmlNode node, String variable) {
		if (variable.isEmpty()) {
			return;
		}
		if (GIVEN.contains(variable)) {
			this.findings.error(Rule.RESERVED, node,
					"'%s' sets '%s', which the run itself sets".formatted(node.id(), variable));
		}
		this.variables.add(variable);
	}

	private void step(XmlNode step) {
		var topic = step.camunda("topic");
		var type = this.types.get(topic);
		if (!step.camunda("type").equals("external") || type == null) {
			this.findings.error(Rule.STEP, step,
					topic.isEmpty() ? "'%s' names no step type".formatted(step.id())
							: "There is no step type '%s', but %s".formatted(topic,
									this.types.keySet().stream().sorted().toList()));
			return;
		}
		inputs(step, type);
		refusals(step, type);
	}

	private void inputs(XmlNode step, StepType type) {
		var given = Tasks.inputs(step);
		type.inputs()
			.stream()
			.filter(StepType.Field::required)
			.map(StepType.Field::name)
			.filter((name) -> !given.containsKey(name) && !this.variables.contains(name))
			.forEach((name) -> this.findings.error(Rule.INPUT, step,
					"'%s' needs input '%s', and nothing gives it".formatted(step.id(), name)));
		var known = type.inputs().stream().map(StepType.Field::name).collect(Collectors.toSet());
		given.forEach((name, input) -> {
			if (RESERVED.contains(name) || (name.equals("planDigest") && !type.name().equals("plan.seal"))) {
				this.findings.error(Rule.RESERVED, input, "'%s' replaces '%s' for itself".formatted(step.id(), name));
			}
			else if (!known.contains(name)) {
				this.findings.warning(Rule.INPUT, input,
						"Step type '%s' has no input '%s'".formatted(type.name(), name));
			}
		});
	}

	private void refusals(XmlNode step, StepType type) {
		var handled = this.graph.boundaries(step.id())
			.flatMap((event) -> this.graph.code(event).stream())
			.collect(Collectors.toSet());
		var declared = type.refusals().stream().map(StepType.Refusal::code).collect(Collectors.toSet());
		declared.stream()
			.filter((code) -> !handled.contains(code))
			.sorted()
			.forEach((code) -> this.findings.error(Rule.REFUSAL, step,
					"'%s' may refuse with '%s', and nothing leads on from there".formatted(step.id(), code)));
		handled.stream()
			.filter((code) -> !declared.contains(code))
			.forEach((code) -> this.findings.warning(Rule.UNKNOWN_REFUSAL, step,
					"Step type '%s' never refuses with '%s'".formatted(type.name(), code)));
	}

	private void task(XmlNode task) {
		if ((task.camunda("candidateGroups") + task.camunda("candidateUsers") + task.camunda("assignee")).isBlank()) {
			this.findings.error(Rule.OWNER, task, "Nobody is asked at '%s'".formatted(task.id()));
		}
		if (Tasks.answers(task).isEmpty()) {
			this.findings.error(Rule.ANSWERS, task, "'%s' has no answers to choose from".formatted(task.id()));
		}
		var escalates = this.graph.boundaries(task.id())
			.filter((event) -> event.attribute("cancelActivity").equals("false")
					&& Graph.has(event, "timerEventDefinition"))
			.flatMap((event) -> this.graph.from(event.id()).stream())
			.map((edge) -> this.graph.node(edge.to()))
			.anyMatch((next) -> next != null && next.camunda("topic").equals("page.owner"));
		if (task.camunda("dueDate").isEmpty() || !escalates) {
			this.findings.error(Rule.ESCALATION, task,
					"Nobody is asked next when '%s' waits too long".formatted(task.id()));
		}
	}

	private void gateway(XmlNode gateway) {
		var flows = this.graph.outgoing(gateway);
		if (flows.size() > 1 && gateway.attribute("default").isEmpty()) {
			this.findings.error(Rule.FALLBACK, gateway, "'%s' has no default".formatted(gateway.id()));
		}
	}

	private void start(XmlNode start) {
		if (start.children.stream().anyMatch((child) -> child.name.endsWith("EventDefinition"))) {
			this.findings.error(Rule.START, start, "'%s' starts by itself".formatted(start.id()));
		}
	}

	private void scope(XmlNode scope) {
		var starts = scope.children.stream().filter((child) -> child.bpmn("startEvent")).count();
		if (starts != 1) {
			this.findings.error(Rule.START, scope, "'%s' has %d start events".formatted(scope.id(), starts));
		}
	}

	private void abortable(XmlNode process) {
		var abortable = this.graph.nodes.values()
			.stream()
			.filter((event) -> event.bpmn("boundaryEvent") && Graph.has(event, "messageEventDefinition"))
			.filter((event) -> event.children.stream()
				.map((definition) -> this.graph.node(definition.attribute("messageRef")))
				.anyMatch((message) -> message != null && message.attribute("name").equals("abort")))
			.map((event) -> event.attribute("attachedToRef"))
			.collect(Collectors.toSet());
		this.graph.nodes.values()
			.stream()
			.filter((node) -> Optional.ofNullable(this.types.get(node.camunda("topic")))
				.filter(StepType::destructive)
				.isPresent())
			.filter((node) -> !inside(node, abortable))
			.forEach((node) -> this.findings.error(Rule.ABORT, node,
					"A run cannot be aborted while '%s' is at work".formatted(node.id())));
	}

	private static boolean inside(XmlNode node, Set<String> scopes) {
		for (var scope = node.parent; scope != null; scope = scope.parent) {
			if (scopes.contains(scope.id())) {
				return true;
			}
		}
		return false;
	}

	private void expressions(XmlNode node) {
		var texts = new java.util.ArrayList<String>();
		node.attributes.forEach((attribute) -> texts.add(attribute.value()));
		node.children.stream()
			.filter((child) -> !Set.of("subProcess", "process").contains(child.name) && child.id().isEmpty()
					|| child.name.endsWith("EventDefinition") || child.bpmn("extensionElements"))
			.flatMap(XmlNode::all)
			.forEach((child) -> texts.add(child.text()));
		texts.stream()
			.filter((text) -> Expressions.present(text) && Expressions.refusal(text).isEmpty())
			.forEach((text) -> {
				Expressions.variables(text)
					.stream()
					.filter((name) -> !this.variables.contains(name))
					.forEach((name) -> this.findings.error(Rule.VARIABLE, node,
							"'%s' reads '%s', which nothing gives".formatted(node.id(), name)));
				answers(node, text);
			});
	}

	private void answers(XmlNode node, String text) {
		var questions = new HashMap<String, List<String>>();
		this.graph.nodes.values()
			.stream()
			.filter((task) -> task.bpmn("userTask"))
			.forEach((task) -> questions.computeIfAbsent(Tasks.decision(task), (key) -> new java.util.ArrayList<>())
				.addAll(Tasks.answers(task)));
		var matcher = ANSWER.matcher(text);
		while (matcher.find()) {
			var answers = questions.get(matcher.group(1));
			if (answers != null && !answers.contains(matcher.group(2)) && !matcher.group(2).isEmpty()) {
				this.findings.error(Rule.DECISION, node,
						"'%s' asks for '%s', but the answers are %s".formatted(node.id(), matcher.group(2), answers));
			}
		}
	}

	private void names() {
		this.graph.nodes.values()
			.stream()
			.filter((node) -> Set.of("serviceTask", "sendTask", "userTask").contains(node.name)
					|| (node.bpmn("endEvent") && node.parent != null && node.parent.bpmn("process")))
			.filter((node) -> node.attribute("name").isBlank())
			.forEach((node) -> this.findings.error(Rule.NAME, node, "'%s' has no name".formatted(node.id())));
	}

	private void picture(XmlNode root) {
		var drawn = root.all()
			.filter((node) -> node.name.equals("BPMNShape") || node.name.equals("BPMNEdge"))
			.map((node) -> node.attribute("bpmnElement"))
			.collect(Collectors.toSet());
		this.graph.nodes.values()
			.stream()
			.filter((node) -> node.name.matches(".*(Task|Event|Gateway|subProcess|sequenceFlow)"))
			.filter((node) -> !drawn.contains(node.id()))
			.forEach((node) -> this.findings.warning(Rule.PICTURE, node,
					"'%s' is not in the diagram".formatted(node.id())));
	}

}
