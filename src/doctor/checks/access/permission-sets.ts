import { isDeepStrictEqual } from 'node:util';
import type { AccessFacts, DeployedSet, StackRecord } from '../../../clouds/facts/access-facts';
import { declaredSets, driftedParts, unknownSets, whyLeftAlone } from '../../../clouds/facts/access-drift';
import { elsewhereOf, type Ownership, ownershipOf, STACK_TAG } from '../../../clouds/facts/ownership';
import { failed, itemsOf, type Reading } from '../../../clouds/reading';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { EstatePlan } from '../../../estate/plan/planner';
import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import { quotedList } from '../../../text/suggest';
import { accessOf, check, examine, failure, type Observation, type Observed, okUnless, warning } from '../../check';

export const STILL_OWNED = 'a stack of the estate still has it';

/** Origins of the permission sets that the estate does not declare. */
export interface Origins {
  /** Tells whether a stack of the estate made it: then its removal failed, or it is still under way. */
  readonly isOwn: (set: DeployedSet) => boolean;
  /** Records of the stacks, or the reason why they are unknown. */
  readonly records: Reading<readonly StackRecord[]>;
  /** Tells of sets and assignments whether a stack of the estate has them now. */
  readonly ownership: Ownership;
}

export function originsOf(plan: Pick<EstatePlan, 'estate' | 'access'>, facts: AccessFacts): Origins {
  const { estate, access } = plan;
  const { stackRecords: records = failed('the events of the stacks were not read') } = facts;
  const ownership = ownershipOf(plan, facts);
  const stacks = new Set((access?.stacks ?? []).map(({ role }) => stackNameOf(estate.name, role)));
  const made = new Set(records.state === 'known' ? records.value.map(({ set }) => set) : []);
  const isOwn = (set: DeployedSet): boolean =>
    made.has(set.arn) || stacks.has(set.tags[STACK_TAG] ?? '') || ownership.ofSet(set) === 'stack';
  return { isOwn, records, ownership };
}

/** `CloudFormation tried to delete it and gave up: …`; undefined where no event says so. */
export function failedDeletion(
  { records }: Origins,
  { set, assignment }: Pick<StackRecord, 'set' | 'assignment'>,
): string | undefined {
  if (records.state !== 'known') return undefined;
  const found = records.value.find((one) => one.set === set && isDeepStrictEqual(one.assignment, assignment));
  if (found?.status !== 'DELETE_FAILED') return undefined;
  return `CloudFormation tried to delete it (stack ${found.stack}) and gave up: ${found.reason ?? 'it gave no reason'}`;
}

/** That it is unknown what the stacks left behind; none where it is known. */
export function unclearOrigins({ records }: Origins): Observed {
  return examine(records, () => []).map((one) => ({
    ...one,
    message: `whether a stack of the estate left something behind: ${one.message}`,
  }));
}

/** Permission sets are as declared. */
export const permissionSets = check(accessOf, {
  id: 'access-permission-sets',
  title: 'Permission sets are as declared',
  run: ({ planned, facts }, { plan }) =>
    examine(facts.permissionSets, (deployed) => {
      const unknown = unknownSets(planned, { permissionSets: deployed });
      const origins = originsOf(plan, facts);
      const isUnclear = unknown.some((set) => !origins.isOwn(set));
      return okUnless(
        [
          ...[...declaredSets(planned).values()].map((set) => {
            const { name } = set;
            const found = deployed.find((one) => one.name === name);
            if (found === undefined) return failure(`permission set ${name} is not there`, 'deploy the access stacks');
            const drifted = driftedParts(set, found, planned.organization.partition);
            return (
              drifted.length > 0 &&
              failure(
                `permission set ${name} is not as declared: ${drifted.join(', ')} was changed outside of the estate`,
                `set it back: ${revertOf(planned, plan.estate.name, name)}; or write what is deployed into the estate`,
              )
            );
          }),
          ...unknown.map((set) => unmanaged(set, origins, planned)),
          ...(isUnclear ? unclearOrigins(origins) : []),
        ],
        `${deployed.length} permission sets are as declared`,
      );
    }),
});

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
      'delete it, or add it to the estate and import it (npx --no entra-aws docs importing)',
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
export const provisionedSets = check(accessOf, {
  id: 'access-provisioned',
  title: 'Accounts have the latest permission sets',
  run: ({ planned, facts }) => {
    const elsewhere = elsewhereOf(planned);
    return examine(facts.permissionSets, (sets) =>
      okUnless(
        [
          ...(facts.underWay === undefined ? [] : examine(facts.underWay, (count) => [underWay(count)])),
          ...sets.map(
            (set) => set.outdatedIn.length > 0 && !elsewhere.isSet(set.name) && outdated(set, planned, facts),
          ),
        ],
        'in every account the roles are those of the permission sets',
      ),
    );
  },
});

function underWay(count: number): Observation | false {
  const what = count === 1 ? '1 change is' : `${count} changes are`;
  return (
    count > 0 &&
    failure(`${what} still under way in IAM Identity Center`, 'run this again later, or with a longer --wait')
  );
}

/** A failure, unless it is only of accounts that can't be used. */
function outdated(
  { name, arn, outdatedIn }: DeployedSet,
  access: AccessPlan,
  { failedProvisioning }: AccessFacts,
): Observation {
  const { organization } = access;
  const holdsUp = outdatedIn.some((id) => whyLeftAlone(access, id) === undefined);
  const failures = itemsOf(failedProvisioning);
  const why = failures.find(
    ({ set, account }) => set === arn && (account === undefined || outdatedIn.includes(account)),
  )?.reason;
  return (holdsUp ? failure : warning)(
    `permission set ${name} is outdated in ${outdatedIn.length} accounts: ${quotedList(outdatedIn)}${why === undefined ? '' : `; the last attempt failed: ${why}`}`,
    'npx --no entra-aws deploy repair access --yes; or aws sso-admin provision-permission-set --target-type ALL_PROVISIONED_ACCOUNTS ' +
      `--permission-set-arn ${arn} --instance-arn ${organization.instanceArn}`,
  );
}
