// The form for the selected element: what step it is and what it is told, who is asked, when a way is taken.
import { make } from './dom.js';
import { inputsOf, stepOf, templatesByType } from './steps.js';

const PATIENCE = [ [ '${after(approvalPatience)}', 'the patience for approvals' ], [ '${after(decisionPatience)}', 'the patience for decisions' ], [ '${after(messagePatience)}', 'the patience for messages' ] ];

export function panel(modeler, form, book, templates) {
  const modeling = modeler.get('modeling');
  const moddle = modeler.get('moddle');
  const factory = modeler.get('bpmnFactory');
  const selection = modeler.get('selection');
  const types = new Map(book.steps.map(type => [ type.name, type ]));
  const offered = templatesByType(templates);
  let shown;

  function draw() {
    const selected = selection.get();
    const element = selected.length === 1 ? selected[0] : modeler.get('canvas').getRootElement();
    // somebody types: the field itself caused the change
    if (element === shown && form.contains(document.activeElement) && document.activeElement !== form) return;
    shown = element;
    const subject = element.labelTarget ?? element;
    form.replaceChildren(...fieldsOf(subject, subject.businessObject).filter(Boolean));
  }

  function redraw() {
    shown = undefined;
    draw();
  }

  function fieldsOf(element, object) {
    const kind = object.$type.replace('bpmn:', '');
    return [
      make('h2', {}, title(kind)),
      field('Name', object.name, value => modeling.updateProperties(element, { name: value || undefined })),
      field('Id', object.id, value => modeling.updateProperties(element, { id: value }), { pattern: '[A-Za-z_][A-Za-z0-9_.\\-]*', required: true, class: 'mono' }),
      ...({ Process: process, ServiceTask: step, SendTask: step, UserTask: task, SequenceFlow: flow, BoundaryEvent: event, IntermediateCatchEvent: event, EndEvent: end }[kind] ?? (() => []))(element, object)
    ];
  }

  function title(kind) {
    return { Process: 'Playbook', ServiceTask: 'Step', UserTask: 'Task of a person', SequenceFlow: 'Way', ExclusiveGateway: 'Decision', ParallelGateway: 'Fork or join',
      BoundaryEvent: 'Event at a step', EndEvent: 'End', StartEvent: 'Start', SubProcess: 'Work', IntermediateCatchEvent: 'Wait' }[kind] ?? kind;
  }

  function process(element, object) {
    return [
      field('History is kept for', object.get('camunda:historyTimeToLive'), value => modeling.updateProperties(element, { 'camunda:historyTimeToLive': value || undefined }), { placeholder: 'P365D' }),
      make('p', { class: 'note' }, 'Select an element to change it. The rules that it breaks are listed below the drawing.')
    ];
  }

  function step(element, object) {
    const name = object.get('camunda:topic') ?? '';
    const type = types.get(name);
    const template = offered.get(name);
    const given = new Map(parameters(object).map(parameter => [ parameter.name, parameter.definition ? '' : parameter.value ?? '' ]));
    return [
      choice('Step type', name, [ [ '', 'Choose one' ], ...book.steps.map(one => [ one.name, `${one.title} (${one.name})` ]) ], value => {
        become(element, object, offered.get(value));
        redraw();
      }),
      template && make('p', { class: 'note' }, template.description),
      template && inputsOf(template).length ? make('p', { class: 'note' }, 'Fields marked * are needed. A field without a value takes the run\'s variable of its name.') : undefined,
      ...(template ? inputsOf(template) : []).map(input => told(element, object, input, given.get(input.id))),
      type?.refusals.length ? make('p', { class: 'note' }, `May refuse with: ${type.refusals.map(one => `${one.code} (${one.when})`).join('; ')}.`) : undefined,
      type && missing(object, type).length ? make('button', { type: 'button', class: 'btn btn--quiet btn--small', onclick: () => catchAll(element, object, type) }, 'Add events for its refusals') : undefined,
      check('An operator may pass over it, with a reason', property(object, 'skippable') === 'true', on => setProperty(element, object, 'skippable', on ? 'true' : ''))
    ];
  }

  /** Another step type: what was told the former one and the new one does not know is dropped. */
  function become(element, object, template) {
    const fresh = template && stepOf(template, factory, moddle);
    const former = offered.get(object.get('camunda:topic') ?? '');
    const kept = template ? parameters(object).filter(one => inputsOf(template).some(input => input.id === one.name)) : [];
    const defaults = fresh ? parameters(fresh).filter(one => !kept.some(other => other.name === one.name)) : [];
    extend(element, object, 'camunda:InputOutput', () => {
      const inputParameters = [ ...kept, ...defaults ].map(one => moddle.create('camunda:InputParameter', { name: one.name, value: one.value, definition: one.definition }));
      return inputParameters.length ? moddle.create('camunda:InputOutput', { inputParameters }) : undefined;
    });
    modeling.updateProperties(element, {
      'camunda:type': 'external', 'camunda:topic': fresh?.get('camunda:topic'), 'camunda:modelerTemplate': template?.id,
      name: !object.name || object.name === former?.name ? template?.name : object.name
    });
  }

  function told(element, object, input, value) {
    const label = input.constraints?.notEmpty ? `${input.label} *` : input.label;
    const write = text => setParameter(element, object, input.id, text);
    // What comes from a variable is no choice of the list, and stays.
    if (input.choices) {
      const options = input.choices.map(one => [ one.value, one.name ]);
      return choice(label, value ?? '', options.some(([ one ]) => one === '') ? options : [ [ '', 'Choose one' ], ...options ], write, input.description);
    }
    return field(label, value, write, { hint: input.description, class: 'mono', pattern: htmlPattern(input), title: input.constraints?.pattern?.message });
  }

  /** The attribute is anchored by itself. */
  const htmlPattern = input => input.constraints?.pattern?.value.slice(1, -1);

  function missing(object, type) {
    const caught = modeler.get('elementRegistry').filter(one => one.type === 'bpmn:BoundaryEvent' && one.businessObject.attachedToRef === object)
      .map(one => definition(one.businessObject)?.errorRef?.errorCode);
    return type.refusals.map(one => one.code).filter(code => !caught.includes(code));
  }

  function catchAll(element, object, type) {
    missing(object, type).forEach((code, index) => {
      const at = { x: element.x + 18 + index * 34, y: element.y + element.height };
      const event = modeling.createShape({ type: 'bpmn:BoundaryEvent', eventDefinitionType: 'bpmn:ErrorEventDefinition' }, at, element, { attach: true });
      modeling.updateProperties(event, { name: code });
      setError(event, event.businessObject, code);
    });
    selection.select(element);
    redraw();
  }

  function task(element, object) {
    const question = formFields(object).find(one => one.type === 'enum');
    const kind = property(object, 'kind') ?? '';
    return [
      choice('Kind', kind, [ [ '', 'Choose one' ], [ 'approval', 'Approval of the sealed plan' ], [ 'decision', 'Decision' ], [ 'message', 'Message to send' ] ], value => {
        setProperty(element, object, 'kind', value);
        redraw();
      }),
      field('Rotation that is asked', object.get('camunda:candidateGroups'), value => modeling.updateProperties(element, { 'camunda:candidateGroups': value || undefined }), { class: 'mono' }),
      choice('Due after', object.get('camunda:dueDate') ?? '', [ [ '', 'Choose one' ], ...PATIENCE ], value => modeling.updateProperties(element, { 'camunda:dueDate': value || undefined })),
      field('Variable of the answer', question?.id, value => setQuestion(element, object, value, lines(question)), { class: 'mono', hint: 'What conditions behind it ask for' }),
      area('Answers', lines(question), value => setQuestion(element, object, question?.id ?? 'answer', value), 'One a line: value = what people read'),
      kind === 'message' ? choice('Message template', property(object, 'template') ?? '', [ [ '', 'Choose one' ], ...book.templates.filter(one => one.channel === 'MAIL').map(one => [ one.name, one.name ]) ], value => setProperty(element, object, 'template', value)) : undefined,
      kind === 'message' ? field('Audience', property(object, 'audience'), value => setProperty(element, object, 'audience', value)) : undefined
    ];
  }

  function flow(element, object) {
    const source = object.sourceRef;
    if (source?.$type !== 'bpmn:ExclusiveGateway' || element.source.outgoing.length < 2) return [];
    return [
      check('Taken when no condition holds: the safe way out', source.default === object, on => {
        modeling.updateProperties(element.source, { default: on ? object : undefined });
        if (on) modeling.updateProperties(element, { conditionExpression: undefined });
        redraw();
      }),
      source.default === object ? undefined : field('Taken when', object.conditionExpression?.body, value => modeling.updateProperties(element, {
        conditionExpression: value ? factory.create('bpmn:FormalExpression', { body: value }) : undefined
      }), { class: 'mono', placeholder: '${approval == \'approve\'}' })
    ];
  }

  function event(element, object) {
    const what = definition(object);
    if (what?.$type === 'bpmn:TimerEventDefinition') {
      const repeated = object.$type === 'bpmn:BoundaryEvent';
      return [
        field('After', (what.timeCycle ?? what.timeDuration)?.body, value => modeling.updateModdleProperties(element, what, {
          timeCycle: value.startsWith('R') ? expression(value) : undefined,
          timeDuration: value && !value.startsWith('R') ? expression(value) : undefined
        }), { class: 'mono', placeholder: repeated ? 'R5/${approvalPatience}' : 'PT5M' }),
        repeated ? check('Only reminds: the task goes on waiting', object.cancelActivity === false, on => modeling.updateProperties(element, { cancelActivity: !on })) : undefined
      ];
    }
    return what?.$type === 'bpmn:ErrorEventDefinition' ? [ errorField(element, object) ] : what?.$type === 'bpmn:MessageEventDefinition' ? [ make('button', { type: 'button', class: 'btn btn--quiet btn--small', onclick: () => setMessage(element, what) }, 'Wait for the message \'abort\'') ] : [];
  }

  function end(element, object) {
    return [
      definition(object)?.$type === 'bpmn:ErrorEventDefinition' ? errorField(element, object) : undefined,
      check('The goal was given up', property(object, 'outcome') === 'aborted', on => setProperty(element, object, 'outcome', on ? 'aborted' : ''))
    ];
  }

  function errorField(element, object) {
    return field('Code', definition(object).errorRef?.errorCode, value => setError(element, object, value), { class: 'mono' });
  }

  // --- what the model says, and how it is changed

  const definition = object => object.eventDefinitions?.[0];
  const expression = body => factory.create('bpmn:FormalExpression', { body });
  const extension = (object, type) => object.extensionElements?.values?.find(one => one.$type === type);
  const parameters = object => extension(object, 'camunda:InputOutput')?.inputParameters ?? [];
  const formFields = object => extension(object, 'camunda:FormData')?.fields ?? [];
  const property = (object, name) => extension(object, 'camunda:Properties')?.values?.find(one => one.name === name)?.value;

  function extend(element, object, type, make) {
    const others = (object.extensionElements?.values ?? []).filter(one => one.$type !== type);
    const made = make(extension(object, type));
    const values = made ? [ ...others, made ] : others;
    const extensions = values.length ? factory.create('bpmn:ExtensionElements', { values }) : undefined;
    if (extensions) {
      extensions.$parent = object;
      values.forEach(one => { one.$parent = extensions; });
    }
    modeling.updateProperties(element, { extensionElements: extensions });
  }

  function setProperty(element, object, name, value) {
    extend(element, object, 'camunda:Properties', old => {
      const values = (old?.values ?? []).filter(one => one.name !== name);
      if (value) values.push(moddle.create('camunda:Property', { name, value }));
      return values.length ? moddle.create('camunda:Properties', { values }) : undefined;
    });
  }

  function setParameter(element, object, name, value) {
    extend(element, object, 'camunda:InputOutput', old => {
      const inputParameters = (old?.inputParameters ?? []).filter(one => one.name !== name);
      if (value) inputParameters.push(moddle.create('camunda:InputParameter', { name, value }));
      return inputParameters.length ? moddle.create('camunda:InputOutput', { inputParameters }) : undefined;
    });
  }

  const lines = question => (question?.values ?? []).map(one => `${one.id} = ${one.name ?? ''}`).join('\n');

  function setQuestion(element, object, id, text) {
    const values = text.split('\n').filter(line => line.trim()).map(line => {
      const [ value, ...name ] = line.split('=');
      return moddle.create('camunda:Value', { id: value.trim(), name: name.join('=').trim() || value.trim() });
    });
    extend(element, object, 'camunda:FormData', old => {
      const question = old?.fields?.find(one => one.type === 'enum');
      const others = (old?.fields ?? []).filter(one => one !== question);
      return moddle.create('camunda:FormData', { fields: [
        moddle.create('camunda:FormField', { id: id || 'answer', label: question?.label ?? 'Answer', type: 'enum', values, properties: question?.properties }), ...others
      ] });
    });
    redraw();
  }

  function root(type, matches, fresh) {
    const definitions = modeler.getDefinitions();
    let found = definitions.rootElements.find(one => one.$type === type && matches(one));
    if (!found) {
      found = factory.create(type, fresh);
      found.$parent = definitions;
      definitions.rootElements.push(found);
    }
    return found;
  }

  function setError(element, object, code) {
    const error = code ? root('bpmn:Error', one => one.errorCode === code, { id: `Code_${code.replace(/[^A-Za-z0-9_.-]/g, '')}`, errorCode: code }) : undefined;
    modeling.updateModdleProperties(element, definition(object), { errorRef: error });
  }

  function setMessage(element, what) {
    const message = root('bpmn:Message', one => one.name === 'abort', { id: 'Msg_Abort', name: 'abort' });
    modeling.updateModdleProperties(element, what, { messageRef: message });
  }

  // --- controls

  let number = 0;

  function labelled(label, control, hint) {
    const id = `bo-field-${number++}`;
    control.id = id;
    const about = hint ? make('span', { class: 'note', id: `${id}-hint` }, hint) : undefined;
    if (about) control.setAttribute('aria-describedby', about.id);
    return make('div', { class: 'field' }, make('label', { for: id }, label), control, about);
  }

  function field(label, value, write, { hint, ...attributes } = {}) {
    const input = make('input', { type: 'text', autocomplete: 'off', ...attributes });
    input.value = value ?? '';
    input.addEventListener('change', () => input.reportValidity() && write(input.value.trim()));
    return labelled(label, input, hint);
  }

  function area(label, value, write, hint) {
    const input = make('textarea', { rows: 4, class: 'mono' });
    input.value = value;
    input.addEventListener('change', () => write(input.value));
    return labelled(label, input, hint);
  }

  function choice(label, value, options, write, hint) {
    const known = options.some(([ one ]) => one === value) ? options : [ ...options, [ value, value ] ];
    const select = make('select', {}, ...known.map(([ one, text ]) => make('option', { value: one, selected: one === value }, text)));
    select.addEventListener('change', () => write(select.value));
    return labelled(label, select, hint);
  }

  function check(label, on, write) {
    const box = make('input', { type: 'checkbox', checked: on });
    box.addEventListener('change', () => write(box.checked));
    return make('label', { class: 'choice' }, box, ` ${label}`);
  }

  modeler.on([ 'selection.changed', 'elements.changed' ], draw);
  draw();
}
