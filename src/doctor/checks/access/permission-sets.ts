import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { quotedList } from '../../../text/suggest';
import type { AccessFacts, DeployedSet } from '../../../clouds/facts/access-facts';
import { type Check, examine, failure, type Observation, okUnless, warning } from '../../check';
import { unknownSets } from '../../../clouds/facts/assignment-drift';
import { whyLeftAlone } from '../../../clouds/facts/left-alone';
import { elsewhereOf } from '../../../clouds/facts/managed-elsewhere';
import { failedDeletion, type Origins, originsOf, STILL_OWNED, unclearOrigins } from './origins';
import { declaredSets, driftedParts } from '../../../clouds/facts/set-drift';

/** Permission sets are as declared. */
export const permissionSets: Check = {
  id: 'access-permission-sets',
  area: 'access',
  title: 'Permission sets are as declared',
  run: ({ plan, facts: { access } }) => {
    const { access: planned } = plan;
    if (planned === undefined || access === undefined) return undefined;
    return examine(access.permissionSets, (deployed) => {
      const unknown = unknownSets(planned, { permissionSets: deployed });
      const origins = originsOf(plan, access);
      const isUnclear = unknown.some((set) => !origins.isOwn(set));
      return okUnless(
        [
          ...differences(planned, plan.estate.name, deployed),
          ...unknown.map((set) => unmanaged(set, origins, planned)),
          ...(isUnclear ? unclearOrigins(origins) : []),
        ],
        `${deployed.length} permission sets are as declared`,
      );
    });
  },
};

function differences(access: AccessPlan, estateName: string, deployed: readonly DeployedSet[]): readonly Observation[] {
  const byName = new Map(deployed.map((set) => [set.name, set]));
  return [...declaredSets(access).values()].flatMap((set): readonly Observation[] => {
    const found = byName.get(set.name);
    if (found === undefined) return [failure(`permission set ${set.name} is not there`, 'deploy the access stacks')];
    const drifted = driftedParts(set, found, access.organization.partition);
    if (drifted.length === 0) return [];
    return [
      failure(
        `permission set ${set.name} is not as declared: ${drifted.join(', ')} was changed outside of the estate`,
        `set it back: ${revertOf(access, estateName, set.name)}; or write what is deployed into the estate`,
      ),
    ];
  });
}

/** CloudFormation sees no change of the template by itself, so it is told to look at what is there. */
function revertOf({ stacks }: AccessPlan, estateName: string, set: string): string {
  const role = stacks.find(({ permissionSets }) => permissionSets.some(({ name }) => name === set))?.role ?? 'access';
  return `npx --no cdk deploy -c estate=${estateName} --exclusively ${stackNameOf(estateName, role)} --revert-drift`;
}

/** One that a stack of the estate made was to be deleted with what it gives; one of somebody else may have its reasons. */
function unmanaged(set: DeployedSet, origins: Origins, { organization }: AccessPlan): Observation {
  const { name, arn } = set;
  if (!origins.isOwn(set)) {
    return warning(
      `permission set ${name} is not in the estate`,
      'delete it, or add it to the estate and import it (docs/importing.md)',
    );
  }
  const owner = origins.ownership.ofSet(set);
  const what = `permission set ${name} is not in the estate any more`;
  if (owner === 'stack') return failure(`${what}; ${STILL_OWNED}`, 'deploy the access stacks, which deletes it');
  const left =
    owner === 'none' ? 'a stack of the estate made it, and has left it behind' : 'a stack of the estate made it';
  return failure(
    `${what}; ${failedDeletion(origins, { set: arn }) ?? left}`,
    `${owner === 'none' ? '' : 'deploy the access stacks; if that leaves it, '}delete it once it has no assignments: ` +
      `aws sso-admin delete-permission-set --instance-arn ${organization.instanceArn} --permission-set-arn ${arn}`,
  );
}

/** In every account the roles are those of the permission sets, and nothing is under way. */
export const provisionedSets: Check = {
  id: 'access-provisioned',
  area: 'access',
  title: 'Accounts have the latest permission sets',
  run: ({ plan: { access: planned }, facts: { access } }) => {
    if (planned === undefined || access === undefined) return undefined;
    const elsewhere = elsewhereOf(planned);
    return examine(access.permissionSets, (sets) =>
      okUnless(
        [
          ...underWay(access),
          ...sets
            .filter(({ name, outdatedIn }) => outdatedIn.length > 0 && !elsewhere.isSet(name))
            .map((set) => outdated(set, planned, access)),
        ],
        'in every account the roles are those of the permission sets',
      ),
    );
  },
};

function underWay({ underWay: reading }: AccessFacts): readonly Observation[] {
  if (reading === undefined) return [];
  return examine(reading, (count) => {
    if (count === 0) return [];
    const what = count === 1 ? '1 change is' : `${count} changes are`;
    return [failure(`${what} still under way in IAM Identity Center`, 'run this again later, or with a longer --wait')];
  });
}

/** A failure, unless it is only of accounts that can't be used. */
function outdated(
  { name, arn, outdatedIn }: DeployedSet,
  access: AccessPlan,
  { failedProvisioning }: AccessFacts,
): Observation {
  const { organization } = access;
  const holdsUp = outdatedIn.some((id) => whyLeftAlone(access, id) === undefined);
  const failures = failedProvisioning?.state === 'known' ? failedProvisioning.value : [];
  const why = failures.find(
    ({ set, account }) => set === arn && (account === undefined || outdatedIn.includes(account)),
  )?.reason;
  return (holdsUp ? failure : warning)(
    `permission set ${name} is outdated in ${outdatedIn.length} accounts: ${quotedList(outdatedIn)}${why === undefined ? '' : `; the last attempt failed: ${why}`}`,
    'npx --no entra-aws deploy repair access --yes; or aws sso-admin provision-permission-set --target-type ALL_PROVISIONED_ACCOUNTS ' +
      `--permission-set-arn ${arn} --instance-arn ${organization.instanceArn}`,
  );
}
