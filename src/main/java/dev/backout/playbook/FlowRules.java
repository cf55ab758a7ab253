package dev.backout.playbook;

import java.util.Set;

/** How the elements of a playbook are put together. */
final class FlowRules {

	private static final Set<String> HOSTS = Set.of("serviceTask", "sendTask", "userTask", "subProcess");

	private final Graph graph;

	private final Findings findings;

	FlowRules(Graph graph, Findings findings) {
		this.graph = graph;
		this.findings = findings;
	}

	void check() {
		this.graph.nodes.values().forEach((node) -> {
			switch (node.name) {
				case "sequenceFlow" -> {
					flow(node);
					condition(node);
				}
				case "exclusiveGateway" -> gateway(node);
				case "boundaryEvent" -> {
					host(node);
					event(node, 1, 1);
				}
				case "intermediateCatchEvent" -> event(node, 1, 1);
				case "endEvent" -> event(node, 0, 1);
				default -> {
				}
			}
			if (!node.attribute("default").isEmpty()) {
				fallback(node);
			}
		});
	}

	private void flow(XmlNode flow) {
		var source = this.graph.node(flow.attribute("sourceRef"));
		var target = this.graph.node(flow.attribute("targetRef"));
		if (source == null || !Graph.flowNode(source) || source.parent != flow.parent || source.bpmn("endEvent")) {
			this.findings.error(Rule.REFERENCE, flow,
					"'%s' cannot come from '%s'".formatted(flow.id(), flow.attribute("sourceRef")));
		}
		if (target == null || !Graph.flowNode(target) || target.parent != flow.parent || target.bpmn("startEvent")
				|| target.bpmn("boundaryEvent")) {
			this.findings.error(Rule.REFERENCE, flow,
					"'%s' cannot lead to '%s'".formatted(flow.id(), flow.attribute("targetRef")));
		}
	}

	private void condition(XmlNode flow) {
		var source = this.graph.node(flow.attribute("sourceRef"));
		var decides = source != null && source.bpmn("exclusiveGateway") && this.graph.outgoing(source).size() > 1
				&& !this.graph.fallback(flow);
		var conditional = !Graph.condition(flow).isEmpty();
		if (conditional && !decides) {
			this.findings.error(Rule.CONDITION, flow,
					"The condition of '%s' would not be asked, or could leave the run without a way on"
						.formatted(flow.id()));
		}
		if (!conditional && decides) {
			this.findings.error(Rule.CONDITION, flow,
					"'%s' leaves a decision without a condition".formatted(flow.id()));
		}
	}

	private void gateway(XmlNode gateway) {
		if (this.graph.outgoing(gateway).size() > 1 && gateway.attribute("default").isEmpty()) {
			this.findings.error(Rule.FALLBACK, gateway, "'%s' has no default".formatted(gateway.id()));
		}
	}

	private void fallback(XmlNode node) {
		var flow = this.graph.node(node.attribute("default"));
		if (flow == null || !flow.bpmn("sequenceFlow") || !flow.attribute("sourceRef").equals(node.id())
				|| !node.bpmn("exclusiveGateway")) {
			this.findings.error(Rule.REFERENCE, node,
					"'%s' cannot fall back to '%s'".formatted(node.id(), node.attribute("default")));
		}
	}

	private void host(XmlNode event) {
		var host = this.graph.node(event.attribute("attachedToRef"));
		if (host == null || !HOSTS.contains(host.name) || host.parent != event.parent) {
			this.findings.error(Rule.REFERENCE, event,
					"'%s' cannot be attached to '%s'".formatted(event.id(), event.attribute("attachedToRef")));
		}
	}

	private void event(XmlNode event, int least, int most) {
		var definitions = event.children.stream().filter((child) -> child.name.endsWith("EventDefinition")).toList();
		if (definitions.size() < least || definitions.size() > most) {
			this.findings.error(Rule.PLACE, event,
					"'%s' waits for, or tells, %d things".formatted(event.id(), definitions.size()));
		}
		definitions.forEach((definition) -> {
			switch (definition.name) {
				case "timerEventDefinition" -> timer(event, definition);
				case "errorEventDefinition" -> error(event, definition);
				case "messageEventDefinition" -> message(event, definition);
				default -> {
				}
			}
		});
	}

	private void timer(XmlNode event, XmlNode definition) {
		var times = definition.children.stream().filter((child) -> child.name.startsWith("time")).toList();
		if (times.size() != 1 || (times.get(0).name.equals("timeCycle") && !event.bpmn("boundaryEvent"))
				|| times.get(0).text().isEmpty()) {
			this.findings.error(Rule.PLACE, event, "'%s' does not hold one span of time".formatted(event.id()));
		}
	}

	private void error(XmlNode event, XmlNode definition) {
		var reference = definition.attribute("errorRef");
		var error = this.graph.node(reference);
		var any = reference.isEmpty() && event.bpmn("boundaryEvent");
		if (!any && (error == null || !error.bpmn("error") || error.attribute("errorCode").isEmpty())) {
			this.findings.error(Rule.REFERENCE, event,
					"'%s' names no error with a code, but '%s'".formatted(event.id(), reference));
		}
		if (Graph.aside(event)) {
			this.findings.error(Rule.PLACE, event, "'%s' catches a refusal beside its step".formatted(event.id()));
		}
	}

	private void message(XmlNode event, XmlNode definition) {
		var message = this.graph.node(definition.attribute("messageRef"));
		if (message == null || !message.bpmn("message")) {
			this.findings.error(Rule.REFERENCE, event,
					"'%s' names no message, but '%s'".formatted(event.id(), definition.attribute("messageRef")));
		}
		if (!event.bpmn("boundaryEvent") || message == null || !message.attribute("name").equals("abort")
				|| Graph.aside(event)) {
			this.findings.error(Rule.WAIT, event,
					"'%s' waits for a message that has no owner and no due time".formatted(event.id()));
		}
	}

}
