package dev.backout.playbook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Where a token can go, in and out of sub-processes, and what is certain when it comes:
 * whatever happened on every path there, as far as nothing put it in doubt again.
 */
final class Paths {

	private static final long EVERYTHING = -1L;

	private final Graph graph;

	private final Safeguards safeguards;

	private final Ways ways;

	private final Map<String, List<Edge>> from = new HashMap<>();

	private final Map<String, Long> certain = new HashMap<>();

	private final Map<String, Map<String, Long>> arrived = new HashMap<>();

	Paths(Graph graph, Safeguards safeguards, Ways ways, XmlNode process) {
		this.graph = graph;
		this.safeguards = safeguards;
		this.ways = ways;
		graph.nodes.values().forEach(this::connect);
		Graph.start(process).ifPresent(this::follow);
	}

	/**
	 * A way on. Names with {@code #} stand for places in a sub-process: anywhere inside,
	 * or done.
	 *
	 * @param after whether the work of {@code from} is done then
	 * @param flow the sequence flow, if it is one
	 */
	record Edge(String from, String to, boolean after, @Nullable XmlNode flow) {
	}

	private void connect(XmlNode node) {
		if (node.bpmn("sequenceFlow")) {
			var source = this.graph.node(node.attribute("sourceRef"));
			if (source != null) {
				add(source.bpmn("subProcess") ? done(source) : source.id(), node.attribute("targetRef"), true, node);
			}
		}
		else if (node.bpmn("boundaryEvent")) {
			boundary(node);
		}
		if (node.bpmn("subProcess")) {
			Graph.start(node).ifPresent((start) -> add(node.id(), start.id(), false, null));
		}
		if (Graph.flowNode(node) && node.parent != null && node.parent.bpmn("subProcess")) {
			add(node.bpmn("subProcess") ? inside(node) : node.id(), inside(node.parent), false, null);
		}
		if (node.bpmn("endEvent")) {
			end(node);
		}
	}

	private void boundary(XmlNode event) {
		var host = this.graph.node(event.attribute("attachedToRef"));
		if (host == null) {
			return;
		}
		if (!host.bpmn("subProcess")) {
			add(host.id(), event.id(), false, null);
		}
		else if (this.graph.code(event).isEmpty()) {
			add(inside(host), event.id(), false, null);
		}
	}

	private void end(XmlNode end) {
		if (this.graph.code(end).isPresent()) {
			this.graph.catchers(end).forEach((event) -> add(end.id(), event.id(), true, null));
		}
		else if (end.parent != null && end.parent.bpmn("subProcess")
				&& (!this.ways.aside(end.id()) || Graph.has(end, "terminateEventDefinition"))) {
			// A reminder's end does not end the sub-process.
			add(end.id(), done(end.parent), true, null);
		}
	}

	private static String done(XmlNode process) {
		return process.id() + "#done";
	}

	private static String inside(XmlNode process) {
		return process.id() + "#inside";
	}

	private void add(String from, String to, boolean after, @Nullable XmlNode flow) {
		this.from.computeIfAbsent(from, (key) -> new ArrayList<>()).add(new Edge(from, to, after, flow));
	}

	private void follow(XmlNode start) {
		var waiting = new ArrayDeque<String>();
		var queued = new HashSet<String>();
		this.certain.put(start.id(), 0L);
		waiting.add(start.id());
		while (!waiting.isEmpty()) {
			var id = waiting.remove();
			queued.remove(id);
			for (var edge : this.from.getOrDefault(id, List.of())) {
				if (arrive(edge, passed(edge, this.certain.getOrDefault(id, 0L))) && queued.add(edge.to())) {
					waiting.add(edge.to());
				}
			}
		}
	}

	private long passed(Edge edge, long before) {
		var facts = before;
		var node = this.graph.node(edge.from());
		if (node != null) {
			facts &= ~this.safeguards.removes(node);
			facts |= edge.after() ? this.safeguards.adds(node) : 0;
		}
		return (edge.flow() != null) ? facts | this.safeguards.adds(edge.flow(), facts) : facts;
	}

	private boolean arrive(Edge edge, long facts) {
		var node = this.graph.node(edge.to());
		var before = this.certain.getOrDefault(edge.to(), EVERYTHING);
		var after = (node != null && edge.flow() != null && this.ways.joins(node))
				? joined(node, edge.flow().id(), facts) : before & facts;
		return !Long.valueOf(after).equals(this.certain.put(edge.to(), after));
	}

	/** Behind a join everything has happened that happened on any of its ways. */
	private long joined(XmlNode join, String flow, long facts) {
		var all = this.arrived.computeIfAbsent(join.id(), (key) -> new HashMap<>());
		all.merge(flow, facts, (a, b) -> a & b);
		var flows = this.graph.incoming(join);
		var together = 0L;
		for (var one : flows) {
			var source = this.ways.of(one.attribute("sourceRef"));
			together |= all.getOrDefault(one.id(), EVERYTHING) & ~((source != null) ? source.doubts() : 0);
		}
		return together;
	}

	/** Whether a token can come there. */
	boolean reached(String id) {
		return this.certain.containsKey(id);
	}

	/** What happened on every path there. */
	long happened(String id) {
		return this.certain.getOrDefault(id, 0L);
	}

	/** What is certain when a token comes there, whatever happens beside it. */
	long certain(String id) {
		var way = this.ways.of(id);
		return happened(id) & ~((way != null) ? way.doubts() : 0);
	}

	/** Elements on loops that wait for nobody and nothing, in the order of the file. */
	List<XmlNode> loops() {
		var edges = this.from.values()
			.stream()
			.flatMap(List::stream)
			.filter((edge) -> !waits(edge.from()) && !waits(edge.to()))
			.toList();
		var left = new HashSet<String>();
		edges.forEach((edge) -> {
			left.add(edge.from());
			left.add(edge.to());
		});
		strip(left, edges, false);
		strip(left, edges, true);
		return this.graph.flowNodes().stream().filter((node) -> left.contains(node.id())).toList();
	}

	// Takes away what nothing leads to, again and again: what is left are loops.
	private static void strip(Set<String> left, List<Edge> edges, boolean backwards) {
		var next = new HashMap<String, List<String>>();
		var count = new HashMap<String, Integer>();
		for (var edge : edges) {
			if (left.contains(edge.from()) && left.contains(edge.to())) {
				var source = backwards ? edge.to() : edge.from();
				var target = backwards ? edge.from() : edge.to();
				next.computeIfAbsent(source, (key) -> new ArrayList<>()).add(target);
				count.merge(target, 1, Integer::sum);
			}
		}
		var free = new ArrayDeque<>(left.stream().filter((id) -> !count.containsKey(id)).toList());
		while (!free.isEmpty()) {
			var id = free.remove();
			left.remove(id);
			for (var target : next.getOrDefault(id, List.of())) {
				if (count.merge(target, -1, Integer::sum) == 0) {
					free.add(target);
				}
			}
		}
	}

	private boolean waits(String id) {
		var node = this.graph.node(id);
		return node != null && (node.bpmn("userTask") || node.bpmn("intermediateCatchEvent")
				|| (node.bpmn("boundaryEvent") && !Graph.has(node, "errorEventDefinition")));
	}

}
