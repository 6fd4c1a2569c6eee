import { docs, finding, schema } from './options';
import { holds, runs } from '../program/loaded-command';

export const command = holds(docs, [
  runs(finding, () => import('./finding.js')),
  runs(schema, () => import('./schema.js'), { page: 'editor.md' }),
]);
