package dev.backout.playbook;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.backout.kernel.Digests;
import dev.backout.kernel.Rejected;
import org.xml.sax.SAXException;

/**
 * What a playbook looks like to those who follow it: its steps and tasks, and which of
 * them lie on the way that nothing goes wrong on.
 *
 * @param id the process id
 * @param title as people read it
 * @param xml BPMN 2.0 with its layout
 * @param digest SHA-256 of the file's bytes
 * @param steps every step, by element id, in the order of the file
 * @param tasks every task of a person, by element id
 * @param ends every end event, by element id
 * @param mainPath element ids of steps and tasks in the order they come when all goes
 * well
 * @param errorVariables variables that take the code or the reason of a refusal
 */
public record Outline(String id, String title, String xml, String digest, Map<String, Step> steps,
		Map<String, UserTask> tasks, Map<String, End> ends, List<String> mainPath, Set<String> errorVariables) {

	/**
	 * A step.
	 *
	 * @param type name of its step type
	 * @param skippable whether an operator may pass over it
	 */
	public record Step(String id, String name, String type, boolean skippable) {
	}

	/**
	 * A task of a person.
	 *
	 * @param properties the playbook's own words about it: {@code kind}, {@code seal},
	 * {@code template}, {@code audience}
	 * @param decision name of the variable that the chosen answer goes to
	 */
	public record UserTask(String id, String name, Map<String, String> properties, String decision,
			List<Choice> choices, List<Input> inputs) {
	}

	/** One of the answers to a task. */
	public record Choice(String value, String label, boolean reasonRequired) {
	}

	/** Something else to fill in. */
	public record Input(String name, String label, boolean required, String initial) {
	}

	/**
	 * A way for the whole run to end.
	 *
	 * @param aborted whether the goal was given up
	 */
	public record End(String id, String name, boolean aborted) {
	}

	/**
	 * Reads a playbook.
	 * @throws Rejected {@code playbook.broken} when it is none
	 */
	public static Outline of(byte[] document) {
		try {
			return new Reader(XmlNode.parse(document), document).read();
		}
		catch (SAXException ex) {
			throw new Rejected("playbook.broken", "This is not a playbook: " + ex.getMessage());
		}
	}

	public String nameOf(String elementId) {
		return Optional.ofNullable(this.steps.get(elementId))
			.map(Step::name)
			.or(() -> Optional.ofNullable(this.tasks.get(elementId)).map(UserTask::name))
			.orElse(elementId);
	}

	private static final class Reader {

		private final XmlNode root;

		private final byte[] document;

		private final Map<String, XmlNode> nodes = new LinkedHashMap<>();

		private final Map<String, List<XmlNode>> flows = new HashMap<>();

		Reader(XmlNode root, byte[] document) {
			this.root = root;
			this.document = document;
			root.walk((node) -> {
				if (node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty()) {
					this.nodes.put(node.id(), node);
					if (node.bpmn("sequenceFlow")) {
						this.flows.computeIfAbsent(node.attribute("sourceRef"), (key) -> new ArrayList<>()).add(node);
					}
				}
			});
		}

		Outline read() throws SAXException {
			var process = this.root.all()
				.filter((node) -> node.bpmn("process"))
				.findFirst()
				.orElseThrow(() -> new SAXException("it has no process"));
			var steps = new LinkedHashMap<String, Step>();
			var tasks = new LinkedHashMap<String, UserTask>();
			var ends = new LinkedHashMap<String, End>();
			for (var node : this.nodes.values()) {
				if (!node.camunda("topic").isEmpty()) {
					steps.put(node.id(), new Step(node.id(), title(node), node.camunda("topic"),
							properties(node).getOrDefault("skippable", "false").equals("true")));
				}
				else if (node.bpmn("userTask")) {
					tasks.put(node.id(), userTask(node));
				}
				else if (node.bpmn("endEvent") && node.parent == process) {
					ends.put(node.id(),
							new End(node.id(), title(node), "aborted".equals(properties(node).get("outcome"))));
				}
			}
			return new Outline(process.id(), title(process),
					new String(this.document, java.nio.charset.StandardCharsets.UTF_8),
					Digests.sha256Hex(this.document), steps, tasks, ends,
					mainPath(process).stream().filter((id) -> steps.containsKey(id) || tasks.containsKey(id)).toList(),
					errorVariables());
		}

		private Set<String> errorVariables() {
			var names = new LinkedHashSet<String>();
			this.root.walk((node) -> {
				if (node.bpmn("errorEventDefinition")) {
					names.add(node.camunda("errorCodeVariable"));
					names.add(node.camunda("errorMessageVariable"));
				}
			});
			names.remove("");
			return names;
		}

		private Set<String> mainPath(XmlNode scope) {
			var seen = new LinkedHashSet<String>();
			scope.children.stream()
				.filter((node) -> node.bpmn("startEvent"))
				.findFirst()
				.ifPresent((start) -> follow(start, seen));
			return seen;
		}

		// The default flow of a decision is its safe way out, so the main path takes
		// another.
		private void follow(XmlNode node, Set<String> seen) {
			if (!seen.add(node.id())) {
				return;
			}
			if (node.bpmn("subProcess")) {
				seen.addAll(mainPath(node));
			}
			var flows = this.flows.getOrDefault(node.id(), List.of());
			for (var flow : flows) {
				var fallback = flows.size() > 1 && flow.id().equals(node.attribute("default"));
				var target = this.nodes.get(flow.attribute("targetRef"));
				if (!fallback && target != null) {
					follow(target, seen);
				}
			}
		}

		private static UserTask userTask(XmlNode node) {
			var choices = new ArrayList<Choice>();
			var inputs = new ArrayList<Input>();
			var decision = "";
			for (var field : node.extensions("formData").flatMap((data) -> data.children.stream()).toList()) {
				if (field.attribute("type").equals("enum")) {
					decision = field.id();
					var needReason = Set.of(propertiesOf(field).getOrDefault("reasonRequired", "").split("[, ]+"));
					field.children.stream()
						.filter((value) -> value.camundaElement("value"))
						.map((value) -> new Choice(value.id(), value.attribute("name"),
								needReason.contains(value.id())))
						.forEach(choices::add);
				}
				else {
					inputs.add(new Input(field.id(), field.attribute("label"), required(field),
							field.attribute("defaultValue")));
				}
			}
			return new UserTask(node.id(), title(node), properties(node), decision, List.copyOf(choices),
					List.copyOf(inputs));
		}

		private static boolean required(XmlNode field) {
			return field.all()
				.anyMatch((node) -> node.camundaElement("constraint") && node.attribute("name").equals("required"));
		}

		private static Map<String, String> properties(XmlNode node) {
			var values = new HashMap<String, String>();
			node.extensions("properties").forEach((properties) -> values.putAll(propertiesOf(properties)));
			return Map.copyOf(values);
		}

		private static Map<String, String> propertiesOf(XmlNode parent) {
			var values = new HashMap<String, String>();
			parent.all()
				.filter((node) -> node.camundaElement("property"))
				.forEach((property) -> values.put(
						property.attribute("name").isEmpty() ? property.id() : property.attribute("name"),
						property.attribute("value")));
			return values;
		}

		private static String title(XmlNode node) {
			return node.attribute("name").isEmpty() ? node.id() : node.attribute("name").replaceAll("\\s+", " ");
		}

	}

}
