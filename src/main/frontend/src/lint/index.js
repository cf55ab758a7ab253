// The rules for playbooks as an early word to designers. The gate is the server's: it holds the same rules, and one set
// of playbooks goes through both. What is known - step types, templates, vocabulary - comes from the server as `book`.
import { parse, Unreadable } from './xml.js';
import { checkGrammar } from './grammar.js';
import { checkStructure } from './structure-rules.js';
import { checkFlows } from './flow-rules.js';
import { checkHouse } from './house-rules.js';
import { checkPaths } from './path-rules.js';
import { Graph } from './graph.js';
import { Safeguards } from './safeguards.js';

const MOST_OF_A_RULE = 200;

/** Everything that is wrong with a playbook, in the order of the lines: element, line, level, rule, message, mend. */
export function lint(xml, book) {
  const found = [];
  const counts = new Map();
  const add = (level, name, element, line, message) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (counts.get(name) <= MOST_OF_A_RULE) found.push({ element, line, level, rule: book.rules[name].id, message, mend: book.rules[name].mend });
  };
  const findings = {
    error: (rule, node, message) => add('ERROR', rule, node.nearestId(), node.line, message),
    warning: (rule, node, message) => add('WARNING', rule, node.nearestId(), node.line, message)
  };
  try {
    const root = parse(xml);
    const processes = root.children.filter(child => child.bpmn('process'));
    if (!root.bpmn('definitions') || processes.length !== 1 || processes[0].attribute('isExecutable') !== 'true') {
      add('ERROR', 'ROOT', '(document)', root.line, 'The file is not one executable BPMN process');
      return found;
    }
    const types = new Map(book.steps.map(type => [ type.name, type ]));
    const graph = new Graph(root);
    checkGrammar(root, book, findings);
    checkStructure(root, findings);
    checkFlows(graph, findings);
    checkHouse(root, processes[0], graph, types, book, findings);
    checkPaths(processes[0], graph, new Safeguards(graph, types), findings);
  }
  catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    add('ERROR', 'XML', '(document)', 0, error.message);
  }
  return found.sort((a, b) => a.line - b.line);
}
