import type {
  PreflightAccess,
  PreflightFacts,
  QuotaReading,
  RegionReading,
} from '../../../clouds/facts/preflight-facts';
import type { MergedLast } from '../../../clouds/git/remote';
import { known, type Reading } from '../../../clouds/reading';
import type { AccessPlan } from '../../../estate/sections/access/plan/access-plan';
import type { EstatePlan } from '../../../estate/plan/planner';
import { type Quota, QUOTAS } from '../../../estate/plan/prerequisites';
import { cdkStacks } from '../../../estate/plan/stacks/stacks';
import { POLICIES_OF_A_ROLE } from '../../../estate/sections/limits';
import {
  check,
  type CheckInput,
  examine,
  failure,
  type Observation,
  type Observed,
  ok,
  okUnless,
  preflightOf,
  present,
} from '../../check';

/** `claims-dev (210000000011)` */
export function accountLabel({ access, emergency }: EstatePlan, id: string): string {
  const ofEmergency = emergency?.targets.find(({ account }) => account.id === id)?.account;
  const name = access?.organization.accountById.get(id)?.name ?? ofEmergency?.name;
  return name === undefined ? id : `${name} (${id})`;
}

/** `claims-dev (210000000011), eu-west-1` */
export function regionLabel(plan: EstatePlan, { account, region }: { account: string; region: string }): string {
  return `${accountLabel(plan, account)}, ${region}`;
}

/** Observations with the place of which they are. */
export function at(where: readonly string[], observed: Observed): Observed {
  return present(observed).map((one) => ({ ...one, where }));
}

/** Observations of several places; those that say the same are one, with all its places. */
export function gathered<T>(
  all: Iterable<T>,
  placeOf: (one: T) => string,
  look: (one: T) => Observed,
): readonly Observation[] {
  const placed = [...all].flatMap((one) =>
    present(look(one)).map((observation) => ({ place: placeOf(one), observation })),
  );
  return [...Map.groupBy(placed, ({ observation }) => JSON.stringify(observation)).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first.observation, where: same.map(({ place }) => place) }];
  });
}

/** Tells what could not be read in an account, in words that are the same for every account. */
export function unreadIn(account: string, reading: Reading<unknown>, subject: string): Observed {
  return examine(reading, () => []).map(({ advice, permission, message, ...one }) => ({
    ...one,
    message: `${subject} ${message}`,
    ...(advice !== undefined && { advice: advice.replaceAll(account, 'ACCOUNT') }),
    ...(permission !== undefined && { permission: permission.replaceAll(account, 'ACCOUNT') }),
  }));
}

const ORGANIZATION = ['AWS Organizations'];

/** Accounts that something is deployed to are active. */
export const activeAccounts = check(preflightOf, {
  id: 'preflight-accounts',
  title: 'Accounts are active',
  run: ({ plan, facts }) => {
    const assigned = new Set<string>((plan.access?.expansion.assignments ?? []).map(({ account }) => account.id));
    const stacks = Map.groupBy(cdkStacks(plan), ({ account }) => account);
    const wanted = new Set([...assigned, ...stacks.keys()]);
    if (wanted.size === 0) return undefined;
    return examine(facts.accounts, (accounts) => {
      const states = new Map<string, string>(accounts.map(({ id, state }) => [id, state]));
      const faults = gathered(
        wanted,
        (id) => accountLabel(plan, id),
        (id) => accountFaults(states.get(id), assigned.has(id), stacks.get(id) ?? []),
      );
      return okUnless(faults, `${wanted.size} accounts are active`);
    }).map((one) => ({ where: ORGANIZATION, ...one }));
  },
});

