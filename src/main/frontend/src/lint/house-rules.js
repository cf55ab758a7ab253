// How our playbooks are made, element by element.
import { selfStarting, starts, unbounded } from './schedules.js';
import { BPMN } from './xml.js';
import { secondsOf } from './grammar.js';
import { checkPicture } from './picture-rules.js';
import { present, refusal, variables } from './expressions.js';
import { answersOf, decision, fields, has, input, inputs, inputsOf, isApproval, isAside, properties, takesAsGiven } from './graph.js';

const PATIENCE = [ '${approvalPatience}', '${decisionPatience}', '${messagePatience}' ];
const BOUND = [ 'backup.take', 'plan.seal', 'target.freeze', 'target.thaw' ];
const ANSWER = /([A-Za-z]\w*)\s*(?:==|!=|eq|ne)\s*['"]([^'"]*)['"]/g;
const list = values => `[${[ ...values ].join(', ')}]`;
const LONGEST_WAIT = 7 * 86400;
const blank = text => text.trim() === '';

/** The span that an event waits for, again and again or once. */
function spanOf(event) {
  const text = event.all().find(node => node.bpmn('timeCycle') || node.bpmn('timeDuration'))?.text ?? '';
  return text.slice(text.indexOf('/') + 1);
}

/** Whether a span is one that a person may be waited for before the next is asked. */
const soon = span => present(span) || secondsOf(span) <= LONGEST_WAIT;

