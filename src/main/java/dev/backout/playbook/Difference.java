package dev.backout.playbook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.backout.kernel.Rejected;
import org.xml.sax.SAXException;

/**
 * What is different about an element in another version of a playbook. Where it is drawn
 * makes no difference.
 *
 * @param element its id
 * @param name as people read it
 * @param kind what kind of element it is
 * @param changes one for each thing that is said differently; empty for an element that
 * came or went
 */
public record Difference(Kind kind, String element, String type, String name, List<Change> changes) {

	/** What became of it. */
	public enum Kind {

		ADDED, REMOVED, CHANGED

	}

	/** One thing that is said differently; empty where nothing was said. */
	public record Change(String what, String before, String after) {
	}

	/**
	 * From one version to another, in the order of the file.
	 * @throws Rejected {@code playbook.broken} when one cannot be read
	 */
	public static List<Difference> between(byte[] before, byte[] after) {
		var old = elements(before);
		var fresh = elements(after);
		var found = new ArrayList<Difference>();
		fresh.forEach((id, node) -> {
			var was = old.get(id);
			if (was == null) {
				found.add(of(Kind.ADDED, node, List.of()));
			}
			else if (!said(was).equals(said(node))) {
				found.add(of(Kind.CHANGED, node, changes(said(was), said(node))));
			}
		});
		old.forEach((id, node) -> {
			if (!fresh.containsKey(id)) {
				found.add(of(Kind.REMOVED, node, List.of()));
			}
		});
		return found;
	}

	private static Difference of(Kind kind, XmlNode node, List<Change> changes) {
		return new Difference(kind, node.id(), node.name, node.attribute("name"), changes);
	}

	private static Map<String, XmlNode> elements(byte[] document) {
		try {
			var found = new LinkedHashMap<String, XmlNode>();
			XmlNode.parse(document)
				.all()
				.filter((node) -> element(node) && !node.bpmn("definitions"))
				.forEach((node) -> found.putIfAbsent(node.id(), node));
			return found;
		}
		catch (SAXException ex) {
			throw new Rejected("playbook.broken", "This is not a playbook: " + ex.getMessage());
		}
	}

	private static boolean element(XmlNode node) {
		return node.namespace.equals(XmlNode.BPMN) && !node.id().isEmpty() && !node.name.endsWith("EventDefinition")
				&& !node.name.endsWith("Expression");
	}

	/** What an element says, by the way to it, without the elements inside. */
	private static Map<String, String> said(XmlNode node) {
		var said = new TreeMap<String, String>();
		collect(node, "", said);
		return said;
	}

	private static void collect(XmlNode node, String way, Map<String, String> said) {
		node.attributes.stream()
			.filter((attribute) -> !attribute.name().equals("id") || !way.isEmpty())
			.filter((attribute) -> !attribute.namespace().equals(XmlNode.XSI))
			.filter((attribute) -> !(attribute.name().equals("id") && node.name.endsWith("EventDefinition")))
			.forEach((attribute) -> said.merge(way + attribute.name(), attribute.value(), (a, b) -> a + ", " + b));
		if (!node.text().isEmpty()) {
			said.merge(way + "text", node.text(), (a, b) -> a + ", " + b);
		}
		for (var child : node.children) {
			if (!element(child) && !Set.of("incoming", "outgoing").contains(child.name)) {
				collect(child, way + label(child) + " ", said);
			}
		}
	}

	private static String label(XmlNode node) {
		var named = node.attribute("name").isEmpty() ? node.id() : node.attribute("name");
		return switch (node.name) {
			case "extensionElements", "inputOutput", "formData", "properties" -> "";
			case "inputParameter" -> "input " + named;
			case "property" -> "property " + named;
			case "formField" -> "field " + named;
			case "value" -> "answer " + named;
			default -> node.name;
		};
	}

	private static List<Change> changes(Map<String, String> before, Map<String, String> after) {
		var keys = new TreeSet<>(before.keySet());
		keys.addAll(after.keySet());
		return keys.stream()
			.map((key) -> new Change(key.strip().replaceAll(" +", " "), before.getOrDefault(key, ""),
					after.getOrDefault(key, "")))
			.filter((change) -> !change.before().equals(change.after()))
			.toList();
	}

}
