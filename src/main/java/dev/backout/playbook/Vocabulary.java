package dev.backout.playbook;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Every element, attribute and kind of value that a playbook may hold; whatever is not
 * here is refused.
 */
final class Vocabulary {

	static final Set<String> DIAGRAM = Set.of("http://www.omg.org/spec/BPMN/20100524/DI",
			"http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI",
			"http://bpmn.io/schema/bpmn/biocolor/1.0", "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
			"http://camunda.org/schema/modeler/1.0");

	/** Why some things are not here, for those who miss them. */
	static final Map<String, String> WHY = Map.of("scriptTask", "scripts run code", "script", "scripts run code",
			"executionListener", "listeners run code", "taskListener", "listeners run code", "connector",
			"connectors open network connections", "businessRuleTask", "decision tables are not part of playbooks",
			"import", "imports fetch other files", "field", "fields configure code", "callActivity",
			"a run must be one playbook of one version", "signal", "signals reach other runs");

	/** The engine's tables hold no longer ones. */
	private static final int MAX_NAME = 250;

	private static final Pattern DUE = Pattern.compile(
			"\\$\\{after\\((?:('[A-Z0-9.]+'|\"[A-Z0-9.]+\")|approvalPatience|decisionPatience|messagePatience)\\)\\}");

	private static final Pattern HIDDEN = Pattern.compile("[\\p{Cf}\\p{Cc}&&[^\\t\\n\\r]]");

	private static final Pattern CYCLE = Pattern.compile("R([1-9]\\d?)/(.+)");

	private static final Map<String, Spec> BPMN = new HashMap<>();

	private static final Map<String, Spec> CAMUNDA = new HashMap<>();

	/** What may stand in what. */
	private static final Map<String, Set<String>> PLACES = new HashMap<>();

	private Vocabulary() {
	}

	/** A kind of value. */
	enum Value {

		LITERAL(Value::plain),
		ID((text) -> text.matches("[A-Za-z_][A-Za-z0-9_.-]{0,127}") ? null : "not a plain identifier"),
		QNAME((text) -> text.matches("([A-Za-z_][A-Za-z0-9_.-]*:)?[A-Za-z_][A-Za-z0-9_.-]{0,127}") ? null
				: "not a plain identifier"),
		BOOLEAN((text) -> Set.of("true", "false").contains(text) ? null : "must be true or false"),
		TRUE((text) -> text.equals("true") ? null : "must be true"),
		NUMBER((text) -> text.matches("\\d{1,6}") ? null : "must be a small number"),
		NAME((text) -> (text.length() > MAX_NAME) ? "at most %d characters".formatted(MAX_NAME) : plain(text)),
		VARIABLE((text) -> text.matches("[A-Za-z][A-Za-z0-9_]{0,63}") ? null : "not a name for a variable"),
		SCHEMA((text) -> text.equals(XmlNode.BPMN + " BPMN20.xsd") ? null : "schemas are not fetched from elsewhere"),
		DAYS((text) -> text.matches("P?(?=\\d*[1-9])\\d{1,5}D?") ? null : "not a number of days such as P365D"),
		DUE(Value::due), EXPRESSION((text) -> Expressions.refusal(text).orElse(null)),
		EXTERNAL((text) -> text.equals("external") ? null : "only type \"external\" is allowed"),
		TOPIC((text) -> text.matches("[a-z]+\\.[a-z-]+") ? null : "a step type reads module.verb"), CYCLE(Value::cycle),
		SPAN(Value::span),
		ROTATION((text) -> !Expressions.present(text)
				|| text.matches("\\$\\{(commander|communications|review)Rotation\\}") ? null
						: "a rotation is named, or is one of the release's owners, such as ${commanderRotation}"),
		FORM_TYPE((text) -> Set.of("string", "enum").contains(text) ? null : "a field is a string or an enum"),
		CONSTRAINT((text) -> text.equals("required") ? null : "only 'required' is allowed: validators run code"),
		FORMAL((text) -> text.matches("([A-Za-z][A-Za-z0-9]*:)?tFormalExpression") ? null
				: "must be tFormalExpression");

		private final Function<String, @Nullable String> check;

		Value(Function<String, @Nullable String> check) {
			this.check = check;
		}

		Optional<String> refusal(String text) {
			return Optional.ofNullable(this.check.apply(text));
		}

		// What is read must be what is there: no marks that turn or hide letters.
		private static @Nullable String plain(String text) {
			if (Expressions.present(text)) {
				return "expressions are not allowed here";
			}
			return Vocabulary.HIDDEN.matcher(text).find() ? "characters that cannot be seen are not allowed here"
					: null;
		}