export function checkHouse(root, process, graph, types, book, findings) {
  const given = new Set(book.given);
  const reserved = new Set(book.reserved);
  const known = new Set(given);
  const questions = new Map();
  const givers = new Map();
  const mails = namesOf('MAIL');
  const posts = namesOf('STATUS');
  const nodes = [ ...graph.nodes.values() ];

  duplicates();
  if (!process.camunda('historyTimeToLive')) findings.error('TTL', process, `The history of '${process.id}' would be kept for ever`);
  nodes.forEach(learn);
  for (const node of nodes) {
    if ([ 'serviceTask', 'sendTask' ].includes(node.name)) step(node);
    if (node.name === 'userTask') task(node);
    if (node.name === 'startEvent') start(node);
    if (node.name === 'subProcess') scope(node);
    expressions(node);
  }
  scope(process);
  schedule();
  abortable();
  names();
  picture();

  function namesOf(channel) {
    return book.templates.filter(template => template.channel === channel).map(template => template.name);
  }

  function duplicates() {
    const seen = new Set();
    for (const node of root.all()) {
      if (node.namespace !== BPMN || !node.id) continue;
      if (seen.has(node.id)) findings.error('DUPLICATE', node, `Id '${node.id}' is used twice`);
      seen.add(node.id);
    }
  }

  function learn(node) {
    types.get(node.camunda('topic'))?.outputs.forEach(output => give(node, output.name));
    if (node.bpmn('userTask')) {
      for (const field of fields(node)) {
        written(node, field.id);
        if (!isApproval(node) || decision(node) !== field.id) give(node, field.id);
        if (field.attribute('type') === 'enum') known.add(`${field.id}Reason`).add(`${field.id}By`);
      }
      questions.set(decision(node), [ ...questions.get(decision(node)) ?? [], ...answersOf(node) ]);
    }
    for (const name of caught(node)) {
      written(node, name);
      give(node, name);
    }
  }

  function give(node, variable) {
    known.add(variable);
    if (!givers.has(variable)) givers.set(variable, new Set());
    givers.get(variable).add(node);
  }

  function caught(event) {
    return event.children.filter(child => child.bpmn('errorEventDefinition'))
      .flatMap(definition => [ definition.camunda('errorCodeVariable'), definition.camunda('errorMessageVariable') ])
      .filter(Boolean);
  }

  function written(node, variable) {
    if (!variable) return;
    if (given.has(variable) || [ 'decision', 'reason' ].includes(variable)) {
      findings.error('RESERVED', node, `'${node.id}' sets '${variable}', which the run itself sets`);
    }
    known.add(variable);
  }

  function step(node) {
    const topic = node.camunda('topic');
    const type = types.get(topic);
    if (node.camunda('type') !== 'external' || !type) {
      findings.error('STEP', node, topic ? `There is no step type '${topic}', but ${list([ ...types.keys() ].sort())}` : `'${node.id}' names no step type`);
      return;
    }
    checkInputs(node, type);
    bound(node, type);
    refusals(node, type);
    if (topic === 'notify.send') template(node, input(node, 'template'), mails);
    if (topic === 'status.post') {
      template(node, `status-${input(node, inputs(node).has('wording') ? 'wording' : 'status').toLowerCase()}`, posts);
    }
  }

  function checkInputs(node, type) {
    const passed = inputs(node);
    type.inputs.filter(one => one.required && !passed.has(one.name) && !known.has(one.name))
      .forEach(one => findings.error('INPUT', node, `'${node.id}' needs input '${one.name}', and nothing gives it`));
    for (const [ name, parameter ] of passed) {
      if (reserved.has(name) || (name === 'planDigest' && type.name !== 'plan.seal')) {
        findings.error('RESERVED', parameter, `'${node.id}' replaces '${name}' for itself`);
      }
      else if (!type.inputs.some(one => one.name === name)) {
        findings.warning('INPUT', parameter, `Step type '${type.name}' has no input '${name}'`);
      }
    }
    if (inputsOf(node).length > passed.size) findings.error('INPUT', node, `'${node.id}' is given an input twice`);
    type.inputs.forEach(one => fits(node, one, passed.get(one.name)));
  }

  /** What is written out is known before it runs; what a variable holds is not. */
  function fits(node, one, parameter) {
    const text = parameter?.text;
    if (text === undefined || present(text)) return;
    if (!text) {
      if (one.required) findings.error('INPUT', parameter, `'${node.id}' needs input '${one.name}', and is given nothing`);
      return;
    }
    const kind = book.kinds[one.kind];
    const why = one.kind === 'CHOICE' ? !one.choices.includes(text) && `must be one of ${list(one.choices)}`
      : !new RegExp(`^(?:${kind.pattern})$`, 's').test(text) && kind.words;
    if (why) findings.error('FITTING', parameter, `'${node.id}' is told '${one.name}' = '${text}', which ${why}`);
  }

  /** Whoever approved the plan approved it for this release on this target. */
  function bound(node, type) {
    if (!type.destructive && !BOUND.includes(type.name)) return;
    [ 'target', 'release', 'backupId' ].filter(name => !takesAsGiven(node, name))
      .forEach(name => findings.error('RESERVED', node, `'${node.id}' replaces '${name}' for itself`));
  }

  function refusals(node, type) {
    const handled = new Set(graph.boundaries(node.id).map(event => graph.code(event)).filter(code => code !== undefined));
    const declared = new Set(type.refusals.map(one => one.code));
    [ ...declared ].filter(code => !handled.has(code))
      .forEach(code => findings.error('REFUSAL', node, `'${node.id}' may refuse with '${code}', and nothing leads on from there`));
    [ ...handled ].filter(code => code && !declared.has(code))
      .forEach(code => findings.warning('UNKNOWN_REFUSAL', node, `Step type '${type.name}' never refuses with '${code}'`));
  }

  function task(node) {
    if (blank(node.camunda('candidateGroups') + node.camunda('candidateUsers') + node.camunda('assignee'))) {
      findings.error('OWNER', node, `Nobody is asked at '${node.id}'`);
    }
    const asked = fields(node).filter(field => field.attribute('type') === 'enum').length;
    const answers = answersOf(node);
    if (asked > 1 || !answers.length || new Set(answers).size !== answers.length) {
      findings.error('ANSWERS', node, asked > 1 ? `'${node.id}' asks more than one question` : `'${node.id}' has no answers to choose from, or one twice`);
    }
    const labels = fields(node).find(field => field.attribute('type') === 'enum')?.children
      .filter(value => value.camundaElement('value')).map(value => value.attribute('name').trim().toLowerCase()) ?? [];
    if (labels.includes('') || new Set(labels).size !== labels.length) findings.error('ANSWERS', node, `'${node.id}' has answers that read alike, or not at all`);
    if (!soon(node.camunda('dueDate').replace(/^[^'"]*['"]([^'"]*)['"].*$/, '$1')) || !graph.boundaries(node.id).some(event => escalates(event, node))) {
      findings.error('ESCALATION', node, `Nobody is asked next when '${node.id}' waits too long`);
    }
    if (isApproval(node)) approval(node);
    if (properties(node).get('kind') === 'message') template(node, properties(node).get('template') ?? '', mails);
  }

  function escalates(event, node) {
    return isAside(event) && has(event, 'timerEventDefinition') && soon(spanOf(event)) && graph.outgoing(event)
      .map(flow => graph.node(flow.attribute('targetRef')))
      .some(next => next?.camunda('topic') === 'page.owner' && asksNext(next, node));
  }

  function asksNext(next, node) {
    return [ '', node.id ].includes(input(next, 'taskDefinitionKey'))
      && (!blank(node.camunda('candidateGroups')) || !blank(input(next, 'rotation')));
  }

  function approval(node) {
    const answer = decision(node);
    const seal = properties(node).get('seal') ?? 'planDigest';
    if (!answersOf(node).includes('approve')) findings.error('APPROVAL', node, `'${node.id}' cannot be answered with 'approve'`);
    if (seal !== 'planDigest') findings.error('APPROVAL', node, `'${node.id}' seals '${seal}', not the plan`);
    for (const giver of givers.get(answer) ?? []) {
      findings.error('APPROVAL', giver, `'${giver.id}' gives '${answer}', which is the answer to the approval '${node.id}'`);
    }
    if (fields(node).filter(field => field.id === answer).length > 1) findings.error('APPROVAL', node, `'${node.id}' takes its answer twice`);
  }

  function template(node, name, there) {
    if (!there.includes(name)) {
      findings.error('TEMPLATE', node, `'${node.id}' needs the message template '${name}', but there are ${list([ ...there ].sort())}`);
    }
  }

  function start(node) {
    if (node.children.some(child => child.name.endsWith('EventDefinition')) && !starts(node)) findings.error('START', node, `'${node.id}' starts by itself`);
  }

  // Nobody asked for such a run, so nobody else could approve what it does.
  function schedule() {
    for (const node of graph.flowNodes) {
      if (selfStarting(process) && types.get(node.camunda('topic'))?.destructive === true) {
        findings.error('SCHEDULED', node, `'${node.id}' changes the target in a playbook that starts by itself`);
      }
      for (const timer of node.children.filter(child => child.bpmn('timerEventDefinition') && !node.bpmn('startEvent') && unbounded(child))) {
        findings.error('VALUE', timer, `'${timer.id}' repeats for ever: a cycle has a bound, such as R3/PT15M`);
      }
    }
  }

  function scope(node) {
    const starts = node.children.filter(child => child.bpmn('startEvent')).length;
    if (starts !== 1) findings.error('START', node, `'${node.id}' has ${starts} start events`);
  }

  function abortable() {
    const scopes = new Set(nodes.filter(event => event.bpmn('boundaryEvent') && !isAside(event) && has(event, 'messageEventDefinition')
        && event.children.some(definition => graph.node(definition.attribute('messageRef'))?.attribute('name') === 'abort'))
      .map(event => event.attribute('attachedToRef')));
    const inside = node => {
      for (let around = node.parent; around; around = around.parent) if (scopes.has(around.id)) return true;
      return false;
    };
    nodes.filter(node => types.get(node.camunda('topic'))?.destructive && !inside(node))
      .forEach(node => findings.error('ABORT', node, `A run cannot be aborted while '${node.id}' is at work`));
  }

  function expressions(node) {
    const texts = textsOf(node);
    for (const text of new Set(texts.filter(one => present(one) && refusal(one) === undefined))) {
      [ ...variables(text) ].filter(name => !known.has(name))
        .forEach(name => findings.error('VARIABLE', node, `'${node.id}' reads '${name}', which nothing gives`));
      for (const [ , name, answer ] of text.matchAll(ANSWER)) {
        const answers = questions.get(name);
        if (answers && answer && !answers.includes(answer)) {
          findings.error('DECISION', node, `'${node.id}' asks for '${answer}', but the answers are ${list(answers)}`);
        }
      }
    }
    if (!node.name.endsWith('Event')) return;
    texts.filter(text => text.startsWith('R') || text.startsWith('${'))
      .map(text => text.slice(text.indexOf('/') + 1))
      .filter(text => present(text) && !PATIENCE.includes(text))
      .forEach(text => findings.error('VALUE', node, `'${node.id}' waits for ${text}, which has no bounds`));
  }

  function names() {
    nodes.filter(node => [ 'serviceTask', 'sendTask', 'userTask' ].includes(node.name)
        || (node.bpmn('endEvent') && node.parent?.bpmn('process')))
      .filter(node => blank(node.attribute('name')))
      .forEach(node => findings.error('NAME', node, `'${node.id}' has no name`));
  }

  function picture() {
    checkPicture(root, graph, findings);
    const drawn = new Set(root.all().filter(node => [ 'BPMNShape', 'BPMNEdge' ].includes(node.name)).map(node => node.attribute('bpmnElement')));
    nodes.filter(node => /(Task|Event|Gateway|subProcess|sequenceFlow)$/.test(node.name) && !drawn.has(node.id))
      .forEach(node => findings.warning('PICTURE', node, `'${node.id}' is not in the diagram`));
  }
}

/** What an element says itself, without the elements of a flow in it. */
function textsOf(node) {
  const parts = node.bpmn('subProcess') || node.bpmn('process') ? [ node ] : node.all();
  return parts.flatMap(part => [ ...part.attributes.map(attribute => attribute.value), part.text ]);
}
