import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../estate/plan/planner';
import type { AccessFacts, DeployedAssignment, DeployedSet, OwnedApplication } from './access-facts';

/** Tag that CloudFormation gives to what a stack makes (schema of AWS::SSO::PermissionSet, `cloudFormationSystemTags`). */
export const STACK_TAG = 'aws:cloudformation:stack-name';

/**
 * Owner of a resource: a stack of the estate, or none of them. What a stack has comes and goes with its deployments alone. Deleted
 * by another way, it would be missing for good, since CloudFormation sees no difference; made by another way, the deployment
 * would fail at it.
 */
export type Owner = 'stack' | 'none' | 'unknown';

export interface Ownership {
  readonly ofSet: (set: DeployedSet) => Owner;
  readonly ofAssignment: (one: DeployedAssignment) => Owner;
  readonly ofApplication: (one: OwnedApplication) => Owner;
}

export function ownershipOf(
  { estate, access }: Pick<EstatePlan, 'estate' | 'access'>,
  { owned }: Pick<AccessFacts, 'owned'>,
): Ownership {
  if (owned?.state !== 'known') {
    const unknown = (): Owner => 'unknown';
    return { ofSet: unknown, ofAssignment: unknown, ofApplication: unknown };
  }
  const { sets, assignments, applications, unread } = owned.value;
  const owner = (isListed: boolean, stack: string | undefined): Owner => {
    if (isListed) return 'stack';
    return stack !== undefined && unread.includes(stack) ? 'unknown' : 'none';
  };
  const keys = new Set([...assignments.map(assignmentKey), ...applications.map(applicationKey)]);
  const isDivided = access?.stacks.some(({ role }) => role === 'management') ?? false;
  const stackOf = ({ account }: DeployedAssignment): string =>
    stackNameOf(
      estate.name,
      isDivided && account === access?.organization.managementAccountId ? 'management' : 'access',
    );
  return {
    ofSet: ({ arn, tags }) => owner(sets.includes(arn), tags[STACK_TAG]),
    ofAssignment: (one) => owner(keys.has(assignmentKey(one)), stackOf(one)),
    ofApplication: (one) => owner(keys.has(applicationKey(one)), stackNameOf(estate.name, 'access')),
  };
}

function assignmentKey({ set, account, principalType, principalId }: DeployedAssignment): string {
  return JSON.stringify([set, account, principalType, principalId]);
}

function applicationKey({ arn, principalType, principalId }: OwnedApplication): string {
  return JSON.stringify([arn, principalType, principalId]);
}
