package dev.backout.playbook;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Which elements lie beside each other: on the ways out of one fork, or on the way of a
 * reminder. Ways that run beside each other may meet at one join only; elsewhere tokens
 * would multiply, or a join would wait for ever.
 */
final class Ways {

	private static final Way ASIDE = new Way(null, null);

	private final Graph graph;

	private final Safeguards safeguards;

	private final Findings findings;

	private final Map<String, Way> ways = new HashMap<>();

	private final Set<String> blamed = new HashSet<>();

	Ways(Graph graph, Safeguards safeguards, XmlNode process, Findings findings) {
		this.graph = graph;
		this.safeguards = safeguards;
		this.findings = findings;
		new Scope(process, new Way(null, null)).follow();
	}

	/** One of the ways out of a fork, or the one way of the whole. */
	static final class Way {

		final @Nullable Way outside;

		final @Nullable Fork fork;

		/** What some step on this way puts in doubt. */
		long removed;

		Way(@Nullable Way outside, @Nullable Fork fork) {
			this.outside = outside;
			this.fork = fork;
			if (fork != null) {
				fork.ways.add(this);
			}
		}

		void remove(long facts) {
			for (var way = this; way != null; way = way.outside) {
				way.removed |= facts;
			}
		}

		/** What ways beside this one, or around it, put in doubt at any moment. */
		long doubts() {
			var doubts = 0L;
			for (var way = this; way != null; way = way.outside) {
				doubts |= way.doubtsBeside();
			}
			return doubts;
		}

		private long doubtsBeside() {
			var doubts = 0L;
			if (this.fork != null && this.fork.ways.size() <= Fork.MAX_WAYS) {
				for (var other : this.fork.ways) {
					doubts |= (other != this) ? other.removed : 0;
				}
			}
			return doubts;
		}

	}

	/** Where ways part. */
	static final class Fork {

		static final int MAX_WAYS = 50;

		final List<Way> ways = new ArrayList<>();

		boolean joined;

		/** An end on one of the ways. */
		@Nullable XmlNode end;

	}

	/** The way that an element lies on; nothing for one that no token reaches. */
	@Nullable Way of(String id) {
		return this.ways.get(id);
	}

	boolean aside(String id) {
		return this.ways.get(id) == ASIDE;
	}

	/** Whether all ways into a join come from the same fork. */
	boolean joins(XmlNode gateway) {
		return join(gateway) && this.ways.containsKey(gateway.id()) && !this.blamed.contains(gateway.id());
	}

	private boolean join(XmlNode node) {
		return node.bpmn("parallelGateway") && this.graph.incoming(node).size() > 1;
	}

	private void blame(XmlNode node, String message) {
		if (this.blamed.add(node.id())) {
			this.findings.error(Rule.BESIDE, node, message.formatted(node.id()));
		}
	}

	/** Elements of one process or sub-process. */
	private final class Scope {

		private final XmlNode scope;

		private final Way base;

		private final Deque<XmlNode> waiting = new ArrayDeque<>();

		private final Map<String, Map<String, Way>> arrived = new LinkedHashMap<>();

		private final List<Fork> forks = new ArrayList<>();

		Scope(XmlNode scope, Way base) {
			this.scope = scope;
			this.base = base;
		}

		void follow() {
			Graph.start(this.scope).ifPresent((start) -> reach(start, this.base));
			do {
				while (!this.waiting.isEmpty()) {
					leave(this.waiting.remove());
				}
			}
			while (unfinishedJoin());
			this.forks.stream().filter((fork) -> fork.joined && fork.end != null).forEach((fork) -> {
				var end = java.util.Objects.requireNonNull(fork.end);
				blame(end, "'%s' ends a way that a join waits for");
			});
		}

		private void reach(@Nullable XmlNode node, Way way) {
			if (node == null || node.parent != this.scope || !Graph.flowNode(node)) {
				return;
			}
			if (node.bpmn("endEvent")) {
				end(node, way);
				return;
			}
			var known = Ways.this.ways.putIfAbsent(node.id(), way);
			if (known == null) {
				this.waiting.add(node);
			}
			else if (known != way) {
				blame(node, "Ways that run beside each other meet at '%s'");
			}
		}

		private void leave(XmlNode node) {
			var way = java.util.Objects.requireNonNull(Ways.this.ways.get(node.id()));
			way.remove(Ways.this.safeguards.removes(node));
			if (way == ASIDE) {
				beside(node);
			}
			else if (node.bpmn("subProcess")) {
				new Scope(node, way).follow();
			}
			Ways.this.graph.boundaries(node.id()).forEach((event) -> reach(event, Graph.aside(event) ? ASIDE : way));
			var flows = Ways.this.graph.outgoing(node);
			if (flows.size() < 2 || node.bpmn("exclusiveGateway") || way == ASIDE) {
				flows.forEach((flow) -> take(flow, way));
				return;
			}
			if (flows.size() > Fork.MAX_WAYS) {
				blame(node, "'%s' forks into more ways than " + Fork.MAX_WAYS);
			}
			var fork = new Fork();
			this.forks.add(fork);
			flows.forEach((flow) -> take(flow, new Way(way, fork)));
		}

		private void beside(XmlNode node) {
			if (node.bpmn("subProcess") || (!node.camunda("topic").isEmpty() && !Safeguards.harmless(node))) {
				blame(node, "'%s' is done beside what a timer only reminds of");
			}
			if (!node.bpmn("exclusiveGateway") && Ways.this.graph.outgoing(node).size() > 1) {
				blame(node, "'%s' forks beside what a timer only reminds of");
			}
		}

		// Different ways may share an end: no token goes on from there.
		private void end(XmlNode end, Way from) {
			if (from != ASIDE) {
				Ways.this.ways.put(end.id(), from);
			}
			else {
				Ways.this.ways.putIfAbsent(end.id(), ASIDE);
			}
			if (Graph.has(end, "terminateEventDefinition") || Graph.has(end, "errorEventDefinition")) {
				return;
			}
			for (var way = from; way != null && way != this.base; way = way.outside) {
				if (way.fork != null) {
					way.fork.end = end;
				}
			}
		}

		private void take(XmlNode flow, Way way) {
			var target = Ways.this.graph.node(flow.attribute("targetRef"));
			if (target == null || !join(target)) {
				reach(target, way);
				return;
			}
			var all = this.arrived.computeIfAbsent(target.id(), (key) -> new LinkedHashMap<>());
			all.put(flow.id(), way);
			if (all.size() == Ways.this.graph.incoming(target).size()) {
				meet(target, List.copyOf(all.values()));
			}
		}

		private void meet(XmlNode join, List<Way> coming) {
			var first = coming.get(0);
			var fork = first.fork;
			if (fork != null && first != this.base && fork.ways.size() == coming.size()
					&& Set.copyOf(coming).equals(Set.copyOf(fork.ways))) {
				fork.joined = true;
				reach(join, java.util.Objects.requireNonNull(first.outside));
				return;
			}
			blame(join, "'%s' joins ways that do not come from one fork");
			reach(join, this.base);
		}

		// A join that one of its ways never reaches, or that waits for itself.
		private boolean unfinishedJoin() {
			for (var id : this.arrived.keySet()) {
				var join = Ways.this.graph.node(id);
				if (join != null && !Ways.this.ways.containsKey(id)) {
					blame(join, "'%s' waits for a way that never comes");
					reach(join, this.base);
					return true;
				}
			}
			return false;
		}

	}

}
