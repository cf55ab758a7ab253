// Whoever approves a playbook looks at its drawing, so the drawing hides nothing.
import { isFlowNode } from './graph.js';

const SMALLEST = 10;
const LARGEST = 20000;
const FARTHEST = 50000;
const NUMBER = /^-?\d{1,7}(\.\d{1,30})?$/;

export function checkPicture(root, graph, findings) {
  root.children.filter(child => child.name === 'BPMNDiagram').slice(1)
    .forEach(diagram => findings.error('SEEN', diagram, 'There is a second drawing'));
  const drawn = new Set();
  for (const shape of root.all().filter(node => node.name === 'BPMNShape')) {
    const element = graph.node(shape.attribute('bpmnElement'));
    if (!element || !isFlowNode(element)) continue;
    if (drawn.has(element.id)) findings.error('SEEN', element, `'${element.id}' is drawn twice`);
    drawn.add(element.id);
    if (element.bpmn('subProcess') && shape.attribute('isExpanded') !== 'true') {
      findings.error('SEEN', element, `'${element.id}' is drawn shut, so that nobody sees what is in it`);
    }
    shape.children.filter(child => child.name === 'Bounds')
      .filter(bounds => !within(bounds, 'width', SMALLEST, LARGEST) || !within(bounds, 'height', SMALLEST, LARGEST)
        || !within(bounds, 'x', -FARTHEST, FARTHEST) || !within(bounds, 'y', -FARTHEST, FARTHEST))
      .forEach(() => findings.error('SEEN', element, `'${element.id}' is drawn where, or as small or large as, nobody sees it`));
  }
}

function within(bounds, name, least, most) {
  const text = bounds.attribute(name);
  return NUMBER.test(text) && Number(text) >= least && Number(text) <= most;
}
