package dev.backout.playbook;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
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

	private static final Pattern CYCLE = Pattern.compile("R([1-9]\\d?)/(.+)");

	private static final Map<String, Spec> BPMN = new HashMap<>();

	private static final Map<String, Spec> CAMUNDA = new HashMap<>();

	private Vocabulary() {
	}

	/** A kind of value. */
	enum Value {

		LITERAL((text) -> Expressions.present(text) ? "expressions are not allowed here" : null),
		ID((text) -> text.matches("[A-Za-z_][A-Za-z0-9_.-]{0,127}") ? null : "not a plain identifier"),
		QNAME((text) -> text.matches("([A-Za-z_][A-Za-z0-9_.-]*:)?[A-Za-z_][A-Za-z0-9_.-]{0,127}") ? null
				: "not a plain identifier"),
		BOOLEAN((text) -> Set.of("true", "false").contains(text) ? null : "must be true or false"),
		TRUE((text) -> text.equals("true") ? null : "must be true"),
		NUMBER((text) -> text.matches("\\d{1,6}") ? null : "must be a small number"),
		EXPRESSION((text) -> Expressions.refusal(text).orElse(null)),
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

		private static @Nullable String cycle(String text) {
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
			all.putIfAbsent("name", Value.LITERAL);
			BPMN.put(name, new Spec(all, camunda, text));
		}
	}

	private static void extension(String name, Map<String, Value> plain, @Nullable Value text) {
		CAMUNDA.put(name, new Spec(plain, Map.of(), text));
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
				Map.of("historyTimeToLive", Value.LITERAL, "versionTag", Value.LITERAL), null);
		element("startEvent endEvent intermediateCatchEvent", Map.of(), save, null);
		element("boundaryEvent", Map.of("attachedToRef", Value.ID, "cancelActivity", Value.BOOLEAN), save, null);
		element("exclusiveGateway parallelGateway", Map.of("default", Value.ID, "gatewayDirection", Value.LITERAL),
				save, null);
		element("sequenceFlow", Map.of("sourceRef", Value.ID, "targetRef", Value.ID), Map.of(), null);
		element("serviceTask sendTask", Map.of(), join(join(save, template),
				Map.of("type", Value.EXTERNAL, "topic", Value.TOPIC, "taskPriority", Value.NUMBER)), null);
		element("userTask", Map.of(),
				join(join(save, template), Map.of("assignee", Value.LITERAL, "candidateGroups", Value.ROTATION,
						"candidateUsers", Value.LITERAL, "dueDate", Value.EXPRESSION, "priority", Value.NUMBER)),
				null);
		element("subProcess", Map.of(), save, null);
		element("timerEventDefinition terminateEventDefinition", Map.of(), Map.of(), null);
		element("errorEventDefinition", Map.of("errorRef", Value.QNAME),
				Map.of("errorCodeVariable", Value.ID, "errorMessageVariable", Value.ID), null);
		element("messageEventDefinition", Map.of("messageRef", Value.QNAME), Map.of(), null);
		element("error", Map.of("errorCode", Value.LITERAL), Map.of(), null);
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
		extension("properties", Map.of(), null);
		extension("property", Map.of("id", Value.ID, "name", Value.LITERAL, "value", Value.LITERAL), null);
		extension("inputOutput", Map.of(), null);
		extension("inputParameter", Map.of("name", Value.ID), Value.EXPRESSION);
		extension("formData", Map.of(), null);
		extension("formField",
				Map.of("id", Value.ID, "label", Value.LITERAL, "type", Value.FORM_TYPE, "defaultValue", Value.LITERAL),
				null);
		extension("value", Map.of("id", Value.ID, "name", Value.LITERAL), null);
		extension("validation", Map.of(), null);
		extension("constraint", Map.of("name", Value.CONSTRAINT), null);
	}

}
