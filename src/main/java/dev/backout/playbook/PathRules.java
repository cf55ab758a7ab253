package dev.backout.playbook;

import java.util.ArrayList;

/** What has to come before what, on every path. */
final class PathRules {

	private final Graph graph;

	private final Safeguards safeguards;

	private final Findings findings;

	PathRules(Graph graph, Safeguards safeguards, Findings findings) {
		this.graph = graph;
		this.safeguards = safeguards;
		this.findings = findings;
	}

	void check(XmlNode process) {
		var ways = new Ways(this.graph, this.safeguards, process, this.findings);
		var paths = new Paths(this.graph, this.safeguards, ways, process);
		this.graph.flowNodes().forEach((node) -> {
			leadsOn(node, paths);
			if (this.safeguards.destructive(node)) {
				destructive(node, paths.certain(node.id()));
			}
			// A reminder's end leaves the run as it was, and what starts by itself
			// changes
			// no target.
			if (node.bpmn("endEvent") && node.parent == process && !Schedules.selfStarting(process)
					&& (!ways.aside(node.id()) || Graph.has(node, "terminateEventDefinition"))
					&& (paths.happened(node.id()) & Safeguards.TOLD) == 0) {
				this.findings.error(Rule.SILENT, node,
						"A path ends at '%s' without having told the stakeholders since the target was last changed"
							.formatted(node.id()));
			}
		});
		paths.loops()
			.stream()
			.findFirst()
			.ifPresent((node) -> this.findings.error(Rule.LOOP, node,
					"'%s' is part of a loop that waits for nobody and no time".formatted(node.id())));
	}

	private void leadsOn(XmlNode node, Paths paths) {
		if (!paths.reached(node.id())) {
			this.findings.error(Rule.REACHED, node, "No path leads to '%s'".formatted(node.id()));
		}
		if (!node.bpmn("endEvent") && this.graph.outgoing(node).isEmpty()) {
			this.findings.error(Rule.REACHED, node, "No path leads on from '%s'".formatted(node.id()));
		}
		if (node.bpmn("endEvent") && this.graph.code(node).isPresent() && this.graph.catchers(node).isEmpty()) {
			this.findings.error(Rule.REACHED, node, "Nothing catches what '%s' throws".formatted(node.id()));
		}
	}

	private void destructive(XmlNode node, long certain) {
		var missing = new ArrayList<String>();
		if ((certain & Safeguards.APPROVED) == 0) {
			missing.add("an approval");
		}
		if (this.safeguards.takesSomeTables() && !this.safeguards.changesWhatWasTaken(node)) {
			missing.add("backup.verify of a backup of the whole database");
		}
		else if ((certain & Safeguards.VERIFIED) == 0) {
			missing.add("backup.verify");
		}
		if (!missing.isEmpty()) {
			this.findings.error(Rule.DESTRUCTIVE, node, "'%s' changes the target, and a path reaches it without %s"
				.formatted(node.id(), String.join(" and ", missing)));
		}
	}

}
