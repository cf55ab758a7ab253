package dev.backout.playbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.backout.step.StepType;
import org.jspecify.annotations.Nullable;

/** How our playbooks are made, element by element. */
final class HouseRules {

	/** What every run knows from its start. */
	static final Set<String> GIVEN = Set.of("runId", "kind", "release", "target", "requester", "severity", "reason",
			"planDigest", "approvalPatience", "decisionPatience", "messagePatience", "commanderRotation",
			"communicationsRotation", "reviewRotation", "suite", "approvedDigest", "escalating");

	/** What only the engine sets. */
	static final Set<String> RESERVED = Set.of("runId", "kind", "requester", "approvedDigest", "escalating",
			"commanderRotation", "communicationsRotation", "reviewRotation");

	/** The patience that a run is given; nobody can make it shorter than it is. */
	private static final Set<String> PATIENCE = Set.of("${approvalPatience}", "${decisionPatience}",
			"${messagePatience}");

	/** Steps that work on what the plan was sealed for, and on nothing else. */
	private static final Set<String> BOUND = Set.of("backup.take", "plan.seal", "target.freeze", "target.thaw");

	private static final Pattern ANSWER = Pattern.compile("([A-Za-z]\\w*)\\s*(?:==|!=|eq|ne)\\s*['\"]([^'\"]*)['\"]");

	private final Graph graph;

	private final Map<String, StepType> types;

	private final TemplateRules templates;

	private final Findings findings;

	private final Set<String> variables = new HashSet<>(GIVEN);

	/** Answers by the variable that takes them. */
	private final Map<String, List<String>> questions = new HashMap<>();

	/** What gives a variable, an approval's own answer left aside. */
	private final Map<String, List<XmlNode>> givers = new LinkedHashMap<>();