		private static @Nullable String due(String text) {
			var matcher = Vocabulary.DUE.matcher(text);
			if (!matcher.matches()) {
				return "a due date is ${after(approvalPatience)}, or after another patience or a span";
			}
			return (matcher.group(1) != null) ? span(matcher.group(1).substring(1, matcher.group(1).length() - 1))
					: null;
		}

		private static @Nullable String cycle(String text) {
			if (Schedules.valid(text)) {
				return null;
			}
			var matcher = Vocabulary.CYCLE.matcher(text);
			if (!matcher.matches()) {
				return "a cycle has a bound, such as R3/PT15M";
			}
			return span(matcher.group(2));
		}

		private static @Nullable String span(String text) {
			if (Expressions.present(text)) {
				return text.matches("\\$\\{[A-Za-z][A-Za-z0-9_]*\\}") ? null
						: "a timer names one variable, such as ${approvalPatience}, or a span";
			}
			try {
				var span = Duration.parse(text);
				return (span.compareTo(Duration.ofSeconds(30)) >= 0 && span.compareTo(Duration.ofDays(366)) <= 0) ? null
						: "a span is between 30 seconds and a year";
			}
			catch (DateTimeException ex) {
				return "not a span of time such as PT15M";
			}
		}

	}

	/** What an element may carry. */
	record Spec(Map<String, Value> plain, Map<String, Value> camunda, @Nullable Value text) {
	}

	static Optional<Spec> bpmn(String element) {
		return Optional.ofNullable(BPMN.get(element));
	}

	static Optional<Spec> camunda(String element) {
		return Optional.ofNullable(CAMUNDA.get(element));
	}

	private static void element(String names, Map<String, Value> plain, Map<String, Value> camunda,
			@Nullable Value text) {
		for (var name : names.split(" ")) {
			var all = new HashMap<>(plain);
			all.put("id", Value.ID);
			all.putIfAbsent("name", Value.NAME);
			BPMN.put(name, new Spec(all, camunda, text));
		}
	}

	private static void extension(String name, Map<String, Value> plain, @Nullable Value text) {
		CAMUNDA.put(name, new Spec(plain, Map.of(), text));
	}

	/** Whether one element may stand in another; both are in the vocabulary. */
	static boolean belongs(XmlNode child) {
		if (child.parent == null) {
			return child.bpmn("definitions");
		}
		var parent = child.parent;
		// What may be extended depends on what is extended.
		var place = parent.bpmn("extensionElements") && parent.parent != null ? "extensions of " + parent.parent.name
				: parent.name;
		return PLACES.getOrDefault(place, Set.of()).contains(child.name);
	}

	/** All of it, for the browser. */
	static Map<String, Object> asMap() {
		return Map.of("bpmn", BPMN, "camunda", CAMUNDA, "places", PLACES, "diagram", DIAGRAM, "why", WHY);
	}

	private static void place(String parents, String children) {
		for (var parent : parents.split(" ")) {
			PLACES.computeIfAbsent(parent, (key) -> new HashSet<>()).addAll(List.of(children.split(" ")));
		}
	}

	private static void extend(String parents, String extensions) {
		for (var parent : parents.split(" ")) {
			PLACES.put("extensions of " + parent, Set.of(extensions.split(" ")));
		}
	}

	private static Map<String, Value> join(Map<String, Value> one, Map<String, Value> other) {
		var all = new HashMap<>(one);
		all.putAll(other);
		return all;
	}

