// <div data-island="bpmn-viewer" data-xml="…" data-state="…"> draws a playbook with the state of a run on it.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'diagram-js/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';

// the glyph's shape differs for every state, so that colour is never alone
const STATES = {
  done: [ '✓', 'Done' ],
  running: [ '▶', 'Running' ],
  waiting: [ '?', 'Waits for a person' ],
  incident: [ '!', 'Engine incident' ],
  refused: [ '✕', 'Refused' ],
  skipped: [ '–', 'Skipped' ]
};

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function get(url, accept) {
  const answer = await fetch(url, { headers: { Accept: accept } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer;
}

/** bpmn-js draws bare SVG: give every element its name for screen readers. */
function nameElements(registry) {
  registry.forEach((shape, graphics) => {
    if (shape.labelTarget || !shape.businessObject?.name) return;
    const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    title.textContent = shape.businessObject.name;
    graphics.prepend(title);
  });
}

function badge(shape, step) {
  const [ glyph, word ] = STATES[step.state] ?? STATES.running;
  const made = element(step.href ? 'a' : 'span', `bo-badge bo-badge--${step.state}`, glyph);
  const label = [ shape.businessObject.name, word, step.time ].filter(Boolean).join(', ');
  if (step.href) made.href = step.href;
  else made.setAttribute('role', 'img');
  made.setAttribute('aria-label', label);
  made.title = label;
  return made;
}

async function mount(root) {
  const container = element('div', 'bo-canvas');
  container.tabIndex = 0;
  container.setAttribute('role', 'group');
  container.setAttribute('aria-label', 'Process diagram; the list of steps holds the same facts as text');
  root.replaceChildren(container);

  const viewer = new NavigatedViewer({
    container,
    bpmnRenderer: {
      defaultFillColor: 'var(--bo-paper)',
      defaultStrokeColor: 'var(--bo-ink)',
      defaultLabelColor: 'var(--bo-ink)'
    }
  });
  await viewer.importXML(await (await get(root.dataset.xml, 'application/xml')).text());
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  nameElements(registry);

  const fit = () => {
    if (!container.clientWidth || !container.clientHeight) return; // bpmn-js throws on an empty box
    canvas.resized();
    canvas.zoom('fit-viewport', 'auto');
  };
  fit();
  new ResizeObserver(fit).observe(root);

  let marked = [];
  const mark = (id, marker) => {
    canvas.addMarker(id, marker);
    marked.push([ id, marker ]);
  };

  function render(state) {
    overlays.clear();
    marked.forEach(([ id, marker ]) => canvas.removeMarker(id, marker));
    marked = [];
    for (const [ id, step ] of Object.entries(state.steps)) {
      const shape = registry.get(id);
      if (!shape) continue;
      mark(id, `bo-${step.state}`);
      overlays.add(id, { position: { top: -12, left: -12 }, html: badge(shape, step), scale: { min: 0.75, max: 1.25 } });
      if (step.time) {
        const time = element('div', `bo-time${step.late ? ' bo-time--late' : ''}`, step.time);
        overlays.add(id, { position: { top: -20, left: 16 }, html: time, scale: { min: 0.75, max: 1.25 } });
      }
      if (step.note) {
        overlays.add(id, { position: { bottom: -4, left: 0 }, html: element('div', 'bo-note', step.note), scale: { min: 0.75, max: 1.1 } });
      }
    }
    (state.flows ?? []).filter(id => registry.get(id)).forEach(id => mark(id, 'bo-flow-taken'));
  }

  // what an element says stands below the drawing, if the page has it
  viewer.on('element.click', ({ element: { id } }) => {
    const said = document.getElementById(`part-${id}`);
    if (!said) return;
    said.open = true;
    said.scrollIntoView({ block: 'center' });
    said.querySelector('summary').focus({ preventScroll: true });
  });

  const refresh = async () => render(await (await get(root.dataset.state, 'application/json')).json());
  await refresh();
  // a missed refresh is no drama: the lost connection is shown by live.js, the next change draws again
  document.body.addEventListener('backout:changed', () => refresh().catch(() => {}));
  root.dataset.ready = 'true';
}

document.querySelectorAll('[data-island="bpmn-viewer"]').forEach(root => mount(root).catch(error => {
  root.dataset.error = error.message;
  root.textContent = `The diagram could not be drawn: ${error.message}`;
}));
