// Refuses every element, attribute and value that is not in the vocabulary, which the server hands over.
import { validSchedule } from './schedules.js';
import { BPMN, CAMUNDA, XSI } from './xml.js';
import { present, refusal } from './expressions.js';

const MAX_NAME = 250;
const DRAWN = /^[^(){}<>\\/$]*$/;
const DUE = /^\$\{after\((?:('[A-Z0-9.]+'|"[A-Z0-9.]+")|approvalPatience|decisionPatience|messagePatience)\)\}$/;
const FORBIDDEN = 'expressions are not allowed here';
const HIDDEN = /\p{Cf}|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/u;
const matches = (pattern, message) => text => pattern.test(text) ? undefined : message;
const oneOf = (allowed, message) => text => allowed.includes(text) ? undefined : message;

/** Kinds of values: each says what is wrong with a text. */
const VALUES = {
  LITERAL: plain,
  NAME: text => text.length > MAX_NAME ? `at most ${MAX_NAME} characters` : plain(text),
  VARIABLE: matches(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'not a name for a variable'),
  SCHEMA: oneOf([ `${BPMN} BPMN20.xsd` ], 'schemas are not fetched from elsewhere'),
  DAYS: matches(/^P?(?=\d*[1-9])\d{1,5}D?$/, 'not a number of days such as P365D'),
  DUE: due,
  ID: matches(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'not a plain identifier'),
  QNAME: matches(/^([A-Za-z_][A-Za-z0-9_.-]*:)?[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, 'not a plain identifier'),
  BOOLEAN: oneOf([ 'true', 'false' ], 'must be true or false'),
  TRUE: oneOf([ 'true' ], 'must be true'),
  NUMBER: matches(/^\d{1,6}$/, 'must be a small number'),
  EXPRESSION: refusal,
  EXTERNAL: oneOf([ 'external' ], 'only type "external" is allowed'),
  TOPIC: matches(/^[a-z]+\.[a-z-]+$/, 'a step type reads module.verb'),
  CYCLE: cycle,
  SPAN: span,
  ROTATION: text => !present(text) || /^\$\{(commander|communications|review)Rotation\}$/.test(text) ? undefined
    : 'a rotation is named, or is one of the release\'s owners, such as ${commanderRotation}',
  FORM_TYPE: oneOf([ 'string', 'enum' ], 'a field is a string or an enum'),
  CONSTRAINT: oneOf([ 'required' ], 'only \'required\' is allowed: validators run code'),
  FORMAL: matches(/^([A-Za-z][A-Za-z0-9]*:)?tFormalExpression$/, 'must be tFormalExpression')
};

/** What is read must be what is there: no marks that turn or hide letters. */
function plain(text) {
  if (present(text)) return FORBIDDEN;
  return HIDDEN.test(text) ? 'characters that cannot be seen are not allowed here' : undefined;
}

function due(text) {
  const match = DUE.exec(text);
  if (!match) return 'a due date is ${after(approvalPatience)}, or after another patience or a span';
  return match[1] ? span(match[1].slice(1, -1)) : undefined;
}

function cycle(text) {
  if (validSchedule(text)) return undefined;
  const match = /^R([1-9]\d?)\/(.+)$/.exec(text);
  return match ? span(match[2]) : 'a cycle has a bound, such as R3/PT15M';
}

/** How long a span is; nothing for what is none. */
export function secondsOf(text) {
  const match = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d{0,9})?S)?)?$/i.exec(text);
  if (!match || text.length < 3) return undefined;
  const [ days, hours, minutes, seconds ] = match.slice(1).map(part => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function span(text) {
  if (present(text)) return /^\$\{[A-Za-z][A-Za-z0-9_]*\}$/.test(text) ? undefined : 'a timer names one variable, such as ${approvalPatience}, or a span';
  const total = secondsOf(text);
  if (total === undefined) return 'not a span of time such as PT15M';
  return total >= 30 && total <= 366 * 86400 ? undefined : 'a span is between 30 seconds and a year';
}

export function checkGrammar(root, book, findings) {
  const vocabulary = book.vocabulary;
  const diagram = new Set(vocabulary.diagram);
  visit(root);

  function visit(node) {
    if (diagram.has(node.namespace)) {
      place(node);
      picture(node);
      return;
    }
    const table = { [BPMN]: vocabulary.bpmn, [CAMUNDA]: vocabulary.camunda }[node.namespace];
    if (!table) {
      findings.error('NAMESPACE', node, `Element <${node.name}> of namespace '${node.namespace}' is not allowed`);
      return;
    }
    const spec = Object.hasOwn(table, node.name) ? table[node.name] : undefined;
    if (!spec) {
      const why = Object.hasOwn(vocabulary.why, node.name) ? `: ${vocabulary.why[node.name]}` : '';
      findings.error('ELEMENT', node, `'${node.name}' is not allowed${why}`);
      return;
    }
    place(node);
    node.attributes.forEach(attribute => checkAttribute(node, attribute, spec));
    checkText(node, spec.text);
    node.children.forEach(visit);
  }

  function place(node) {
    const parent = node.parent;
    const key = parent && (parent.bpmn('extensionElements') && parent.parent ? `extensions of ${parent.parent.name}` : parent.name);
    if (parent ? !vocabulary.places[key]?.includes(node.name) : !node.bpmn('definitions')) {
      findings.error('PLACE', node, `'${node.name}' does not belong into '${parent?.name ?? 'the file'}'`);
    }
  }

  function picture(node) {
    for (const part of node.all()) {
      if (!diagram.has(part.namespace) || part.text) findings.error('DIAGRAM', part, `'${part.name}' does not belong into the diagram`);
      part.attributes.filter(attribute => !drawn(attribute))
        .forEach(attribute => findings.error('DIAGRAM', part, `'${attribute.name}' of '${part.name}' is more than a picture needs`));
    }
  }

  function drawn({ namespace, name, value }) {
    return (!namespace || diagram.has(namespace) || (namespace === XSI && name === 'type')) && value.length <= 250 && DRAWN.test(value);
  }

  function checkAttribute(node, attribute, spec) {
    const kind = kindOf(attribute, spec);
    if (!kind) {
      findings.error('ATTRIBUTE', node, `Attribute '${attribute.name}' of '${node.name}' is not allowed`);
      return;
    }
    const reason = VALUES[kind](attribute.value);
    if (reason) findings.error(ruleOf(kind), node, `Attribute '${attribute.name}' of '${node.name}': ${reason}`);
  }

  function kindOf({ namespace, name }, spec) {
    const own = table => Object.hasOwn(table, name) ? table[name] : undefined;
    if (!namespace) return own(spec.plain);
    if (namespace === CAMUNDA) return own(spec.camunda);
    if (namespace === XSI && name === 'type') return spec.text && spec.text !== 'LITERAL' ? 'FORMAL' : undefined;
    if (namespace === XSI) return name === 'schemaLocation' ? 'SCHEMA' : undefined;
    return diagram.has(namespace) ? 'LITERAL' : undefined;
  }

  function checkText(node, kind) {
    if (!node.text) return;
    if (!kind) {
      findings.error('TEXT', node, `'${node.name}' must not hold text`);
      return;
    }
    const reason = VALUES[kind](node.text);
    if (reason) findings.error(ruleOf(kind), node, `'${node.name}': ${reason}`);
  }
}

function ruleOf(kind) {
  return kind === 'EXPRESSION' ? 'EXPRESSION' : 'VALUE';
}
