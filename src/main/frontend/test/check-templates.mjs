// Holds element templates against their public schema: node check-templates.mjs FILE prints what is wrong as JSON.
import { readFileSync } from 'node:fs';
import { validateAll } from '@bpmn-io/element-templates-validator';

const templates = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { results } = validateAll(templates);
process.stdout.write(JSON.stringify(results.filter(one => !one.valid)
  .map(one => ({ id: one.object.id, errors: one.errors.map(error => `${error.dataPointer?.value?.line ?? ''} ${error.message}`) }))));