	HouseRules(Graph graph, Map<String, StepType> types, TemplateRules templates, Findings findings) {
		this.graph = graph;
		this.types = types;
		this.templates = templates;
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
				case "startEvent" -> start(node);
				case "subProcess" -> scope(node);
				default -> {
				}
			}
			expressions(node);
		});
		scope(process);
		schedule(process);
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
			type.outputs().forEach((output) -> given(node, output.name()));
		}
		if (node.bpmn("userTask")) {
			Tasks.fields(node).forEach((field) -> {
				written(node, field.id());
				if (!Tasks.approval(node) || !Tasks.decision(node).equals(field.id())) {
					given(node, field.id());
				}
				if (field.attribute("type").equals("enum")) {
					this.variables.add(field.id() + "Reason");
					this.variables.add(field.id() + "By");
				}
			});
			this.questions.computeIfAbsent(Tasks.decision(node), (key) -> new ArrayList<>())
				.addAll(Tasks.answers(node));
		}
		caught(node).forEach((name) -> {
			written(node, name);
			given(node, name);
		});
	}

	private void given(XmlNode node, String variable) {
		this.variables.add(variable);
		this.givers.computeIfAbsent(variable, (key) -> new ArrayList<>()).add(node);
	}

	/** Variables that take what a boundary event caught. */
	private static Stream<String> caught(XmlNode event) {
		return event.children.stream()
			.filter((child) -> child.bpmn("errorEventDefinition"))
			.flatMap((definition) -> Stream.of(definition.camunda("errorCodeVariable"),
					definition.camunda("errorMessageVariable")))
			.filter((name) -> !name.isEmpty());
	}

	private void written(XmlNode node, String variable) {
		if (variable.isEmpty()) {
			return;
		}
		if (GIVEN.contains(variable) || Set.of("decision", "reason").contains(variable)) {
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
		bound(step, type);
		refusals(step, type);
		this.templates.step(step);
	}

	/** Whoever approved the plan approved it for this release on this target. */
	private void bound(XmlNode step, StepType type) {
		if (type.destructive() || BOUND.contains(type.name())) {
			Stream.of("target", "release", "backupId")
				.filter((name) -> !Tasks.takesAsGiven(step, name))
				.forEach((name) -> this.findings.error(Rule.RESERVED, step,
						"'%s' replaces '%s' for itself".formatted(step.id(), name)));
		}
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
			if (!settable(type, name)) {
				this.findings.error(Rule.RESERVED, input, "'%s' replaces '%s' for itself".formatted(step.id(), name));
			}
			else if (!known.contains(name)) {
				this.findings.warning(Rule.INPUT, input,
						"Step type '%s' has no input '%s'".formatted(type.name(), name));
			}
		});
		if (Tasks.inputsOf(step).count() > given.size()) {
			this.findings.error(Rule.INPUT, step, "'%s' is given an input twice".formatted(step.id()));
		}
		type.inputs().forEach((field) -> fits(step, field, given.get(field.name())));
	}

	/** Whether a playbook may give a step an input, rather than the engine. */
	static boolean settable(StepType type, String input) {
		return !RESERVED.contains(input) && (!input.equals("planDigest") || type.name().equals("plan.seal"));
	}

	/** What is written out is known before it runs; what a variable holds is not. */
	private void fits(XmlNode step, StepType.Field field, @Nullable XmlNode input) {
		if (input == null || Expressions.present(input.text())) {
			return;
		}
		if (input.text().isEmpty()) {
			if (field.required()) {
				this.findings.error(Rule.INPUT, input,
						"'%s' needs input '%s', and is given nothing".formatted(step.id(), field.name()));
			}
			return;
		}
		field.refusal(input.text())
			.ifPresent((why) -> this.findings.error(Rule.FITTING, input,
					"'%s' is told '%s' = '%s', which %s".formatted(step.id(), field.name(), input.text(), why)));
	}

	private void refusals(XmlNode step, StepType type) {
		var handled = this.graph.boundaries(step.id())
			.stream()
			.flatMap((event) -> this.graph.code(event).stream())
			.collect(Collectors.toSet());
		var declared = type.refusals().stream().map(StepType.Refusal::code).collect(Collectors.toSet());
		declared.stream()
			.filter((code) -> !handled.contains(code))
			.sorted()
			.forEach((code) -> this.findings.error(Rule.REFUSAL, step,
					"'%s' may refuse with '%s', and nothing leads on from there".formatted(step.id(), code)));
		handled.stream()
			.filter((code) -> !code.isEmpty() && !declared.contains(code))
			.sorted()
			.forEach((code) -> this.findings.warning(Rule.UNKNOWN_REFUSAL, step,
					"Step type '%s' never refuses with '%s'".formatted(type.name(), code)));
	}

	private void task(XmlNode task) {
		if ((task.camunda("candidateGroups") + task.camunda("candidateUsers") + task.camunda("assignee")).isBlank()) {
			this.findings.error(Rule.OWNER, task, "Nobody is asked at '%s'".formatted(task.id()));
		}
		var questions = Tasks.fields(task).filter((field) -> field.attribute("type").equals("enum")).count();
		var answers = Tasks.answers(task);
		if (questions > 1 || answers.isEmpty() || Set.copyOf(answers).size() != answers.size()) {
			this.findings.error(Rule.ANSWERS, task,
					(questions > 1) ? "'%s' asks more than one question".formatted(task.id())
							: "'%s' has no answers to choose from, or one twice".formatted(task.id()));
		}
		var labels = Tasks.question(task)
			.stream()
			.flatMap((field) -> field.children.stream())
			.filter((value) -> value.camundaElement("value"))
			.map((value) -> value.attribute("name").strip().toLowerCase(Locale.ROOT))
			.toList();
		if (labels.contains("") || Set.copyOf(labels).size() != labels.size()) {
			this.findings.error(Rule.ANSWERS, task,
					"'%s' has answers that read alike, or not at all".formatted(task.id()));
		}
		if (!Tasks.soon(task.camunda("dueDate").replaceAll("[^'\"]*['\"]([^'\"]*)['\"].*", "$1"))
				|| this.graph.boundaries(task.id()).stream().noneMatch((event) -> escalates(event, task))) {
			this.findings.error(Rule.ESCALATION, task,
					"Nobody is asked next when '%s' waits too long".formatted(task.id()));
		}
		if (Tasks.approval(task)) {
			approval(task);
		}
		this.templates.task(task);
	}

	private boolean escalates(XmlNode event, XmlNode task) {
		return Graph.aside(event) && Graph.has(event, "timerEventDefinition") && Tasks.soon(Tasks
			.span(event)) && this.graph.outgoing(event)
				.stream()
				.map((flow) -> this.graph.node(flow.attribute("targetRef")))
				.anyMatch((step) -> step != null && step.camunda("topic").equals("page.owner") && asksNext(step, task));
	}

	private static boolean asksNext(XmlNode step, XmlNode task) {
		var about = Tasks.input(step, "taskDefinitionKey");
		return (about.isEmpty() || about.equals(task.id()))
				&& (!task.camunda("candidateGroups").isBlank() || !Tasks.input(step, "rotation").isBlank());
	}

	private void approval(XmlNode task) {
		var answer = Tasks.decision(task);
		var seal = Tasks.properties(task).getOrDefault("seal", "planDigest");
		if (!Tasks.answers(task).contains("approve")) {
			this.findings.error(Rule.APPROVAL, task, "'%s' cannot be answered with 'approve'".formatted(task.id()));
		}
		if (!seal.equals("planDigest")) {
			this.findings.error(Rule.APPROVAL, task, "'%s' seals '%s', not the plan".formatted(task.id(), seal));
		}
		this.givers.getOrDefault(answer, List.of())
			.stream()
			.distinct()
			.forEach((node) -> this.findings.error(Rule.APPROVAL, node,
					"'%s' gives '%s', which is the answer to the approval '%s'".formatted(node.id(), answer,
							task.id())));
		if (Tasks.fields(task).filter((field) -> field.id().equals(answer)).count() > 1) {
			this.findings.error(Rule.APPROVAL, task, "'%s' takes its answer twice".formatted(task.id()));
		}
	}

	private void start(XmlNode start) {
		var triggers = start.children.stream().filter((child) -> child.name.endsWith("EventDefinition")).toList();
		if (!triggers.isEmpty() && !Schedules.starts(start)) {
			this.findings.error(Rule.START, start, "'%s' starts by itself".formatted(start.id()));
		}
	}

	/** Nobody asked for such a run, so nobody else could approve what it does. */
	private void schedule(XmlNode process) {
		var selfStarting = Schedules.selfStarting(process);
		for (var node : this.graph.flowNodes()) {
			var type = this.types.get(node.camunda("topic"));
			if (selfStarting && type != null && type.destructive()) {
				this.findings.error(Rule.SCHEDULED, node,
						"'%s' changes the target in a playbook that starts by itself".formatted(node.id()));
			}
			node.children.stream()
				.filter((child) -> child.bpmn("timerEventDefinition") && !node.bpmn("startEvent"))
				.filter(Schedules::unbounded)
				.forEach((timer) -> this.findings.error(Rule.VALUE, timer,
						"'%s' repeats for ever: a cycle has a bound, such as R3/PT15M".formatted(timer.id())));
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
			.filter((event) -> event.bpmn("boundaryEvent") && !Graph.aside(event)
					&& Graph.has(event, "messageEventDefinition"))
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
		texts(node).filter((text) -> Expressions.present(text) && Expressions.refusal(text).isEmpty())
			.distinct()
			.forEach((text) -> {
				Expressions.variables(text)
					.stream()
					.filter((name) -> !this.variables.contains(name))
					.forEach((name) -> this.findings.error(Rule.VARIABLE, node,
							"'%s' reads '%s', which nothing gives".formatted(node.id(), name)));
				answers(node, text);
			});
		if (node.name.endsWith("Event")) {
			texts(node).filter((text) -> text.startsWith("R") || text.startsWith("${"))
				.map((text) -> text.substring(text.indexOf('/') + 1))
				.filter((text) -> Expressions.present(text) && !PATIENCE.contains(text))
				.forEach((text) -> this.findings.error(Rule.VALUE, node,
						"'%s' waits for %s, which has no bounds".formatted(node.id(), text)));
		}
	}

	/** What an element says itself, without the elements of a flow in it. */
	private static Stream<String> texts(XmlNode node) {
		var inside = node.bpmn("subProcess") || node.bpmn("process") ? Stream.<XmlNode>empty() : node.all().skip(1);
		return Stream.concat(Stream.of(node), inside)
			.flatMap((part) -> Stream.concat(part.attributes.stream().map(XmlNode.Attribute::value),
					Stream.of(part.text())));
	}

	private void answers(XmlNode node, String text) {
		var matcher = ANSWER.matcher(text);
		while (matcher.find()) {
			var answers = this.questions.get(matcher.group(1));
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
		new PictureRules(this.graph, this.findings).check(root);
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
