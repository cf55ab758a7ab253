// What has no id is seen by the engine and by no rule, and what stands twice is read once by one and once by the other.
import { BPMN } from './xml.js';

/** Elements that are led to, referred to, or marked. */
const NAMED = [ 'process', 'sequenceFlow', 'startEvent', 'endEvent', 'intermediateCatchEvent', 'boundaryEvent', 'exclusiveGateway', 'parallelGateway',
  'serviceTask', 'sendTask', 'userTask', 'subProcess', 'error', 'message' ];
const ONCE = [ 'extensionElements', 'conditionExpression', 'inputOutput', 'formData', 'validation', 'timeDuration', 'timeCycle', 'text', 'collaboration' ];
/** Places in the order of BPMN's schema; all others stand between. */
const ORDER = new Map([ [ 'documentation', 0 ], [ 'extensionElements', 1 ], [ 'incoming', 2 ], [ 'outgoing', 3 ], [ 'laneSet', 4 ], [ 'participant', 4 ],
  [ 'textAnnotation', 6 ], [ 'association', 6 ], [ 'group', 6 ], [ 'BPMNDiagram', 7 ] ]);
const BETWEEN = 5;

export function checkStructure(root, findings) {
  for (const node of root.all()) {
    if (node.namespace === BPMN && NAMED.includes(node.name) && !node.id) findings.error('DUPLICATE', node, `'${node.name}' has no id`);
    children(node);
    if (node.camundaElement('properties')) properties(node);
  }

  function children(node) {
    const seen = new Set();
    let last = 0;
    for (const child of node.children) {
      const once = ONCE.includes(child.name) || child.camundaElement('properties');
      if (seen.has(child.name) && once) findings.error('PLACE', child, `'${child.name}' stands twice in '${node.name}'`);
      seen.add(child.name);
      if (node.namespace !== BPMN || node.name === 'extensionElements') continue;
      const place = ORDER.get(child.name) ?? BETWEEN;
      if (place < last) findings.error('PLACE', child, `'${child.name}' stands too late in '${node.name}'`);
      last = Math.max(place, last);
    }
  }

  function properties(node) {
    const seen = new Set();
    for (const property of node.children) {
      const name = property.attribute('name') || property.id;
      if (seen.has(name)) findings.error('PLACE', property, `Property '${name}' stands twice`);
      seen.add(name);
    }
  }
}
