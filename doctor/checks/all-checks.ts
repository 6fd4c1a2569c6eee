import type { Check } from '../check';
import { assignments } from './access/assignments';
import { attributes } from './access/attributes';
import { pendingGroups } from './access/pending-groups';
import { permissionSets, provisionedSets } from './access/permission-sets';
import { snapshot } from './access/snapshot';

/** All checks, in the order of the report. */
export const CHECKS: readonly Check[] = [
  permissionSets,
  assignments,
  provisionedSets,
  attributes,
  pendingGroups,
  snapshot,
];