/** @param state undefined where the organization does not have the account */
function accountFaults(
  state: string | undefined,
  hasAssignments: boolean,
  stacks: readonly { readonly name: string }[],
): Observed {
  const what = state === undefined ? 'the account is not in the organization' : `the account is ${state}`;
  const failing = [...(hasAssignments ? ['assignments'] : []), ...stacks.map(({ name }) => `the stack ${name}`)];
  const advice = [
    hasAssignments &&
      'npx --no entra-aws snapshot leaves it out of grants; npx --no entra-aws preview --base HEAD shows whose access that takes',
    stacks.length > 0 && 'choose an active account for the stacks, or have this one reinstated',
  ].filter((one) => one !== false);
  return [state !== 'ACTIVE' && failure(`${what}, where these would fail: ${failing.join(', ')}`, advice.join('; '))];
}

/** Access before its first deployment. */
interface PlannedAccess {
  readonly plan: EstatePlan;
  readonly access: AccessPlan;
  readonly found: PreflightAccess;
  /** Account and Region of IAM Identity Center. */
  readonly home: { readonly account: string; readonly region: string };
  /** True if that is not the management account. */
  readonly isDelegated: boolean;
}

export function plannedAccess({ plan, facts: { preflight } }: CheckInput): PlannedAccess | undefined {
  const { access } = plan;
  const [home] = access?.stacks ?? [];
  if (access === undefined || preflight?.access === undefined || home === undefined) return undefined;
  const isDelegated = home.account !== access.organization.managementAccountId;
  return { plan, access, found: preflight.access, home, isDelegated };
}

const REGISTER =
  'with credentials of the management account: aws organizations register-delegated-administrator --service-principal';

/** The account from which IAM Identity Center is administered is registered for it. */
export const delegatedAdministrator = check(plannedAccess, {
  id: 'preflight-delegated-administrator',
  title: 'The delegated administrator is registered',
  run: ({ plan, found, home: { account }, isDelegated }) => {
    if (!isDelegated) return undefined;
    const who = accountLabel(plan, account);
    return at(
      ORGANIZATION,
      examine(found.delegates, (delegates) => [
        delegates.includes(account)
          ? ok(`${who} is the delegated administrator`)
          : failure(
              `${who} is not the delegated administrator of IAM Identity Center`,
              `${REGISTER} sso.amazonaws.com --account-id ${account}`,
            ),
      ]),
    );
  },
});

/** Stack sets may bring policies to the accounts. */
export const stackSets = check(plannedAccess, {
  id: 'preflight-stack-sets',
  title: 'Stack sets are trusted',
  run: ({ plan, found: { stackSetTrust }, home: { account, region }, isDelegated }) =>
    stackSetTrust &&
    at(
      ORGANIZATION,
      examine(stackSetTrust, ({ isTrusted, delegates }) =>
        okUnless(
          [
            !isTrusted &&
              failure(
                'Organizations does not trust CloudFormation StackSets',
                `with credentials of the management account: aws cloudformation activate-organizations-access --region ${region}`,
              ),
            isTrusted &&
              isDelegated &&
              !delegates.includes(account) &&
              failure(
                `${accountLabel(plan, account)} may not use stack sets of the organization`,
                `${REGISTER} member.org.stacksets.cloudformation.amazonaws.com --account-id ${account}`,
              ),
          ],
          'stack sets are trusted',
        ),
      ),
    ),
});

/** Regions that accounts have to enable are enabled: elsewhere a stack, or an instance of a stack set, fails. */
export const enabledRegions = check(preflightOf, {
  id: 'preflight-regions',
  title: 'Regions are enabled',
  run: ({ plan, facts: { regions } }) =>
    regions.length === 0 ? undefined : gathered(regions, (one) => regionLabel(plan, one), lookAt),
});

function lookAt({ account, region, what, status }: RegionReading): Observed {
  if (status.state !== 'known') return unreadIn(account, status, `whether ${region} is enabled`);
  if (status.value === 'ENABLED' || status.value === 'ENABLED_BY_DEFAULT') return [ok(`${region} is enabled`)];
  return [
    failure(
      `${region} must be ENABLED, got ${status.value}: these would fail there: ${what}`,
      `with credentials of the management account, for each account: aws account enable-region --region-name ${region} --account-id ACCOUNT; it takes minutes to hours`,
    ),
  ];
}

