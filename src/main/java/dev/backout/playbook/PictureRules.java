package dev.backout.playbook;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/** Whoever approves a playbook looks at its drawing, so the drawing hides nothing. */
final class PictureRules {

	private static final int SMALLEST = 10;

	private static final int LARGEST = 20_000;

	private static final int FARTHEST = 50_000;

	private static final Pattern NUMBER = Pattern.compile("-?\\d{1,7}(\\.\\d{1,30})?");

	private final Graph graph;

	private final Findings findings;

	PictureRules(Graph graph, Findings findings) {
		this.graph = graph;
		this.findings = findings;
	}

	void check(XmlNode root) {
		root.children.stream()
			.filter((child) -> child.name.equals("BPMNDiagram"))
			.skip(1)
			.forEach((diagram) -> this.findings.error(Rule.SEEN, diagram, "There is a second drawing"));
		var drawn = new HashSet<String>();
		root.all().filter((node) -> node.name.equals("BPMNShape")).forEach((shape) -> shape(shape, drawn));
	}

	private void shape(XmlNode shape, Set<String> drawn) {
		var element = this.graph.node(shape.attribute("bpmnElement"));
		if (element == null || !Graph.flowNode(element)) {
			return;
		}
		if (!drawn.add(element.id())) {
			this.findings.error(Rule.SEEN, element, "'%s' is drawn twice".formatted(element.id()));
		}
		if (element.bpmn("subProcess") && !shape.attribute("isExpanded").equals("true")) {
			this.findings.error(Rule.SEEN, element,
					"'%s' is drawn shut, so that nobody sees what is in it".formatted(element.id()));
		}
		shape.children.stream()
			.filter((child) -> child.name.equals("Bounds"))
			.filter((bounds) -> !within(bounds, "width", SMALLEST, LARGEST)
					|| !within(bounds, "height", SMALLEST, LARGEST) || !within(bounds, "x", -FARTHEST, FARTHEST)
					|| !within(bounds, "y", -FARTHEST, FARTHEST))
			.forEach((bounds) -> this.findings.error(Rule.SEEN, element,
					"'%s' is drawn where, or as small or large as, nobody sees it".formatted(element.id())));
	}

	private static boolean within(XmlNode bounds, String name, int least, int most) {
		var text = bounds.attribute(name);
		if (!NUMBER.matcher(text).matches()) {
			return false;
		}
		var number = Double.parseDouble(text);
		return number >= least && number <= most;
	}

}
