import type * as pulumi from '@pulumi/pulumi';
import { WorkforceGroups } from '../../constructs/entra/workforce-groups';
import type { Estate } from '../../model/estate';

/** What the workforce program leaves for others to read with `pulumi stack output`. */
export interface WorkforceOutputs {
  /** Entra object id of each group, by display name. */
  readonly groupObjectIds: Readonly<Record<string, pulumi.Output<string>>>;
  readonly [name: string]: unknown;
}

/** The workforce program: the groups of the organization's own people, in its Entra tenant. */
export function workforce(estate: Estate): WorkforceOutputs {
  const groups = new WorkforceGroups('workforce', { groups: estate.workforce?.groups ?? [] });
  return { groupObjectIds: groups.objectIds };
}
