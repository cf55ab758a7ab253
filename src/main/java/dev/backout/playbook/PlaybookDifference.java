package dev.backout.playbook;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import dev.backout.kernel.Rejected;
import org.xml.sax.SAXException;

/** What another version of a playbook does otherwise; its layout does not count. */
public record PlaybookDifference(List<Change> changes) {

	/** Where a flow comes from and goes to is told by the flow. */
	private static final Set<String> POINTERS = Set.of("incoming", "outgoing", "flowNodeRef");

	public PlaybookDifference {
		changes = List.copyOf(changes);
	}

	/**
	 * An element that is not the same in both.
	 *
	 * @param name as people read it, or its id
	 * @param what in a sentence
	 */
	public record Change(String elementId, String name, Kind kind, String what) {
	}

	/** How it changed. */
	public enum Kind {

		ADDED, REMOVED, CHANGED

	}

	/** From one version to another, in the order of the files. */
	public static PlaybookDifference between(Outline before, Outline after) {
		var old = elements(before);
		var now = elements(after);
		var ids = new LinkedHashSet<>(old.keySet());
		ids.addAll(now.keySet());
		var changes = new ArrayList<Change>();
		for (var id : ids) {
			var then = old.get(id);
			var later = now.get(id);
			if (then != null && later == null) {
				changes.add(change(then, Kind.REMOVED, "is gone"));
			}
			else if (then == null && later != null) {
				changes.add(change(later, Kind.ADDED, "is new"));
			}
			else if (then != null && later != null && !signature(then).equals(signature(later))) {
				changes.add(change(later, Kind.CHANGED, otherwise(then, later)));
			}
		}
		return new PlaybookDifference(changes);
	}

	/** Whether it says anything about an element. */
	public boolean touches(String elementId) {
		return this.changes.stream().anyMatch((change) -> change.elementId().equals(elementId));
	}

	private static Change change(XmlNode node, Kind kind, String what) {
		var name = node.attribute("name").isEmpty() ? node.id() : node.attribute("name");
		return new Change(node.id(), name, kind, "%s '%s' %s".formatted(word(node), name, what));
	}

	private static String word(XmlNode node) {
		return switch (node.name) {
			case "serviceTask", "sendTask" -> "Step";
			case "userTask" -> "Task";
			case "sequenceFlow" -> "Flow";
			case "boundaryEvent" -> "Boundary event";
			case "subProcess" -> "Sub-process";
			default -> node.name.endsWith("Gateway") ? "Gateway" : node.name.endsWith("Event") ? "Event" : "Element";
		};
	}

	/** The attributes and inputs that differ, by name. */
	private static String otherwise(XmlNode before, XmlNode after) {
		var old = parts(before);
		var now = parts(after);
		var names = new LinkedHashSet<>(old.keySet());
		names.addAll(now.keySet());
		var differing = names.stream()
			.filter((name) -> !old.getOrDefault(name, "").equals(now.getOrDefault(name, "")))
			.map((name) -> "%s was '%s' and is '%s'".formatted(name, brief(old.get(name)), brief(now.get(name))))
			.collect(Collectors.joining("; "));
		return "changes: " + (differing.isEmpty() ? "what is inside of it" : differing);
	}

	private static String brief(@org.jspecify.annotations.Nullable String text) {
		return (text == null) ? "" : (text.length() > 80) ? text.substring(0, 80) + "..." : text;
	}

	private static Map<String, String> parts(XmlNode node) {
		var parts = new LinkedHashMap<String, String>();
		node.attributes.forEach((attribute) -> parts.put(attribute.name(), attribute.value()));
		node.all()
			.filter((inner) -> inner.camundaElement("inputParameter") || inner.camundaElement("property"))
			.forEach((inner) -> parts.put(inner.attribute("name") + inner.attribute("id"),
					inner.text() + inner.attribute("value")));
		node.all()
			.filter((inner) -> inner.bpmn("conditionExpression") || inner.bpmn("timeCycle")
					|| inner.bpmn("timeDuration"))
			.forEach((inner) -> parts.put(inner.name, inner.text()));
		return parts;
	}

	private static Map<String, XmlNode> elements(Outline outline) {
		try {
			var elements = new LinkedHashMap<String, XmlNode>();
			XmlNode.parse(outline.xml().getBytes(java.nio.charset.StandardCharsets.UTF_8))
				.all()
				.filter((node) -> node.bpmn("process"))
				.flatMap(XmlNode::all)
				.filter(PlaybookDifference::counts)
				.forEach((node) -> elements.put(node.id(), node));
			return elements;
		}
		catch (SAXException ex) {
			throw new Rejected("playbook.broken", "This is not a playbook: " + ex.getMessage());
		}
	}

	private static boolean counts(XmlNode node) {
		return node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty() && !node.name.endsWith("EventDefinition");
	}

	/** Everything that an element says, without the elements that it holds. */
	private static String signature(XmlNode node) {
		var text = new StringBuilder(node.namespace).append(' ').append(node.name);
		node.attributes.stream()
			.sorted(Comparator.comparing(XmlNode.Attribute::namespace).thenComparing(XmlNode.Attribute::name))
			.forEach((attribute) -> text.append('\n').append(attribute));
		text.append('\n').append(node.text());
		node.children.stream()
			.filter((child) -> !counts(child)
					&& !(child.namespace.equals(XmlNode.BPMN) && POINTERS.contains(child.name)))
			.forEach((child) -> text.append("\n{").append(signature(child)).append('}'));
		return text.toString();
	}

}
