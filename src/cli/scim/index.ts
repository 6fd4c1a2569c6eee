import { provision, rotate, scim } from './options';
import { holds, runs } from '../program/loaded-command';

export const command = holds(scim, [
  runs(rotate, () => import('./rotate.js'), { page: 'operations.md' }),
  runs(provision, () => import('./provision.js'), { page: 'operations.md' }),
]);
