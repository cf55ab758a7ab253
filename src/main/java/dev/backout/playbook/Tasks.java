package dev.backout.playbook;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what a model says about its tasks in Camunda's extension elements. */
final class Tasks {

	private static final Duration LONGEST_WAIT = Duration.ofDays(7);

	private Tasks() {
	}

	static Map<String, String> properties(XmlNode node) {
		var values = new HashMap<String, String>();
		node.extensions("properties").forEach((list) -> values.putAll(named(list)));
		return values;
	}

	private static Map<String, String> named(XmlNode parent) {
		var values = new HashMap<String, String>();
		parent.all()
			.filter((node) -> node.camundaElement("property"))
			.forEach((property) -> values.put(
					property.attribute("name").isEmpty() ? property.id() : property.attribute("name"),
					property.attribute("value")));
		return values;
	}

	static Stream<XmlNode> fields(XmlNode task) {
		return task.extensions("formData").flatMap((data) -> data.children.stream());
	}

	static Optional<XmlNode> question(XmlNode task) {
		return fields(task).filter((field) -> field.attribute("type").equals("enum")).findFirst();
	}

	/** Name of the variable that takes the answer; empty when there is none. */
	static String decision(XmlNode task) {
		return question(task).map(XmlNode::id).orElse("");
	}

	static List<String> answers(XmlNode task) {
		return question(task).stream()
			.flatMap((field) -> field.children.stream())
			.filter((value) -> value.camundaElement("value"))
			.map(XmlNode::id)
			.toList();
	}

	/** Whether a task of a person asks for an approval. */
	static boolean approval(XmlNode task) {
		return task.bpmn("userTask") && "approval".equals(properties(task).get("kind"));
	}

	/** The span that an event waits for, again and again or once. */
	static String span(XmlNode event) {
		return event.all()
			.filter((node) -> node.bpmn("timeCycle") || node.bpmn("timeDuration"))
			.map((node) -> node.text().substring(node.text().indexOf('/') + 1))
			.findFirst()
			.orElse("");
	}

	/** Whether a span is one that a person may be waited for before the next is asked. */
	static boolean soon(String span) {
		if (Expressions.present(span)) {
			return true;
		}
		try {
			var wait = Duration.parse(span);
			return !wait.isNegative() && wait.compareTo(LONGEST_WAIT) <= 0;
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	/** Whether an operator may pass over a step. */
	static boolean skippable(XmlNode step) {
		return "true".equals(properties(step).get("skippable"));
	}

	/** Whether a task of a person sets a variable. */
	static boolean writes(XmlNode task, String variable) {
		return task.bpmn("userTask") && fields(task).anyMatch((field) -> field.id().equals(variable));
	}

	/** The text of an input parameter; empty without one. */
	static String input(XmlNode step, String name) {
		var input = inputs(step).get(name);
		return (input != null) ? input.text() : "";
	}

	/** Whether a step takes an input from the run's variable of that name. */
	static boolean takesAsGiven(XmlNode step, String name) {
		var input = inputs(step).get(name);
		return input == null || input.text().replaceAll("\\s", "").equals("${" + name + "}");
	}

	static Map<String, XmlNode> inputs(XmlNode step) {
		var inputs = new HashMap<String, XmlNode>();
		inputsOf(step).forEach((input) -> inputs.put(input.attribute("name"), input));
		return inputs;
	}

	/** Every input parameter, also one that is given twice. */
	static Stream<XmlNode> inputsOf(XmlNode step) {
		return step.extensions("inputOutput")
			.flatMap((list) -> list.children.stream())
			.filter((child) -> child.camundaElement("inputParameter"));
	}

}
