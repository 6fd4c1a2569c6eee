import type { AccessPlan } from '../../../model/estate-plan';
import { showValue } from '../../../model/finding';
import type { AccessFacts, AssignmentMaker, DeployedAssignment } from '../../facts/access-facts';
import { together } from '../../reading';
import { type Check, examine, failure, type Observation, orWell } from '../../check';
import { type DeployedAccess, missingAssignments, setNames, unknownAssignments } from './assignment-drift';

const TAKE_AWAY =
  'take it away (aws sso-admin delete-account-assignment), or add a grant to the estate and import it (docs/importing.md)';

/** Assignments are those of the estate, neither more nor fewer. */
export const assignments: Check = {
  id: 'access-assignments',
  area: 'access',
  title: 'Assignments are those of the estate',
  run: ({ plan: { access }, facts }) => {
    const { access: deployed } = facts;
    if (access === undefined || deployed === undefined) return undefined;
    const { permissionSets, assignments: made } = deployed;
    return examine(together({ permissionSets, assignments: made }), (value) =>
      orWell(
        [...missing(access, value), ...unknown(access, value, deployed)],
        `${value.assignments.length} assignments are as declared`,
      ),
    );
  },
};

function missing(access: AccessPlan, deployed: DeployedAccess): readonly Observation[] {
  return missingAssignments(access, deployed).map(({ group, permissionSet, account }) =>
    failure(
      `${showValue(group)} does not have ${permissionSet} in ${accountName(access, account.id)}, which the estate grants`,
      'deploy the access stacks anew; where CloudFormation sees no change, remove the grant, deploy, and add it again',
    ),
  );
}

function unknown(access: AccessPlan, deployed: DeployedAccess, facts: AccessFacts): readonly Observation[] {
  const names = setNames(deployed);
  const principals = principalNames(facts);
  return unknownAssignments(access, deployed).map((one) => {
    const who = principals.get(one.principalId) ?? `${one.principalType.toLowerCase()} ${one.principalId}`;
    const set = names.get(one.set) ?? one.set;
    return failure(
      `${who} has ${set} in ${accountName(access, one.account)}, which is not in the estate; ${madeBy(one, facts)}`,
      TAKE_AWAY,
    );
  });
}

function madeBy(one: DeployedAssignment, { makers }: AccessFacts): string {
  if (makers?.state === 'denied') return `who made it can't be read: allow ${makers.permission}`;
  if (makers?.state !== 'known') return `who made it can't be read${makers === undefined ? '' : `: ${makers.reason}`}`;
  const maker = makers.value.find((candidate) => isSame(candidate, one));
  return maker === undefined
    ? 'CloudTrail has no record of who made it in the last 90 days'
    : `made by ${maker.by} on ${maker.at}`;
}

function isSame(maker: AssignmentMaker, one: DeployedAssignment): boolean {
  return (
    maker.account === one.account &&
    maker.set === one.set &&
    maker.principalType === one.principalType &&
    maker.principalId === one.principalId
  );
}

function principalNames({ users, groups }: AccessFacts): ReadonlyMap<string, string> {
  return new Map([
    ...(groups.state === 'known' ? groups.value.map(({ id, name }) => [id, `group ${showValue(name)}`] as const) : []),
    ...(users.state === 'known' ? users.value.map(({ id, name }) => [id, `user ${showValue(name)}`] as const) : []),
  ]);
}

function accountName({ organization }: AccessPlan, id: string): string {
  const name = organization.accountById.get(id)?.name;
  return name === undefined ? `account ${id}` : `${name} (${id})`;
}
