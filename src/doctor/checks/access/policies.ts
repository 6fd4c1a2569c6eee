import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { deployedDocument } from '../../../estate/sections/access/policy-document';
import { MANAGED_POLICY_CHARACTERS } from '../../../estate/sections/limits';
import { canonicalJson } from '../../../estate/sections/access/sets/policy-changes';
import { type PolicyRollout, stackSetNameOf } from '../../../estate/sections/access/plan/rollouts';
import type { OwnPolicy } from '../../../estate/sections/estate';
import { quotedList } from '../../../text/suggest';
import { known, together } from '../../../clouds/reading';
import type { DeployedStackSet, ManagementPolicy } from '../../../clouds/facts/access-facts';
import { check, examine, failure, type Observation, type Observed, okUnless, unknown, warning } from '../../check';

const DEPLOY = 'npx --no entra-aws deploy roll-out; then deploy the access stacks again';

/** Place of the stack sets. */
type Home = Pick<AccessPlan, 'organization' | 'stacks'>;

/** Customer-managed policies are where the estate brings them. The management account's own is in the stack itself. */
export const policies = check(({ facts }) => facts.access, {
  id: 'access-policies',
  title: 'Policies are in their accounts',
  run: ({ stackSets, managementPolicies = known(new Map<string, ManagementPolicy>()) }, { plan }) => {
    if (stackSets === undefined) return undefined;
    const rollouts = plan.access?.rollouts ?? [];
    const declared = new Map(
      rollouts
        .filter(({ members }) => members.length > 0)
        .map((rollout) => [stackSetNameOf(plan.estate.name, rollout.policy.name), rollout]),
    );
    return examine(together({ stackSets, managementPolicies }), (found) =>
      okUnless(
        [
          ...rollouts.map(({ policy }) => inManagement(policy, found.managementPolicies.get(policy.name))),
          ...[...declared].flatMap(([name, rollout]) =>
            differences({ name, rollout, home: plan.access }, found.stackSets),
          ),
          ...found.stackSets.map((set) => !declared.has(set.name) && leftBehind(set)),
        ],
        `${declared.size} policies are in their accounts`,
      ),
    );
  },
});

/** The policy in the management account, whose stack compares nothing with what somebody changed by hand. */
function inManagement({ name, document }: OwnPolicy, found: ManagementPolicy | undefined): Observation | false {
  if (found === undefined) return false;
  const { arn, document: deployed } = found;
  if (deployed === undefined) {
    return failure(`policy ${name} is not in the management account: there is no ${arn}`, DEPLOY);
  }
  return (
    asText(deployed) !== asText(deployedDocument(document.document, MANAGED_POLICY_CHARACTERS)) &&
    failure(
      `policy ${name} in the management account has another document than the estate`,
      `set it back: aws iam set-default-policy-version --policy-arn ${arn} --version-id VERSION, with the version that aws iam list-policy-versions has of the deployment`,
    )
  );
}

/** JSON with every value as text: CloudFormation may write `true` as `"true"`, which means the same to IAM. */
function asText(document: unknown): string {
  const texts: unknown = JSON.parse(
    JSON.stringify(document, (_, value: unknown) =>
      typeof value === 'boolean' || typeof value === 'number' ? String(value) : value,
    ),
  );
  return canonicalJson(texts);
}

interface Declared {
  readonly name: string;
  readonly rollout: PolicyRollout;
  readonly home: Home | undefined;
}

function differences({ name, rollout, home }: Declared, found: readonly DeployedStackSet[]): Observed {
  const { policy, members } = rollout;
  const [what, set] = [`policy ${policy.name}`, found.find((one) => one.name === name)];
  if (set === undefined) return [failure(`${what} is in no account: there is no stack set ${name}`, DEPLOY)];
  const active = members.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id as string);
  const here = set.instances.filter(({ account, isSkipped }) => active.includes(account) && !isSkipped);
  const missing = active.filter((id) => !here.some(({ account }) => account === id));
  const drifted = here.filter(({ isDrifted }) => isDrifted).map(({ account }) => account);
  return [
    set.driftUnknown !== undefined &&
      unknown(`whether ${what} was changed by hand: the look for drift in the stack set ${name} ${set.driftUnknown}`),
    missing.length > 0 && failure(`${what} is not in ${quotedList(missing)}`, DEPLOY),
    ...here.map(
      ({ account, status, reason }) =>
        status !== 'CURRENT' &&
        failure(
          `${what} is ${status} in ${account}${reason === undefined ? '' : `: ${reason}`}`,
          retry(name, account, home),
        ),
    ),
    drifted.length > 0 &&
      failure(
        `${what} was changed in ${quotedList(drifted)} behind the stack set's back`,
        'change it in the estate, or deploy its stack set again after a change of the document',
      ),
    ...leftIn(rollout, set).map(({ accounts, isExcluded }) =>
      isExcluded
        ? warning(
            `${what} is still in ${quotedList(accounts)}, which the estate excludes`,
            `take it away once AWS lets you: aws cloudformation delete-stack-instances --stack-set-name ${name}`,
          )
        : warning(`${what} is still in ${quotedList(accounts)}`, 'deploy the stack of policies again, after access'),
    ),
  ];
}

/** Accounts that have a policy and should not: those that the estate excludes, then others. */
function leftIn({ members, excluded }: PolicyRollout, { instances }: DeployedStackSet) {
  const accounts = instances.map(({ account }) => account).filter((id) => !members.some((one) => one.id === id));
  const byExclusion = Map.groupBy(accounts, (id) => excluded.some((account) => account.id === id));
  return [true, false].flatMap((isExcluded) => {
    const here = byExclusion.get(isExcluded);
    return here === undefined ? [] : [{ isExcluded, accounts: here }];
  });
}

/**
 * Command that has a stack set try an account again. A deployment does not: the stack set's own stack is complete, where as many
 * accounts failed as it tolerates, and its template differs in nothing. Of a service-managed stack set an account is named within
 * an OU ('Account level targets for service-managed Stack Sets').
 */
function retry(stackSet: string, account: string, home: Home | undefined): string {
  const [stack] = home?.stacks ?? [];
  const [root] = home?.organization.ous ?? [];
  if (home === undefined || stack === undefined || root === undefined) return DEPLOY;
  const { managementAccountId, region } = home.organization;
  const callAs = stack.account === managementAccountId ? '' : ' --call-as DELEGATED_ADMIN';
  return (
    `remove the cause, then: aws cloudformation update-stack-instances --stack-set-name ${stackSet} --regions ${region} ` +
    `--deployment-targets OrganizationalUnitIds=${root.id},Accounts=${account},AccountFilterType=INTERSECTION${callAs}`
  );
}

/** One that CloudFormation failed to delete, and has forgotten: its stack is green. */
function leftBehind({ name, instances }: DeployedStackSet): Observation {
  const accounts = quotedList(instances.map(({ account }) => account));
  return failure(
    `stack set ${name} is not of the estate any more, and still in ${accounts}`,
    `aws cloudformation delete-stack-instances of these accounts, then aws cloudformation delete-stack-set --stack-set-name ${name}`,
  );
}
