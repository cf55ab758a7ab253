// The elements of a playbook, how they are drawn together, and what steps and tasks say about themselves.
import { BPMN } from './xml.js';

const FLOW_NODES = new Set([ 'startEvent', 'endEvent', 'intermediateCatchEvent', 'boundaryEvent', 'exclusiveGateway',
  'parallelGateway', 'serviceTask', 'sendTask', 'userTask', 'subProcess' ]);

export const isFlowNode = node => node.namespace === BPMN && FLOW_NODES.has(node.name);
export const has = (event, definition) => event.children.some(child => child.bpmn(definition));
export const isAside = boundary => boundary.attribute('cancelActivity') === 'false';
export const startOf = scope => scope.children.find(child => child.bpmn('startEvent'));
export const condition = flow => flow.children.find(child => child.bpmn('conditionExpression'))?.text ?? '';

export class Graph {
  constructor(root) {
    this.nodes = new Map();
    for (const node of root.all()) {
      if (node.namespace === BPMN && node.id && !this.nodes.has(node.id)) this.nodes.set(node.id, node);
    }
    this.flowNodes = [ ...this.nodes.values() ].filter(isFlowNode);
    const by = (name, attribute) => {
      const lists = new Map();
      for (const node of this.nodes.values()) {
        if (node.name !== name) continue;
        const key = node.attribute(attribute);
        lists.set(key, [ ...lists.get(key) ?? [], node ]);
      }
      return lists;
    };
    this.out = by('sequenceFlow', 'sourceRef');
    this.in = by('sequenceFlow', 'targetRef');
    this.attached = by('boundaryEvent', 'attachedToRef');
  }

  node(id) {
    return this.nodes.get(id);
  }

  boundaries(host) {
    return this.attached.get(host) ?? [];
  }

  outgoing(node) {
    return this.out.get(node.id) ?? [];
  }

  incoming(node) {
    return this.in.get(node.id) ?? [];
  }

  /** Whether a flow is what its source falls back to. */
  fallback(flow) {
    return this.node(flow.attribute('sourceRef'))?.attribute('default') === flow.id;
  }

  /** The error code that an event throws or catches, empty for any; undefined for another kind of event. */
  code(event) {
    const definition = event.children.find(child => child.bpmn('errorEventDefinition'));
    return definition && (this.node(definition.attribute('errorRef'))?.attribute('errorCode') ?? '');
  }

  /** Boundary events that catch what an end event throws, nearest scope first. */
  catchers(end) {
    const thrown = this.code(end) ?? '';
    for (let scope = end.parent; scope?.bpmn('subProcess'); scope = scope.parent) {
      const found = this.boundaries(scope.id).filter(event => [ '', thrown ].includes(this.code(event)));
      if (found.length) return found;
    }
    return [];
  }
}

function named(parent) {
  return parent.all().filter(node => node.camundaElement('property'))
    .map(node => [ node.attribute('name') || node.id, node.attribute('value') ]);
}

export const properties = node => new Map(node.extensions('properties').flatMap(named));
export const fields = task => task.extensions('formData').flatMap(data => data.children);
const question = task => fields(task).find(field => field.attribute('type') === 'enum');
export const decision = task => question(task)?.id ?? '';
export const answersOf = task => (question(task)?.children ?? []).filter(value => value.camundaElement('value')).map(value => value.id);
export const isApproval = task => task.bpmn('userTask') && properties(task).get('kind') === 'approval';
export const isSkippable = step => properties(step).get('skippable') === 'true';
export const writes = (task, variable) => task.bpmn('userTask') && fields(task).some(field => field.id === variable);

export const inputsOf = step => step.extensions('inputOutput').flatMap(list => list.children)
  .filter(child => child.camundaElement('inputParameter'));

export function inputs(step) {
  return new Map(inputsOf(step).map(input => [ input.attribute('name'), input ]));
}

export const input = (step, name) => inputs(step).get(name)?.text ?? '';

export function takesAsGiven(step, name) {
  const given = inputs(step).get(name);
  return !given || given.text.replace(/\s/g, '') === `\${${name}}`;
}
