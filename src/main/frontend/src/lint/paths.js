// Where a token can go, in and out of sub-processes, and what is certain when it comes.
import { has, isFlowNode, startOf } from './graph.js';

const EVERYTHING = -1n;
const doneOf = process => `${process.id}#done`;
const insideOf = process => `${process.id}#inside`;

export class Paths {
  constructor(graph, safeguards, ways, process) {
    Object.assign(this, { graph, safeguards, ways, from: new Map(), facts: new Map(), arrived: new Map() });
    for (const node of graph.nodes.values()) this.connect(node);
    const start = startOf(process);
    if (start) this.follow(start);
  }

  connect(node) {
    if (node.bpmn('sequenceFlow')) {
      const source = this.graph.node(node.attribute('sourceRef'));
      if (source) this.add(source.bpmn('subProcess') ? doneOf(source) : source.id, node.attribute('targetRef'), true, node);
    }
    else if (node.bpmn('boundaryEvent')) this.boundary(node);
    if (node.bpmn('subProcess')) {
      const start = startOf(node);
      if (start) this.add(node.id, start.id, false);
    }
    if (isFlowNode(node) && node.parent?.bpmn('subProcess')) {
      this.add(node.bpmn('subProcess') ? insideOf(node) : node.id, insideOf(node.parent), false);
    }
    if (node.bpmn('endEvent')) this.end(node);
  }

  boundary(event) {
    const host = this.graph.node(event.attribute('attachedToRef'));
    if (!host) return;
    if (!host.bpmn('subProcess')) this.add(host.id, event.id, false);
    else if (this.graph.code(event) === undefined) this.add(insideOf(host), event.id, false);
  }

  end(end) {
    if (this.graph.code(end) !== undefined) {
      this.graph.catchers(end).forEach(event => this.add(end.id, event.id, true));
    }
    else if (end.parent?.bpmn('subProcess') && (!this.ways.aside(end.id) || has(end, 'terminateEventDefinition'))) {
      // A reminder's end does not end the sub-process.
      this.add(end.id, doneOf(end.parent), true);
    }
  }

  add(from, to, after, flow) {
    if (!this.from.has(from)) this.from.set(from, []);
    this.from.get(from).push({ from, to, after, flow });
  }

  follow(start) {
    const waiting = [ start.id ];
    const queued = new Set();
    this.facts.set(start.id, 0n);
    for (let at = 0; at < waiting.length; at++) {
      const id = waiting[at];
      queued.delete(id);
      for (const edge of this.from.get(id) ?? []) {
        if (this.arrive(edge, this.passed(edge, this.facts.get(id) ?? 0n)) && !queued.has(edge.to)) {
          queued.add(edge.to);
          waiting.push(edge.to);
        }
      }
    }
  }

  passed(edge, before) {
    let facts = before;
    const node = this.graph.node(edge.from);
    if (node) {
      facts &= ~this.safeguards.removes(node);
      if (edge.after) facts |= this.safeguards.adds(node);
    }
    return edge.flow ? facts | this.safeguards.approves(edge.flow, facts) : facts;
  }

  arrive(edge, facts) {
    const node = this.graph.node(edge.to);
    const before = this.facts.get(edge.to);
    const after = node && edge.flow && this.ways.joins(node) ? this.joined(node, edge.flow.id, facts) : (before ?? EVERYTHING) & facts;
    this.facts.set(edge.to, after);
    return after !== before;
  }

  /** Behind a join everything has happened that happened on any of its ways. */
  joined(join, flow, facts) {
    if (!this.arrived.has(join.id)) this.arrived.set(join.id, new Map());
    const all = this.arrived.get(join.id);
    all.set(flow, (all.get(flow) ?? EVERYTHING) & facts);
    return this.graph.incoming(join).reduce((together, one) =>
      together | ((all.get(one.id) ?? EVERYTHING) & ~(this.ways.of(one.attribute('sourceRef'))?.doubts() ?? 0n)), 0n);
  }

  reached(id) {
    return this.facts.has(id);
  }

  /** What happened on every path there. */
  happened(id) {
    return this.facts.get(id) ?? 0n;
  }

  /** What is certain when a token comes there, whatever happens beside it. */
  certain(id) {
    return this.happened(id) & ~(this.ways.of(id)?.doubts() ?? 0n);
  }

  /** Elements on loops that wait for nobody and nothing, in the order of the file. */
  loops() {
    const edges = [ ...this.from.values() ].flat().filter(edge => !this.waits(edge.from) && !this.waits(edge.to));
    const left = new Set(edges.flatMap(edge => [ edge.from, edge.to ]));
    strip(left, edges.map(edge => [ edge.from, edge.to ]));
    strip(left, edges.map(edge => [ edge.to, edge.from ]));
    return this.graph.flowNodes.filter(node => left.has(node.id));
  }

  waits(id) {
    const node = this.graph.node(id);
    return node !== undefined && (node.bpmn('userTask') || node.bpmn('intermediateCatchEvent')
      || (node.bpmn('boundaryEvent') && !has(node, 'errorEventDefinition')));
  }
}

// Takes away what nothing leads to, again and again: what is left are loops.
function strip(left, edges) {
  const next = new Map();
  const count = new Map();
  for (const [ source, target ] of edges) {
    if (!left.has(source) || !left.has(target)) continue;
    if (!next.has(source)) next.set(source, []);
    next.get(source).push(target);
    count.set(target, (count.get(target) ?? 0) + 1);
  }
  const free = [ ...left ].filter(id => !count.has(id));
  while (free.length) {
    const id = free.pop();
    left.delete(id);
    for (const target of next.get(id) ?? []) {
      count.set(target, count.get(target) - 1);
      if (count.get(target) === 0) free.push(target);
    }
  }
}
