// Reads a playbook as the gate does: hostile until shown otherwise, with the line of every element.
import { Parser } from 'saxen';

export const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';
export const CAMUNDA = 'http://camunda.org/schema/1.0/bpmn';
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

const MAX_BYTES = 2_000_000;
const MAX_NODES = 20_000;
const MAX_DEPTH = 40;
const MAX_ATTRIBUTE = 8_000;
const MAX_TEXT = 20_000;

const DECLARATION = /^\ufeff?\s*<\?xml[^>]*>/;
const DECLARED = /^\ufeff?<\?xml\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["']utf-8["'])?(\s+standalone\s*=\s*["'](yes|no)["'])?\s*\?>$/i;
const LOOSE_AMPERSAND = /&(?!(#\d+|#x[0-9a-f]+|lt|gt|amp|quot|apos);)/i;

/** Says why a document cannot be read. */
export class Unreadable extends Error {}

/** An element with its line. */
export class XmlNode {
  constructor(namespace, name, line, parent) {
    Object.assign(this, { namespace, name, line, parent, attributes: [], children: [], characters: '' });
  }

  get text() {
    return this.characters.trim();
  }

  get id() {
    return this.attribute('id');
  }

  attribute(name, namespace = '') {
    return this.attributes.find(one => one.namespace === namespace && one.name === name)?.value ?? '';
  }

  camunda(name) {
    return this.attribute(name, CAMUNDA);
  }

  bpmn(name) {
    return this.namespace === BPMN && this.name === name;
  }

  camundaElement(name) {
    return this.namespace === CAMUNDA && this.name === name;
  }

  /** The nearest id around this place: what a designer can select. */
  nearestId() {
    for (let node = this; node; node = node.parent) {
      if (node.id && node.namespace === BPMN && !node.name.endsWith('EventDefinition')) return node.id;
    }
    return '(document)';
  }

  /** This node and everything in it. */
  all() {
    return [ this, ...this.children.flatMap(child => child.all()) ];
  }

  /** Children of the extension elements, of a Camunda name. */
  extensions(name) {
    return this.children.filter(child => child.bpmn('extensionElements'))
      .flatMap(extension => extension.children)
      .filter(child => child.camundaElement(name));
  }
}

/** Reads a document; throws Unreadable when it is not well-formed, or more than a playbook needs. */
export function parse(document) {
  demandUtf8(document);
  const xml = document.replace(/^\ufeff/, '');
  const open = [];
  const scopes = [ { xml: 'http://www.w3.org/XML/1998/namespace', '': '' } ];
  let root, nodes = 0, failure;
  const parser = new Parser();
  const fail = message => {
    failure ??= new Unreadable(message);
    parser.stop();
  };
  const write = text => {
    const node = open.at(-1);
    if (!node) {
      if (text.trim()) fail('Text stands outside of all elements');
      return;
    }
    node.characters += text;
    if (node.characters.length > MAX_TEXT) fail(`A text is longer than ${MAX_TEXT} characters`);
  };
  parser.on('openTag', (name, getAttributes, decode, selfClosing, getContext) => {
    if (++nodes > MAX_NODES || open.length > MAX_DEPTH) return fail(`The document has more than ${MAX_NODES} elements, or more than ${MAX_DEPTH} levels`);
    if (root && !open.length) return fail('The document has more than one root');
    const raw = Object.entries(getAttributes());
    const scope = { ...scopes.at(-1) };
    for (const [ key, value ] of raw) {
      if (key === 'xmlns') scope[''] = value;
      else if (key.startsWith('xmlns:')) scope[key.slice(6)] = value;
    }
    scopes.push(scope);
    const resolve = (qualified, fallback) => {
      const [ prefix, local ] = qualified.includes(':') ? qualified.split(':', 2) : [ null, qualified ];
      if (prefix !== null && scope[prefix] === undefined) fail(`The prefix '${prefix}' is not bound`);
      return [ prefix === null ? fallback : scope[prefix], local ];
    };
    const [ namespace, local ] = resolve(name, scope['']);
    const node = new XmlNode(namespace, local, getContext().line + 1, open.at(-1));
    for (const [ key, value ] of raw) {
      if (LOOSE_AMPERSAND.test(value) || value.includes('<')) fail(`Attribute '${key}' holds an unknown entity`);
      const text = decode(value.replace(/[\t\n\r]/g, ' '));
      if (text.length > MAX_ATTRIBUTE) fail(`Attribute '${key}' is longer than ${MAX_ATTRIBUTE} characters`);
      if (key === 'xmlns' || key.startsWith('xmlns:')) continue;
      const [ space, plain ] = resolve(key, '');
      node.attributes.push({ namespace: space, name: plain, value: text });
    }
    if (node.parent) node.parent.children.push(node);
    else root = node;
    open.push(node);
  });
  parser.on('closeTag', () => {
    open.pop();
    scopes.pop();
  });
  parser.on('text', (value, decode) => {
    if (LOOSE_AMPERSAND.test(value)) fail('A text holds an unknown entity');
    write(decode(value));
  });
  parser.on('cdata', write);
  parser.on('attention', () => fail('DOCTYPE is refused'));
  parser.on('question', text => {
    if (!/^<\?xml\s/.test(text)) fail('Processing instructions are refused');
  });
  parser.on('warn', error => fail(error.message));
  parser.on('error', error => fail(error.message));
  parser.parse(xml);
  if (failure) throw failure;
  if (!root || open.length) throw new Unreadable('The document is empty, or ends too early');
  return root;
}

function demandUtf8(document) {
  if (new TextEncoder().encode(document).length > MAX_BYTES) throw new Unreadable(`The document is larger than ${MAX_BYTES} bytes`);
  const declaration = DECLARATION.exec(document);
  if (document.includes('\0') || document.includes('\ufffd') || (declaration && !DECLARED.test(declaration[0]))) {
    throw new Unreadable('The document is not XML 1.0 in UTF-8');
  }
}
