// How the elements of a playbook are put together.
import { condition, isAside, isFlowNode } from './graph.js';

const HOSTS = [ 'serviceTask', 'sendTask', 'userTask', 'subProcess' ];
const EVENTS = { boundaryEvent: [ 1, 1 ], intermediateCatchEvent: [ 1, 1 ], endEvent: [ 0, 1 ] };

export function checkFlows(graph, findings) {
  for (const node of graph.nodes.values()) {
    if (node.name === 'sequenceFlow') {
      ends(node);
      conditional(node);
    }
    if (node.name === 'exclusiveGateway') gateway(node);
    if (node.name === 'boundaryEvent') host(node);
    if (Object.hasOwn(EVENTS, node.name)) event(node, ...EVENTS[node.name]);
    if (node.attribute('default')) fallback(node);
  }

  function ends(flow) {
    const source = graph.node(flow.attribute('sourceRef'));
    const target = graph.node(flow.attribute('targetRef'));
    if (!source || !isFlowNode(source) || source.parent !== flow.parent || source.bpmn('endEvent')) {
      findings.error('REFERENCE', flow, `'${flow.id}' cannot come from '${flow.attribute('sourceRef')}'`);
    }
    if (!target || !isFlowNode(target) || target.parent !== flow.parent || target.bpmn('startEvent') || target.bpmn('boundaryEvent')) {
      findings.error('REFERENCE', flow, `'${flow.id}' cannot lead to '${flow.attribute('targetRef')}'`);
    }
  }

  function conditional(flow) {
    const source = graph.node(flow.attribute('sourceRef'));
    const decides = source?.bpmn('exclusiveGateway') && graph.outgoing(source).length > 1 && !graph.fallback(flow);
    const given = condition(flow) !== '';
    if (given && !decides) findings.error('CONDITION', flow, `The condition of '${flow.id}' would not be asked, or could leave the run without a way on`);
    if (!given && decides) findings.error('CONDITION', flow, `'${flow.id}' leaves a decision without a condition`);
  }

  function gateway(node) {
    if (graph.outgoing(node).length > 1 && !node.attribute('default')) findings.error('FALLBACK', node, `'${node.id}' has no default`);
  }

  function fallback(node) {
    const flow = graph.node(node.attribute('default'));
    if (!flow?.bpmn('sequenceFlow') || flow.attribute('sourceRef') !== node.id || !node.bpmn('exclusiveGateway')) {
      findings.error('REFERENCE', node, `'${node.id}' cannot fall back to '${node.attribute('default')}'`);
    }
  }

  function host(node) {
    const task = graph.node(node.attribute('attachedToRef'));
    if (!task || !HOSTS.includes(task.name) || task.parent !== node.parent) {
      findings.error('REFERENCE', node, `'${node.id}' cannot be attached to '${node.attribute('attachedToRef')}'`);
    }
  }

  function event(node, least, most) {
    const definitions = node.children.filter(child => child.name.endsWith('EventDefinition'));
    if (definitions.length < least || definitions.length > most) {
      findings.error('PLACE', node, `'${node.id}' waits for, or tells, ${definitions.length} things`);
    }
    for (const definition of definitions) {
      if (definition.name === 'timerEventDefinition') timer(node, definition);
      if (definition.name === 'errorEventDefinition') error(node, definition);
      if (definition.name === 'messageEventDefinition') message(node, definition);
    }
  }

  function timer(node, definition) {
    const times = definition.children.filter(child => child.name.startsWith('time'));
    if (times.length !== 1 || (times[0].name === 'timeCycle' && !node.bpmn('boundaryEvent')) || !times[0].text) {
      findings.error('PLACE', node, `'${node.id}' does not hold one span of time`);
    }
  }

  function error(node, definition) {
    const reference = definition.attribute('errorRef');
    const thrown = graph.node(reference);
    const any = !reference && node.bpmn('boundaryEvent');
    if (!any && (!thrown?.bpmn('error') || !thrown.attribute('errorCode'))) {
      findings.error('REFERENCE', node, `'${node.id}' names no error with a code, but '${reference}'`);
    }
    if (isAside(node)) findings.error('PLACE', node, `'${node.id}' catches a refusal beside its step`);
  }

  function message(node, definition) {
    const received = graph.node(definition.attribute('messageRef'));
    if (!received?.bpmn('message')) {
      findings.error('REFERENCE', node, `'${node.id}' names no message, but '${definition.attribute('messageRef')}'`);
    }
    if (!node.bpmn('boundaryEvent') || received?.attribute('name') !== 'abort' || isAside(node)) {
      findings.error('WAIT', node, `'${node.id}' waits for a message that has no owner and no due time`);
    }
  }
}