	static {
		var save = Map.of("asyncBefore", Value.BOOLEAN, "asyncAfter", Value.BOOLEAN, "exclusive", Value.TRUE);
		var template = Map.of("modelerTemplate", Value.LITERAL, "modelerTemplateVersion", Value.NUMBER);
		element("definitions",
				Map.of("targetNamespace", Value.LITERAL, "exporter", Value.LITERAL, "exporterVersion", Value.LITERAL),
				Map.of(), null);
		element("process",
				Map.of("isExecutable", Value.BOOLEAN, "isClosed", Value.BOOLEAN, "processType", Value.LITERAL),
				Map.of("historyTimeToLive", Value.DAYS, "versionTag", Value.NAME), null);
		element("startEvent endEvent intermediateCatchEvent", Map.of(), save, null);
		element("boundaryEvent", Map.of("attachedToRef", Value.ID, "cancelActivity", Value.BOOLEAN), save, null);
		element("exclusiveGateway parallelGateway", Map.of("default", Value.ID, "gatewayDirection", Value.LITERAL),
				save, null);
		element("sequenceFlow", Map.of("sourceRef", Value.ID, "targetRef", Value.ID), Map.of(), null);
		element("serviceTask sendTask", Map.of(), join(join(save, template),
				Map.of("type", Value.EXTERNAL, "topic", Value.TOPIC, "taskPriority", Value.NUMBER)), null);
		element("userTask", Map.of(), join(join(save, template), Map.of("assignee", Value.LITERAL, "candidateGroups",
				Value.ROTATION, "candidateUsers", Value.LITERAL, "dueDate", Value.DUE, "priority", Value.NUMBER)),
				null);
		element("subProcess", Map.of(), save, null);
		element("timerEventDefinition terminateEventDefinition", Map.of(), Map.of(), null);
		element("errorEventDefinition", Map.of("errorRef", Value.ID),
				Map.of("errorCodeVariable", Value.VARIABLE, "errorMessageVariable", Value.VARIABLE), null);
		element("messageEventDefinition", Map.of("messageRef", Value.ID), Map.of(), null);
		element("error", Map.of("errorCode", Value.ID), Map.of(), null);
		element("message", Map.of(), Map.of(), null);
		element("timeDuration", Map.of(), Map.of(), Value.SPAN);
		element("timeCycle", Map.of(), Map.of(), Value.CYCLE);
		element("conditionExpression", Map.of(), Map.of(), Value.EXPRESSION);
		element("documentation text", Map.of("textFormat", Value.LITERAL), Map.of(), Value.LITERAL);
		element("incoming outgoing flowNodeRef", Map.of(), Map.of(), Value.QNAME);
		element("extensionElements laneSet lane collaboration group category", Map.of("categoryValueRef", Value.QNAME),
				Map.of(), null);
		element("textAnnotation", Map.of("textFormat", Value.LITERAL), Map.of(), null);
		element("categoryValue", Map.of("value", Value.LITERAL), Map.of(), null);
		element("participant", Map.of("processRef", Value.QNAME), Map.of(), null);
		element("association",
				Map.of("sourceRef", Value.QNAME, "targetRef", Value.QNAME, "associationDirection", Value.LITERAL),
				Map.of(), null);
		var flow = "startEvent endEvent intermediateCatchEvent boundaryEvent exclusiveGateway parallelGateway "
				+ "sequenceFlow serviceTask sendTask userTask subProcess";
		var nodes = "startEvent endEvent intermediateCatchEvent boundaryEvent exclusiveGateway parallelGateway "
				+ "serviceTask sendTask userTask subProcess";
		var rest = "textAnnotation association group";
		place("definitions", "process error message category collaboration BPMNDiagram");
		place("process subProcess", "laneSet " + flow + " " + rest);
		place("process subProcess laneSet lane collaboration participant sequenceFlow timerEventDefinition "
				+ "errorEventDefinition messageEventDefinition terminateEventDefinition error message category "
				+ "categoryValue textAnnotation association group " + nodes, "documentation extensionElements");
		place(nodes, "incoming outgoing");
		place("laneSet", "lane");
		place("lane", "flowNodeRef");
		place("collaboration", "participant " + rest);
		place("startEvent boundaryEvent", "timerEventDefinition messageEventDefinition errorEventDefinition");
		place("intermediateCatchEvent", "timerEventDefinition messageEventDefinition");
		place("endEvent", "errorEventDefinition terminateEventDefinition");
		place("sequenceFlow", "conditionExpression");
		place("timerEventDefinition", "timeDuration timeCycle");
		place("category", "categoryValue");
		place("textAnnotation", "text");
		extend("process subProcess startEvent endEvent intermediateCatchEvent boundaryEvent exclusiveGateway "
				+ "parallelGateway sequenceFlow lane participant", "properties");
		extend("serviceTask sendTask", "inputOutput properties");
		extend("userTask", "formData properties");
		place("inputOutput", "inputParameter");
		place("formData", "formField");
		place("formField", "properties value validation");
		place("validation", "constraint");
		place("properties", "property");
		extension("properties", Map.of(), null);
		extension("property", Map.of("id", Value.ID, "name", Value.LITERAL, "value", Value.LITERAL), null);
		extension("inputOutput", Map.of(), null);
		extension("inputParameter", Map.of("name", Value.VARIABLE), Value.EXPRESSION);
		extension("formData", Map.of(), null);
		extension("formField", Map.of("id", Value.VARIABLE, "label", Value.LITERAL, "type", Value.FORM_TYPE,
				"defaultValue", Value.LITERAL), null);
		extension("value", Map.of("id", Value.ID, "name", Value.LITERAL), null);
		extension("validation", Map.of(), null);
		extension("constraint", Map.of("name", Value.CONSTRAINT), null);
	}

}