/** Everything that is deployed stays within the quotas of its accounts. */
export const quotas = check(preflightOf, {
  id: 'preflight-quotas',
  title: 'Quotas leave room',
  run: ({ plan, facts }) => {
    const look = (one: QuotaReading): Observed =>
      isDeployed(one, facts)
        ? [ok(`${QUOTAS[one.quota].label}: deployed already, nothing is added`)]
        : compare(one, usedOf(one, plan, facts));
    // Quotas are never below their default, so that no account has to be asked.
    const isDefault = plan.access !== undefined && !facts.quotas.some(({ quota }) => quota === 'policies-of-role');
    const all = present([
      ...gathered(facts.quotas, (one) => regionLabel(plan, one), look),
      isDefault && ok(`managed policies of a role: at most ${POLICIES_OF_A_ROLE}, which IAM allows by default`),
    ]);
    return all.length === 0 ? undefined : all;
  },
});

/** The services of the hosting are counted among those in use once they are there. */
function isDeployed({ used, quota }: QuotaReading, { isHosted }: PreflightFacts): boolean {
  const isOfHosting = used !== undefined || quota === 'fargate-vcpus';
  return isOfHosting && isHosted?.state === 'known' && isHosted.value;
}

function compare(reading: QuotaReading, used: Reading<number>): Observed {
  const { account, value, needed, quota } = reading;
  const { label, service, code }: Quota = QUOTAS[quota];
  if (value.state !== 'known') return unreadIn(account, value, `the quota of ${label} (${service} ${code})`);
  if (used.state !== 'known') return unreadIn(account, used, `how many ${label} are in use`);
  const told = `${label}: ${needed + used.value} of ${value.value}${used.value === 0 ? '' : ` with ${used.value} in use`}`;
  if (needed + used.value <= value.value) return [ok(told)];
  return [
    failure(
      told,
      `have the quota raised: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --region ${reading.region} --desired-value ${needed + used.value}`,
    ),
  ];
}

/** Permission sets that others made are in the instance, too. */
function usedOf({ quota, used }: QuotaReading, { estate }: EstatePlan, { access }: PreflightFacts): Reading<number> {
  if (quota !== 'sets-of-instance' || access === undefined) return used ?? known(0);
  const names = new Set((estate.access?.permissionSets ?? []).map(({ name }) => name));
  if (access.sets.state !== 'known') return access.sets;
  return known(access.sets.value.filter(({ name }) => !names.has(name)).length);
}

/** An older checkout takes back what was merged and deployed since: its grants are not those of now. */
export const newestCheckout = check(preflightOf, {
  id: 'preflight-checkout',
  title: 'The checkout has everything that was merged',
  run: ({ facts: { mergedLast } }) =>
    mergedLast &&
    at(
      ['this checkout'],
      examine(mergedLast, (last) => {
        const { fault, advice } = olderCheckout(last);
        return [last.isIncluded ? ok(`has ${last.branch} of ${last.remote}`) : failure(fault, advice)];
      }),
    ),
});

/** Sentences about a checkout that lacks what was merged last. */
export function olderCheckout(last: MergedLast): { readonly fault: string; readonly advice: string } {
  const { remote, branch, commit, isShallow } = last;
  // It may be there, and can't be seen or merged until the history is.
  const first = isShallow === true ? `git fetch --unshallow ${remote} && ` : '';
  return {
    fault: `lacks ${commit.slice(0, 10)}, which ${branch} of ${remote} has: a deployment would take back what was merged since`,
    advice: `${first}git pull --no-rebase ${remote} ${branch}. To go back on purpose, revert the change on ${branch}; where that can't be merged now, git fetch ${remote} ${branch} && git merge --strategy ours FETCH_HEAD keeps the files of this checkout`,
  };
}
