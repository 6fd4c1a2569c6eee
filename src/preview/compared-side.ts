import { holderKey } from '../estate/sections/access/holder';
import type { Estate } from '../estate/sections/estate';
import type { AccessPlan } from '../estate/sections/access/plan/access-plan';
import type { Assignment } from '../estate/sections/access/plan/expand';
import type { Places } from './places';

/** One side of a comparison. */
export interface ComparedSide {
  readonly estate: Estate;
  /** Absent where the estate has no access section. */
  readonly access: AccessPlan | undefined;
  readonly places: Places;
}

/** Holder, permission set and account of an assignment: what two sides are compared by. */
export function cellKey({ holder, permissionSet, account }: Assignment): string {
  return JSON.stringify([holderKey(holder), permissionSet, account.id]);
}
