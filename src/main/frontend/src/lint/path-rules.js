// What has to come before what, on every path.
import { has } from './graph.js';
import { APPROVED, TOLD, VERIFIED } from './safeguards.js';
import { Paths } from './paths.js';
import { selfStarting } from './schedules.js';
import { Ways } from './ways.js';

export function checkPaths(process, graph, safeguards, findings) {
  const ways = new Ways(graph, safeguards, process, findings);
  const paths = new Paths(graph, safeguards, ways, process);
  for (const node of graph.flowNodes) {
    leadsOn(node);
    if (safeguards.isDestructive(node)) destructive(node);
    // A reminder's end leaves the run as it was, and what starts by itself changes no target.
    if (node.bpmn('endEvent') && node.parent === process && !selfStarting(process) && (!ways.aside(node.id) || has(node, 'terminateEventDefinition'))
        && (paths.happened(node.id) & TOLD) === 0n) {
      findings.error('SILENT', node, `A path ends at '${node.id}' without having told the stakeholders since the target was last changed`);
    }
  }
  const [ loop ] = paths.loops();
  if (loop) findings.error('LOOP', loop, `'${loop.id}' is part of a loop that waits for nobody and no time`);

  function leadsOn(node) {
    if (!paths.reached(node.id)) findings.error('REACHED', node, `No path leads to '${node.id}'`);
    if (!node.bpmn('endEvent') && !graph.outgoing(node).length) findings.error('REACHED', node, `No path leads on from '${node.id}'`);
    if (node.bpmn('endEvent') && graph.code(node) !== undefined && !graph.catchers(node).length) {
      findings.error('REACHED', node, `Nothing catches what '${node.id}' throws`);
    }
  }

  function destructive(node) {
    const certain = paths.certain(node.id);
    const backup = safeguards.takesSomeTables() && !safeguards.changesWhatWasTaken(node) ? 'backup.verify of a backup of the whole database'
      : (certain & VERIFIED) === 0n && 'backup.verify';
    const missing = [ (certain & APPROVED) === 0n && 'an approval', backup ].filter(Boolean);
    if (missing.length) findings.error('DESTRUCTIVE', node, `'${node.id}' changes the target, and a path reaches it without ${missing.join(' and ')}`);
  }
}
