// A step is picked by what it does: a list of the step types, at the palette and behind an element.
export function templatesByType(templates) {
  return new Map(templates.map(template => [ topicOf(template), template ]));
}

const topicOf = template => template.properties.find(property => property.binding.name === 'camunda:topic').value;

export const inputsOf = template => template.properties.filter(property => property.binding.type === 'camunda:inputParameter');

/** What a step says that is new: its type, its name, and what the run knows of what it needs. */
export function stepOf(template, bpmnFactory, moddle) {
  const given = inputsOf(template).filter(property => property.value && property.constraints?.notEmpty)
    .map(property => moddle.create('camunda:InputParameter', { name: property.id, value: property.value }));
  const step = bpmnFactory.create('bpmn:ServiceTask', { name: template.name, 'camunda:type': 'external', 'camunda:topic': topicOf(template), 'camunda:modelerTemplate': template.id });
  if (given.length) {
    const io = moddle.create('camunda:InputOutput', { inputParameters: given });
    const extensions = bpmnFactory.create('bpmn:ExtensionElements', { values: [ io ] });
    given.forEach(one => { one.$parent = io; });
    io.$parent = extensions;
    extensions.$parent = step;
    step.extensionElements = extensions;
  }
  return step;
}

export default function stepPicker(templates) {
  function Picker(popupMenu, canvas, create, autoPlace, elementFactory, bpmnFactory, moddle, contextPad, palette, modeling, selection) {
    let source;
    const shape = template => elementFactory.createShape({ type: 'bpmn:ServiceTask', businessObject: stepOf(template, bpmnFactory, moddle) });
    popupMenu.registerProvider('backout-steps', {
      getPopupMenuEntries: () => Object.fromEntries(templates.map(template => [ `step-${topicOf(template)}`, {
        label: template.name,
        description: template.description,
        className: 'bpmn-icon-service-task',
        search: [ topicOf(template), template.category.name ],
        group: { id: template.category.id, name: template.category.name },
        action: event => {
          const behind = source;
          popupMenu.close();
          if (behind) autoPlace.append(behind, shape(template));
          else if (Number.isFinite(event?.clientX)) create.start(event, shape(template));
          else place(shape(template)); // picked by key: there is no pointer to carry it
        }
      } ]))
    });

    function place(made) {
      const { x, y, width, height } = canvas.viewbox();
      selection.select(modeling.createShape(made, { x: x + width / 2, y: y + height / 2 }, canvas.getRootElement()));
    }

    function open(event, behind) {
      source = behind;
      const at = (event.originalEvent ?? event);
      const box = canvas.getContainer().getBoundingClientRect();
      popupMenu.open(behind ?? canvas.getRootElement(), 'backout-steps', {
        x: at.clientX ?? at.x ?? box.left + 60, y: at.clientY ?? at.y ?? box.top + 60, cursor: { x: at.clientX ?? box.left, y: at.clientY ?? box.top }
      }, { title: 'Which step?', search: true, width: 340 });
    }

    palette.registerProvider(900, {
      getPaletteEntries: () => entries => ({ ...entries, 'create.step': { group: 'activity', className: 'bpmn-icon-service-task', title: 'Add a step', action: { click: event => open(event) } } })
    });
    contextPad.registerProvider(400, {
      getContextPadEntries: element => entries => entries['append.append-task'] ? {
        ...Object.fromEntries(Object.entries(entries).filter(([ id ]) => id !== 'append.append-task')),
        'append.step': { group: 'model', className: 'bpmn-icon-service-task', title: 'Append a step', action: { click: event => open(event, element) } },
        'append.task': { group: 'model', className: 'bpmn-icon-user-task', title: 'Append a task of a person', action: { click: () => autoPlace.append(element, elementFactory.createShape({ type: 'bpmn:UserTask' })) } }
      } : entries
    });
  }
  Picker.$inject = [ 'popupMenu', 'canvas', 'create', 'autoPlace', 'elementFactory', 'bpmnFactory', 'moddle', 'contextPad', 'palette', 'modeling', 'selection' ];
  return { __init__: [ 'stepPicker' ], stepPicker: [ 'type', Picker ] };
}
