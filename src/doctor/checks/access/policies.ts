import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import { canonicalJson } from '../../../estate/sections/access/sets/policy-changes';
import { type PolicyRollout, stackSetNameOf } from '../../../estate/sections/access/plan/rollouts';
import type { OwnPolicy } from '../../../estate/sections/estate';
import { quotedList } from '../../../text/suggest';
import { known, together } from '../../../clouds/reading';
import type { DeployedStackSet, ManagementPolicy, StackSetInstance } from '../../../clouds/facts/access-facts';
import { type Check, examine, failure, type Observation, okUnless, unknown, warning } from '../../check';

const DEPLOY = 'npx --no entra-aws deploy roll-out; then deploy the access stacks again';

/** Place of the stack sets. */
type Home = Pick<AccessPlan, 'organization' | 'stacks'>;

/** Customer-managed policies are where the estate brings them. The management account's own is in the stack itself. */
export const policies: Check = {
  id: 'access-policies',
  area: 'access',
  title: 'Policies are in their accounts',
  run: ({ plan, facts: { access } }) => {
    const { stackSets, managementPolicies = known<ManagementPolicies>(new Map()) } = access ?? {};
    if (stackSets === undefined) return undefined;
    const declared = new Map(
      (plan.access?.rollouts ?? [])
        .filter(({ members }) => members.length > 0)
        .map((rollout) => [stackSetNameOf(plan.estate.name, rollout.policy.name), rollout]),
    );
    return examine(together({ stackSets, managementPolicies }), ({ stackSets: found, managementPolicies: here }) =>
      okUnless(
        [
          ...(plan.access?.rollouts ?? []).flatMap(({ policy }) => inManagement(policy, here.get(policy.name))),
          ...[...declared].flatMap(([name, rollout]) => differences({ name, rollout, home: plan.access }, found)),
          ...found.filter(({ name }) => !declared.has(name)).map(leftBehind),
        ],
        `${declared.size} policies are in their accounts`,
      ),
    );
  },
};

type ManagementPolicies = ReadonlyMap<string, ManagementPolicy>;

/** The policy in the management account, whose stack compares nothing with what somebody changed by hand. */
function inManagement({ name, document }: OwnPolicy, found: ManagementPolicy | undefined): readonly Observation[] {
  if (found === undefined) return [];
  const { arn, document: deployed } = found;
  if (deployed === undefined)
    return [failure(`policy ${name} is not in the management account: there is no ${arn}`, DEPLOY)];
  if (asText(deployed) === asText(document.document)) return [];
  return [
    failure(
      `policy ${name} in the management account has another document than the estate`,
      `set it back: aws iam set-default-policy-version --policy-arn ${arn} --version-id VERSION, with the version that aws iam list-policy-versions has of the deployment`,
    ),
  ];
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

function differences(
  { name, rollout: { policy, members, excluded }, home }: Declared,
  found: readonly DeployedStackSet[],
): readonly Observation[] {
  const set = found.find((one) => one.name === name);
  if (set === undefined)
    return [failure(`policy ${policy.name} is in no account: there is no stack set ${name}`, DEPLOY)];
  const byAccount = new Map(set.instances.map((instance) => [instance.account, instance]));
  const isActive = new Set(members.filter(({ state }) => state === 'ACTIVE').map(({ id }) => id as string));
  const declared = new Set(members.map(({ id }) => id as string));
  const missing = [...isActive].filter((id) => !byAccount.has(id) || byAccount.get(id)?.isSkipped === true);
  const more = set.instances.map(({ account }) => account).filter((id) => !declared.has(id));
  const isExcluded = (id: string): boolean => excluded.some((account) => account.id === id);
  const here = set.instances.filter(({ account, isSkipped }) => isActive.has(account) && !isSkipped);
  return [
    ...driftUnknown(policy, set),
    ...told(missing, (accounts) => failure(`policy ${policy.name} is not in ${accounts}`, DEPLOY)),
    ...here
      .filter(({ status }) => status !== 'CURRENT')
      .map((instance) => notCurrent(policy.name, instance, retry(name, instance.account, home))),
    ...told(drifted(here), (accounts) =>
      failure(
        `policy ${policy.name} was changed in ${accounts} behind the stack set's back`,
        'change it in the estate, or deploy its stack set again after a change of the document',
      ),
    ),
    ...told(more.filter(isExcluded), (accounts) =>
      warning(
        `policy ${policy.name} is still in ${accounts}, which the estate excludes`,
        `take it away once AWS lets you: aws cloudformation delete-stack-instances --stack-set-name ${name}`,
      ),
    ),
    ...told(
      more.filter((id) => !isExcluded(id)),
      (accounts) =>
        warning(`policy ${policy.name} is still in ${accounts}`, 'deploy the stack of policies again, after access'),
    ),
  ];
}

function driftUnknown(policy: OwnPolicy, { name, driftUnknown: reason }: DeployedStackSet): readonly Observation[] {
  if (reason === undefined) return [];
  return [
    unknown(`whether policy ${policy.name} was changed by hand: the look for drift in the stack set ${name} ${reason}`),
  ];
}

function told(accounts: readonly string[], tell: (accounts: string) => Observation): readonly Observation[] {
  return accounts.length === 0 ? [] : [tell(quotedList(accounts))];
}

function drifted(instances: readonly StackSetInstance[]): readonly string[] {
  return instances.filter(({ isDrifted }) => isDrifted).map(({ account }) => account);
}

function notCurrent(policy: string, { account, status, reason }: StackSetInstance, todo: string): Observation {
  const why = reason === undefined ? '' : `: ${reason}`;
  return failure(`policy ${policy} is ${status} in ${account}${why}`, todo);
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
