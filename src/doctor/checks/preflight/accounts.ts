import type { EstatePlan } from '../../../estate/plan/planner';
import { cdkStacks } from '../../../estate/plan/stacks/stacks';
import type { Reading } from '../../../clouds/reading';
import type { LiveAccount } from '../../../clouds/facts/preflight-facts';
import { type Check, examine, failure, ok, okUnless } from '../../check';
import { accountLabel, at, gathered, type Placed } from './places';

const ORGANIZATION = ['AWS Organizations'];

/** Accounts that something is deployed to are active. */
export const activeAccounts: Check = {
  id: 'preflight-accounts',
  area: 'preflight',
  title: 'Accounts are active',
  run: ({ plan, facts: { preflight } }) => {
    const wanted = usesByAccount(plan);
    if (preflight === undefined || wanted.size === 0) return undefined;
    const reading: Reading<readonly LiveAccount[]> = preflight.accounts;
    if (reading.state !== 'known')
      return at(
        ORGANIZATION,
        examine(reading, () => []),
      );
    const states = new Map(reading.value.map(({ id, state }) => [id as string, state]));
    const faults = [...wanted].flatMap(([id, use]) => faultOf(plan, { id, use, state: states.get(id) }));
    return okUnless(gathered(faults), `${wanted.size} accounts are active`).map((one) => ({
      where: ORGANIZATION,
      ...one,
    }));
  },
};

interface UsedAccount {
  readonly id: string;
  readonly use: Use;
  /** Undefined where the organization does not have the account. */
  readonly state: string | undefined;
}

/** Things that come to an account. */
interface Use {
  readonly hasAssignments: boolean;
  readonly stacks: readonly string[];
}

function faultOf(plan: EstatePlan, { id, use, state }: UsedAccount): readonly Placed[] {
  if (state === 'ACTIVE') return [];
  const what = state === undefined ? 'the account is not in the organization' : `the account is ${state}`;
  const failing = [...(use.hasAssignments ? ['assignments'] : []), ...use.stacks.map((name) => `the stack ${name}`)];
  const observation = failure(
    `${what}, where these would fail: ${failing.join(', ')}`,
    [
      ...(use.hasAssignments
        ? [
            'npx --no entra-aws snapshot leaves it out of grants; npx --no entra-aws preview --base HEAD shows whose access that takes',
          ]
        : []),
      ...(use.stacks.length > 0 ? ['choose an active account for the stacks, or have this one reinstated'] : []),
    ].join('; '),
  );
  return [{ place: accountLabel(plan, id), observation }];
}

/** Accounts of the deployment, and what comes to each. */
function usesByAccount(plan: EstatePlan): ReadonlyMap<string, Use> {
  const assigned = new Set<string>((plan.access?.expansion.assignments ?? []).map(({ account }) => account.id));
  const stacks = Map.groupBy(cdkStacks(plan), ({ account }) => account);
  return new Map(
    [...new Set([...assigned, ...stacks.keys()])].map((id) => [
      id,
      { hasAssignments: assigned.has(id), stacks: (stacks.get(id) ?? []).map(({ name }) => name) },
    ]),
  );
}

/** The account from which IAM Identity Center is administered is registered for it. */
export const delegatedAdministrator: Check = {
  id: 'preflight-delegated-administrator',
  area: 'preflight',
  title: 'The delegated administrator is registered',
  run: ({ plan, facts: { preflight } }) => {
    const { access } = plan;
    const [main] = access?.stacks ?? [];
    if (access === undefined || preflight?.access === undefined || main === undefined) return undefined;
    if (main.account === access.organization.managementAccountId) return undefined;
    return at(
      ORGANIZATION,
      examine(preflight.access.delegates, (delegates) => {
        const who = accountLabel(plan, main.account);
        if (delegates.includes(main.account)) return [ok(`${who} is the delegated administrator`)];
        return [
          failure(
            `${who} is not the delegated administrator of IAM Identity Center`,
            `with credentials of the management account: aws organizations register-delegated-administrator --service-principal sso.amazonaws.com --account-id ${main.account}`,
          ),
        ];
      }),
    );
  },
};

/** Stack sets may bring policies to the accounts. */
export const stackSets: Check = {
  id: 'preflight-stack-sets',
  area: 'preflight',
  title: 'Stack sets are trusted',
  run: ({ plan, facts: { preflight } }) => {
    const { stackSetTrust } = preflight?.access ?? {};
    const [main] = plan.access?.stacks ?? [];
    if (stackSetTrust === undefined || main === undefined) return undefined;
    const isDelegated = main.account !== plan.access?.organization.managementAccountId;
    return at(
      ORGANIZATION,
      examine(stackSetTrust, ({ isTrusted, delegates }) => {
        if (!isTrusted) {
          return [
            failure(
              'Organizations does not trust CloudFormation StackSets',
              `with credentials of the management account: aws cloudformation activate-organizations-access --region ${main.region}`,
            ),
          ];
        }
        if (isDelegated && !delegates.includes(main.account)) {
          return [
            failure(
              `${accountLabel(plan, main.account)} may not use stack sets of the organization`,
              `with credentials of the management account: aws organizations register-delegated-administrator --service-principal member.org.stacksets.cloudformation.amazonaws.com --account-id ${main.account}`,
            ),
          ];
        }
        return [ok('stack sets are trusted')];
      }),
    );
  },
};
