// <div data-island="bpmn-modeler" …> lets a designer draw a playbook, with the rules at hand while they draw.
import Modeler from 'bpmn-js/lib/Modeler';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json';
import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import './viewer.css';
import './modeler.css';
import allowedOnly from './modeler/allowed.js';
import { make } from './modeler/dom.js';
import { panel } from './modeler/panel.js';
import { lint } from './lint/index.js';
import stepPicker from './modeler/steps.js';

const header = name => document.querySelector(`meta[name="${name}"]`)?.content;

async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

async function mount(root) {
  const canvas = make('div', { class: 'bo-modeler__canvas', tabindex: 0, role: 'group', 'aria-label': 'Drawing of the playbook; the form beside it holds the selected element' });
  const form = make('div', { class: 'bo-modeler__panel', tabindex: 0, role: 'region', 'aria-label': 'The selected element' });
  root.replaceChildren(canvas, form);
  const book = await (await get(root.dataset.rules)).json();
  const templates = await (await get(root.dataset.templates)).json();
  const modeler = new Modeler({
    container: canvas,
    moddleExtensions: { camunda },
    additionalModules: [ allowedOnly, stepPicker(templates) ],
    bpmnRenderer: { defaultFillColor: 'var(--bo-paper)', defaultStrokeColor: 'var(--bo-ink)', defaultLabelColor: 'var(--bo-ink)' }
  });
  await modeler.importXML(await (await get(root.dataset.xml)).text());
  const view = modeler.get('canvas');
  if (canvas.clientWidth && canvas.clientHeight) view.zoom('fit-viewport', 'auto');
  panel(modeler, form, book, templates);

  const list = document.querySelector('[data-modeler-findings]');
  const count = document.querySelector('[data-modeler-count]');
  const state = document.querySelector('[data-modeler-state]');
  const save = document.querySelector('[data-modeler-save]');
  const note = document.querySelector('[data-modeler-note]');
  let basedOn = Number(root.dataset.basedOn);
  let saved = modeler.get('commandStack')._stackIdx;
  let marked = [];

  function show(findings) {
    const registry = modeler.get('elementRegistry');
    const overlays = modeler.get('overlays');
    overlays.remove({ type: 'finding' });
    marked.forEach(id => registry.get(id) && view.removeMarker(id, 'bo-refused'));
    marked = [];
    const told = findings.filter(finding => finding.rule !== 'PB120');
    const first = new Set();
    for (const finding of told) {
      if (first.has(finding.element) || !registry.get(finding.element)) continue;
      first.add(finding.element);
      if (finding.level === 'ERROR' && !registry.get(finding.element).waypoints && view.getRootElement().id !== finding.element) {
        view.addMarker(finding.element, 'bo-refused');
        marked.push(finding.element);
        overlays.add(finding.element, 'finding', { position: { bottom: -4, left: 0 }, html: make('div', { class: 'bo-note', title: finding.message }, finding.rule) });
      }
    }
    list.replaceChildren(...told.map(finding => make('li', { 'data-row': '' },
      make('span', { class: `badge badge--${finding.level === 'ERROR' ? 'refused' : 'waiting'}` },
        make('span', { class: 'glyph', 'aria-hidden': 'true' }, finding.level === 'ERROR' ? '✕' : '?'), finding.rule),
      make('span', { class: 'name' }, registry.get(finding.element)
        ? make('button', { type: 'button', class: 'linklike', onclick: () => select(finding.element) }, finding.element) : finding.element),
      make('span', { class: 'note' }, `${finding.message}. ${finding.mend}.`))));
    const errors = told.filter(finding => finding.level === 'ERROR').length;
    count.textContent = errors ? `${errors} ${errors === 1 ? 'rule is' : 'rules are'} broken` : 'No rule is broken';
    root.dataset.lint = `${errors}/${told.length - errors}`;
  }

  function select(id) {
    const element = modeler.get('elementRegistry').get(id);
    modeler.get('selection').select(element);
    view.scrollToElement(element);
    form.focus();
  }

  const check = async () => show(lint((await modeler.saveXML({ format: true })).xml, book));
  let timer;
  modeler.on('commandStack.changed', () => {
    say('Not saved');
    clearTimeout(timer);
    timer = setTimeout(check, 200);
  });

  function say(text, kind = '') {
    state.textContent = text;
    state.dataset.kind = kind;
  }

  async function keep() {
    document.activeElement?.blur?.(); // a field writes what was typed when it is left
    const { xml } = await modeler.saveXML({ format: true });
    const at = modeler.get('commandStack')._stackIdx;
    say('Saving …');
    const url = `${root.dataset.save}?basedOn=${basedOn}&note=${encodeURIComponent(note.value)}`;
    const answer = await fetch(url, { method: 'PUT', body: xml, headers: { 'Content-Type': 'application/xml', Accept: 'application/json', [header('_csrf_header')]: header('_csrf') } });
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) {
      basedOn = body.version;
      saved = at;
      note.value = '';
      say(`Saved as version ${body.version}`, 'done');
      root.dataset.basedOn = String(basedOn);
    }
    else if (body.code === 'playbook.changed') await conflict(body);
    else {
      if (body.findings) show(body.findings);
      say(body.reason ?? `Not saved: the server answered ${answer.status}. Log in again in another tab, then save again`, 'refused');
    }
  }

  // Every save is a version of its own: theirs stays, and ours goes on top once it was looked at.
  async function conflict(body) {
    const latest = await (await get(root.dataset.latest)).json();
    const theirs = make('a', { href: `${root.dataset.versions}/d${latest.version}`, target: '_blank', rel: 'noopener' }, `look at version ${latest.version}`);
    const onTop = make('button', { type: 'button', class: 'btn btn--small', onclick: () => {
      basedOn = latest.version;
      keep();
    } }, `Save mine on top of version ${latest.version}`);
    state.replaceChildren(`${body.reason}. `, theirs, ' ', onTop);
    state.dataset.kind = 'refused';
  }

  save.addEventListener('click', () => keep().catch(error => say(`Not saved: ${error.message}. Your drawing is still here; try again`, 'refused')));
  window.addEventListener('beforeunload', event => {
    if (modeler.get('commandStack')._stackIdx !== saved) event.preventDefault();
  });
  await check();
  root.modeler = modeler;
  root.dataset.ready = 'true';
}

document.querySelectorAll('[data-island="bpmn-modeler"]').forEach(root => mount(root).catch(error => {
  root.dataset.error = error.message;
  root.textContent = `The editor could not start: ${error.message}`;
}));
