// Offers only what playbooks may hold, so that nobody draws what is refused later.
const ALLOWED = new Set([
  'replace-with-none-start', 'replace-with-none-end', 'replace-with-error-end', 'replace-with-terminate-end',
  'replace-with-timer-intermediate-catch', 'replace-with-exclusive-gateway', 'replace-with-parallel-gateway',
  'replace-with-user-task', 'replace-with-service-task', 'replace-with-expanded-subprocess',
  'replace-with-timer-boundary', 'replace-with-error-boundary', 'replace-with-message-boundary', 'replace-with-non-interrupting-timer-boundary',
  'replace-with-sequence-flow', 'replace-with-default-flow', 'replace-with-conditional-flow'
]);

const CONTEXT = new Set([ 'append.end-event', 'append.gateway', 'append.append-task', 'append.text-annotation', 'replace', 'delete', 'connect' ]);

function Allowed(popupMenu, contextPad, bpmnFactory, eventBus) {
  popupMenu.registerProvider('bpmn-replace', 500, {
    getPopupMenuEntries: () => entries => Object.fromEntries(Object.entries(entries).filter(([ id ]) => ALLOWED.has(id))),
    getPopupMenuHeaderEntries: () => () => ({})
  });
  contextPad.registerProvider(500, {
    getContextPadEntries: () => entries => Object.fromEntries(Object.entries(entries).filter(([ id ]) => CONTEXT.has(id)))
  });
  // A plain task does nothing here: what is drawn is a step until its type is chosen.
  eventBus.on('shape.added', ({ element }) => {
    const step = element.businessObject;
    if (step?.$type === 'bpmn:ServiceTask' && !step.get('camunda:type')) step.set('camunda:type', 'external');
  });
}
Allowed.$inject = [ 'popupMenu', 'contextPad', 'bpmnFactory', 'eventBus' ];

/** The palette: hand, lasso, connect, and the few things that playbooks are made of. */
function Palette(palette, create, elementFactory, handTool, lassoTool, globalConnect) {
  const shape = (id, type, group, title, className, options = {}) => [ id, {
    group, className, title,
    action: Object.fromEntries([ 'dragstart', 'click' ].map(name => [ name, event => create.start(event, elementFactory.createShape({ type, ...options })) ]))
  } ];
  palette.registerProvider({
    getPaletteEntries: () => Object.fromEntries([
      [ 'hand-tool', { group: 'tools', className: 'bpmn-icon-hand-tool', title: 'Move the view', action: { click: event => handTool.activateHand(event) } } ],
      [ 'lasso-tool', { group: 'tools', className: 'bpmn-icon-lasso-tool', title: 'Select several', action: { click: event => lassoTool.activateSelection(event) } } ],
      [ 'connect-tool', { group: 'tools', className: 'bpmn-icon-connection-multi', title: 'Connect', action: { click: event => globalConnect.start(event) } } ],
      shape('create.step', 'bpmn:ServiceTask', 'activity', 'Add a step', 'bpmn-icon-service-task'),
      shape('create.task', 'bpmn:UserTask', 'activity', 'Add a task of a person', 'bpmn-icon-user-task'),
      shape('create.decision', 'bpmn:ExclusiveGateway', 'gateway', 'Add a decision', 'bpmn-icon-gateway-xor'),
      shape('create.fork', 'bpmn:ParallelGateway', 'gateway', 'Add a fork or join', 'bpmn-icon-gateway-parallel'),
      shape('create.start', 'bpmn:StartEvent', 'event', 'Add a start', 'bpmn-icon-start-event-none'),
      shape('create.end', 'bpmn:EndEvent', 'event', 'Add an end', 'bpmn-icon-end-event-none'),
      shape('create.wait', 'bpmn:IntermediateCatchEvent', 'event', 'Add a span of time to wait', 'bpmn-icon-intermediate-event-catch-timer', { eventDefinitionType: 'bpmn:TimerEventDefinition' }),
      shape('create.work', 'bpmn:SubProcess', 'activity', 'Add work that can be aborted', 'bpmn-icon-subprocess-expanded', { isExpanded: true })
    ])
  });
}
Palette.$inject = [ 'palette', 'create', 'elementFactory', 'handTool', 'lassoTool', 'globalConnect' ];

export default {
  __init__: [ 'allowed', 'paletteProvider' ],
  allowed: [ 'type', Allowed ],
  paletteProvider: [ 'type', Palette ]
};
