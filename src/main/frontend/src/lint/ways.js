// Which elements lie beside each other: on the ways out of one fork, or on the way of a reminder.
import { has, isAside, isFlowNode, startOf } from './graph.js';
import { isHarmless } from './safeguards.js';

const MAX_WAYS = 50;

/** One of the ways out of a fork, or the one way of the whole. */
class Way {
  constructor(outside, fork) {
    Object.assign(this, { outside, fork, removed: 0n });
    fork?.ways.push(this);
  }

  remove(facts) {
    for (let way = this; way; way = way.outside) way.removed |= facts;
  }

  /** What ways beside this one, or around it, put in doubt at any moment. */
  doubts() {
    let doubts = 0n;
    for (let way = this; way; way = way.outside) {
      if (!way.fork || way.fork.ways.length > MAX_WAYS) continue;
      for (const other of way.fork.ways) doubts |= other === way ? 0n : other.removed;
    }
    return doubts;
  }
}

export class Ways {
  constructor(graph, safeguards, process, findings) {
    Object.assign(this, { graph, safeguards, findings, ways: new Map(), blamed: new Set(), side: new Way() });
    new Scope(this, process, new Way()).follow();
  }

  of(id) {
    return this.ways.get(id);
  }

  aside(id) {
    return this.ways.get(id) === this.side;
  }

  /** Whether all ways into a join come from the same fork. */
  joins(gateway) {
    return this.isJoin(gateway) && this.ways.has(gateway.id) && !this.blamed.has(gateway.id);
  }

  isJoin(node) {
    return node.bpmn('parallelGateway') && this.graph.incoming(node).length > 1;
  }

  blame(node, message) {
    if (this.blamed.has(node.id)) return;
    this.blamed.add(node.id);
    this.findings.error('BESIDE', node, message);
  }
}

/** Elements of one process or sub-process. */
class Scope {
  constructor(all, scope, base) {
    Object.assign(this, { all, scope, base, waiting: [], arrived: new Map(), forks: [] });
  }

  follow() {
    const start = startOf(this.scope);
    if (start) this.reach(start, this.base);
    do {
      while (this.waiting.length) this.leave(this.waiting.shift());
    } while (this.unfinishedJoin());
    this.forks.filter(fork => fork.joined && fork.end)
      .forEach(fork => this.all.blame(fork.end, `'${fork.end.id}' ends a way that a join waits for`));
  }

  reach(node, way) {
    if (!node || node.parent !== this.scope || !isFlowNode(node)) return;
    if (node.bpmn('endEvent')) {
      this.end(node, way);
      return;
    }
    const known = this.all.ways.get(node.id);
    if (!known) {
      this.all.ways.set(node.id, way);
      this.waiting.push(node);
    }
    else if (known !== way) this.all.blame(node, `Ways that run beside each other meet at '${node.id}'`);
  }

  leave(node) {
    const { all } = this;
    const way = all.ways.get(node.id);
    way.remove(all.safeguards.removes(node));
    if (way === all.side) this.beside(node);
    else if (node.bpmn('subProcess')) new Scope(all, node, way).follow();
    all.graph.boundaries(node.id).forEach(event => this.reach(event, isAside(event) ? all.side : way));
    const flows = all.graph.outgoing(node);
    if (flows.length < 2 || node.bpmn('exclusiveGateway') || way === all.side) {
      flows.forEach(flow => this.take(flow, way));
      return;
    }
    if (flows.length > MAX_WAYS) all.blame(node, `'${node.id}' forks into more ways than ${MAX_WAYS}`);
    const fork = { ways: [], joined: false, end: undefined };
    this.forks.push(fork);
    flows.forEach(flow => this.take(flow, new Way(way, fork)));
  }

  beside(node) {
    if (node.bpmn('subProcess') || (node.camunda('topic') && !isHarmless(node))) {
      this.all.blame(node, `'${node.id}' is done beside what a timer only reminds of`);
    }
    if (!node.bpmn('exclusiveGateway') && this.all.graph.outgoing(node).length > 1) {
      this.all.blame(node, `'${node.id}' forks beside what a timer only reminds of`);
    }
  }

  // Different ways may share an end: no token goes on from there.
  end(end, from) {
    const { all } = this;
    if (from !== all.side) all.ways.set(end.id, from);
    else if (!all.ways.has(end.id)) all.ways.set(end.id, all.side);
    if (has(end, 'terminateEventDefinition') || has(end, 'errorEventDefinition')) return;
    for (let way = from; way && way !== this.base; way = way.outside) {
      if (way.fork) way.fork.end = end;
    }
  }

  take(flow, way) {
    const target = this.all.graph.node(flow.attribute('targetRef'));
    if (!target || !this.all.isJoin(target)) {
      this.reach(target, way);
      return;
    }
    if (!this.arrived.has(target.id)) this.arrived.set(target.id, new Map());
    const ways = this.arrived.get(target.id).set(flow.id, way);
    if (ways.size === this.all.graph.incoming(target).length) this.meet(target, [ ...ways.values() ]);
  }

  meet(join, coming) {
    const [ first ] = coming;
    const fork = first.fork;
    if (fork && first !== this.base && fork.ways.length === coming.length && fork.ways.every(way => coming.includes(way))) {
      fork.joined = true;
      this.reach(join, first.outside);
      return;
    }
    this.all.blame(join, `'${join.id}' joins ways that do not come from one fork`);
    this.reach(join, this.base);
  }

  // A join that one of its ways never reaches, or that waits for itself.
  unfinishedJoin() {
    for (const id of this.arrived.keys()) {
      const join = this.all.graph.node(id);
      if (join && !this.all.ways.has(id)) {
        this.all.blame(join, `'${id}' waits for a way that never comes`);
        this.reach(join, this.base);
        return true;
      }
    }
    return false;
  }
}
