// What steps and tasks make certain, and what they put in doubt again, as bits.
import { condition, decision, input, isApproval, isSkippable, takesAsGiven, writes } from './graph.js';
import { present } from './expressions.js';

export const VERIFIED = 1n;
export const APPROVED = 2n;
export const TOLD = 4n;

const MAX_QUESTIONS = 60;
const INTERNAL = [ 'person:', 'rotation:', 'role:', 'confirm:' ];
// Only the exact question "was it approved?" counts, so that "or true" does not.
const APPROVES = /^\$\{\s*([A-Za-z]\w*)\s*(?:==|\seq\s)\s*(?:'approve'|"approve")\s*\}$/;

export const isHarmless = node => [ 'page.owner', 'notify.send', 'status.post' ].includes(node.camunda('topic'));

const tables = node => input(node, 'tables').replace(/\s/g, '');

export class Safeguards {
  constructor(graph, types) {
    Object.assign(this, { graph, types, questions: new Map(), known: new Map() });
    for (const task of graph.flowNodes.filter(isApproval)) {
      const asked = decision(task);
      if (asked && this.questions.size < MAX_QUESTIONS && !this.questions.has(asked)) this.questions.set(asked, 8n << BigInt(this.questions.size));
    }
    this.asked = [ ...this.questions.values() ].reduce((all, one) => all | one, 0n);
  }

  isDestructive(node) {
    return this.types.get(node.camunda('topic'))?.destructive === true;
  }

  /** What is no longer certain once a token was there, whichever way it leaves. */
  removes(node) {
    let removed = this.isDestructive(node) ? TOLD : 0n;
    if (this.seals(node)) removed |= APPROVED | this.asked;
    if (node.camunda('topic') === 'backup.take' || writes(node, 'backupId')) removed |= VERIFIED;
    return removed;
  }

  /** What is sealed anew was not approved yet. */
  seals(node) {
    return this.types.get(node.camunda('topic'))?.outputs.some(output => output.name === 'planDigest') === true;
  }

  /** What is certain once the work of a step or task is done. */
  adds(node) {
    if (isApproval(node)) return this.questions.get(decision(node)) ?? 0n;
    if (isSkippable(node)) return 0n;
    if (node.camunda('topic') === 'backup.verify') return takesAsGiven(node, 'backupId') ? VERIFIED : 0n;
    if (node.camunda('topic') === 'notify.send') return tellsStakeholders(node) ? TOLD : 0n;
    return 0n;
  }

  /** Whether a backup of the playbook secures some tables alone. */
  takesSomeTables() {
    return this.takes().some(take => tables(take) !== '');
  }

  takes() {
    return this.graph.flowNodes.filter(node => node.camunda('topic') === 'backup.take');
  }

  /**
   * Whether it changes only tables that the backup of the playbook has: puts the same ones
   * back, or undoes the plan whose tables were taken, and looks at them while it does.
   */
  changesWhatWasTaken(node) {
    if (!takesAsGiven(node, 'backupId')) return false;
    switch (node.camunda('topic')) {
      case 'backup.restore': return tables(node) !== '' && this.everyBackupIsOf(tables(node));
      case 'migration.revert': return this.everyBackupIsOf('${planTables}') && !this.graph.flowNodes.some(task => writes(task, 'planTables'));
      default: return false;
    }
  }

  everyBackupIsOf(names) {
    return this.takes().every(take => tables(take) === names);
  }

  /** What is certain on a way that is only taken when it was approved. */
  approves(flow, certain) {
    const source = this.graph.node(flow.attribute('sourceRef'));
    if (!source?.bpmn('exclusiveGateway') || this.graph.fallback(flow)) return 0n;
    const match = APPROVES.exec(condition(flow));
    return match && (certain & (this.questions.get(match[1]) ?? 0n)) !== 0n ? APPROVED : 0n;
  }
}

function tellsStakeholders(node) {
  const audience = input(node, 'audience');
  return audience !== '' && !present(audience) && !INTERNAL.some(prefix => audience.startsWith(prefix));
}
