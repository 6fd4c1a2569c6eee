import { quotedList, suggestionOrList } from '../../../text/suggest';
import { describeSelector } from '../../sections/access/selector-schema';
import { holderText, isSameHolder } from '../../sections/access/holder';
import type { StackRole } from '../../sections/access/placement/placement';
import { assignmentKey } from '../../sections/access/plan/access-stacks';
import { type Assignment, knownGroups } from '../../sections/access/plan/expand';
import { nearMiss } from '../../sections/access/plan/near-miss';
import { AccountFinder } from '../../sections/access/plan/select';
import type { Access, ExcludedAccount, Grant, Selector } from '../../sections/estate';
import { PLACEMENT_FILE } from '../../source/estate-folder';
import { type Finding, hasErrors, type Path, type Place } from '../../source/finding';
import type { Account, Organization } from '../../source/organization';
import type { EstatePlan } from '../planner';
import type { AccessPlan } from '../../sections/access/plan/access-plan';
import { type Evidence, type Explanation, type GivenSet, holderOf, type Question, type Reason } from './explanation';

/** Codes of the schema: an item with such a fault is set aside, and an answer without it could be wrong. */
const SCHEMA_CODES = ['invalid-value', 'missing-key', 'unknown-key'];

/** Errors because of which the plan lacks parts that an answer may depend on. */
export function preventingErrors(plan: EstatePlan): readonly Finding[] {
  const errors = plan.findings.filter((finding) => finding.severity === 'error');
  if (plan.access === undefined) return errors;
  const { file } = plan.placeOf([]);
  const placement = placementFile(plan);
  return errors.filter((finding) =>
    finding.file === file ? SCHEMA_CODES.includes(finding.code) : finding.file !== placement,
  );
}

/** Says what a group has in an account and why, or the nearest reason why not. */
export function explain(plan: EstatePlan, question: Question): Explanation {
  const { estate, access } = plan;
  const nothing = { question, given: [], isPending: false, otherSets: [] };
  if (estate.access === undefined || access === undefined) {
    const text = 'The estate grants nothing: it has no access section.';
    return { ...nothing, reasons: [{ code: 'no-access-section', text, evidence: [] }] };
  }
  const { organization, expansion } = access;
  const accounts = findAccounts(organization, question.account);
  const [account] = accounts;
  const unknown = unknownParts(plan, question, { access: estate.access, organization, accounts });
  if (account === undefined || unknown.length > 0) {
    return { ...nothing, ...(accounts.length === 1 && account && { account: summary(account) }), reasons: unknown };
  }
  const asker = holderOf(question);
  const all = expansion.assignments.filter((one) => isSameHolder(one.holder, asker) && one.account === account);
  const asked = all.filter((one) => (question.permissionSet ?? one.permissionSet) === one.permissionSet);
  return {
    question,
    account: summary(account),
    given: asked.map((assignment) => givenSet(plan, access, assignment)),
    isPending: asked.some((assignment) => assignment.principalId === undefined),
    reasons: asked.length > 0 ? [] : reasonsWhyNot(plan, question, { access: estate.access, organization, account }),
    otherSets: all.filter((one) => !asked.includes(one)).map((one) => one.permissionSet),
  };
}

function summary({ id, name, state, ou }: Account): NonNullable<Explanation['account']> {
  return { id, name, state, ou: ou.path };
}

function findAccounts(organization: Organization, idOrName: string): readonly Account[] {
  const byId = organization.accountById.get(idOrName);
  return byId === undefined ? organization.accounts.filter(({ name }) => name === idOrName) : [byId];
}

/** Parts of the question that do not exist. */
function unknownParts(
  plan: EstatePlan,
  question: Question,
  known: { readonly access: Access; readonly organization: Organization; readonly accounts: readonly Account[] },
): readonly Reason[] {
  const { access, organization, accounts } = known;
  const groups = knownGroups(plan.estate, organization);
  const sets = access.permissionSets.map((set) => set.name);
  const reason = (code: Reason['code'], text: string): Reason => ({ code, text, evidence: [] });
  const { account, permissionSet } = question;
  const holder = holderOf(question);
  return [
    ...(holder.kind === 'user' || groups.has(holder.name)
      ? []
      : [
          reason(
            'unknown-group',
            `There is no group '${holder.name}' (${suggestionOrList(holder.name, groups, 'known groups')}).`,
          ),
        ]),
    ...accountReasons(account, organization, accounts),
    ...(permissionSet === undefined || sets.includes(permissionSet)
      ? []
      : [
          reason(
            'unknown-permission-set',
            `There is no permission set '${permissionSet}' (${suggestionOrList(permissionSet, sets, 'known permission sets')}).`,
          ),
        ]),
  ];
}

function accountReasons(given: string, organization: Organization, accounts: readonly Account[]): readonly Reason[] {
  if (accounts.length === 1) return [];
  if (accounts.length > 1) {
    const text = `${accounts.length} accounts have the name '${given}': ask by id, ${quotedList(accounts.map(({ id }) => id))}.`;
    return [{ code: 'ambiguous-account', text, evidence: [] }];
  }
  const isId = /^\d+$/.test(given);
  const known = organization.accounts.map((account) => (isId ? account.id : account.name));
  const text = `There is no account '${given}' (${suggestionOrList(given, known, 'accounts')}).`;
  return [{ code: 'unknown-account', text, evidence: [] }];
}

function reasonsWhyNot(
  plan: EstatePlan,
  question: Question,
  known: { readonly access: Access; readonly organization: Organization; readonly account: Account },
): readonly Reason[] {
  const { access, organization, account } = known;
  const { permissionSet } = question;
  const holder = holderOf(question);
  const grants = access.grants.filter((grant) => isSameHolder(grant.holder, holder));
  const asked = grants.filter((grant) => permissionSet === undefined || grant.permissionSets.includes(permissionSet));
  if (asked.length > 0) {
    const permissionSets = new Set(access.permissionSets.map((set) => set.name));
    return new GrantExplainer({
      organization,
      permissionSets,
      excludedAccounts: access.excludedAccounts,
      placeOf: (at) => plan.placeOf(at),
    }).explain(asked, account);
  }
  const sets = new Set(grants.flatMap((grant) => grant.permissionSets));
  const whom = holder.kind === 'user' ? `user '${holder.name}'` : `'${holder.name}'`;
  const ended = (access.endedGrants ?? []).some((grant) => isSameHolder(grant.holder, holder));
  const text =
    permissionSet === undefined || grants.length === 0
      ? `No grant is to ${whom}.${ended ? ' One that was has ended.' : ''}`
      : `No grant gives '${permissionSet}' to ${whom}; its grants give ${quotedList(sets)}.`;
  return [{ code: 'no-grant', text, evidence: [] }];
}

function givenSet(plan: EstatePlan, access: AccessPlan, assignment: Assignment): GivenSet {
  const evidence = assignment.causes.flatMap(({ grant, selectors }): readonly Evidence[] => [
    { place: plan.placeOf([...grant.at, grant.holder.kind]), text: `grant to ${holderText(grant.holder)}` },
    ...selectors.map((selector) => ({
      place: plan.placeOf(selector.at),
      text: `include ${describeSelector(selector)}`,
    })),
  ]);
  const shard = findShard(plan, access, assignment);
  return { permissionSet: assignment.permissionSet, evidence, ...(shard && { shard }) };
}

/** With a faulty placement file it is not known where an assignment lives. */
function findShard(plan: EstatePlan, access: AccessPlan, assignment: Assignment): GivenSet['shard'] {
  const { principalId } = assignment;
  const faults = plan.findings.filter((finding) => finding.file === placementFile(plan));
  if (principalId === undefined || hasErrors(faults)) return undefined;
  const key = assignmentKey(assignment, principalId);
  const roles: readonly StackRole[] = ['access', 'management'];
  return roles
    .map((stack) => ({ stack, number: access.placement.placement[stack].get(key)?.shard }))
    .find((found): found is NonNullable<GivenSet['shard']> => found.number !== undefined);
}

function placementFile(plan: EstatePlan): string {
  return plan.placeOf([]).file.replace(/[^/]*$/, PLACEMENT_FILE);
}

interface Context {
  readonly organization: Organization;
  readonly permissionSets: ReadonlySet<string>;
  readonly excludedAccounts: readonly ExcludedAccount[];
  placeOf(at: Path): Place;
}

interface RankedReason extends Reason {
  /** Nearer reasons rank higher. A selector that misses the account ranks below 1. */
  readonly rank: number;
}

/** Says for each grant why it gives nothing in an account. */
class GrantExplainer {
  private readonly finder: AccountFinder;
  /** Selects as if the management account were an account like the others. */
  private readonly plainFinder: AccountFinder;

  constructor(private readonly context: Context) {
    const { organization } = context;
    const { accounts, accountById, ous } = organization;
    this.finder = new AccountFinder(organization);
    this.plainFinder = new AccountFinder({ accounts, accountById, ous });
  }

  /** One reason a grant, the nearest first. */
  explain(grants: readonly Grant[], account: Account): readonly Reason[] {
    return grants
      .map((grant) => this.explainGrant(grant, account))
      .toSorted((a, b) => b.rank - a.rank)
      .map(({ code, text, evidence }) => ({ code, text, evidence }));
  }

  private explainGrant(grant: Grant, account: Account): RankedReason {
    const { include, exclude } = grant.accounts;
    const names = (selector: Selector): boolean => this.finder.accountSet(selector).has(account);
    const included = include.filter(names);
    const excluded = exclude.filter((selector) => this.finder.excludedSet(selector).has(account));
    if (included.length === 0) return this.missed(grant, account);
    const evidence = [this.grantEvidence(grant), ...this.selectorEvidence('include', included)];
    if (excluded.length > 0) {
      const text = 'The grant includes the account and excludes it again.';
      return {
        code: 'excluded',
        rank: 2,
        text,
        evidence: [...evidence, ...this.selectorEvidence('exclude', excluded)],
      };
    }
    const left = this.context.excludedAccounts.find((one) => one.account === account.id);
    if (left !== undefined) {
      const text = `The grant includes the account, but the estate excludes it from every grant: ${left.reason}`;
      const place = { place: this.context.placeOf([...left.at, 'account']), text: 'excluded account' };
      return { code: 'excluded-account', rank: 2.5, text, evidence: [...evidence, place] };
    }
    if (account.state !== 'ACTIVE') {
      const text = `The grant includes the account, but it is ${account.state}: only active accounts are assigned.`;
      return { code: 'account-not-active', rank: 3, text, evidence };
    }
    const unknown = grant.permissionSets.filter((name) => !this.context.permissionSets.has(name));
    const text = `The grant reaches the account, but its permission sets are not in this estate: ${quotedList(unknown)}.`;
    return { code: 'unknown-permission-set', rank: 4, text, evidence };
  }

  private missed(grant: Grant, account: Account): RankedReason {
    const { include } = grant.accounts;
    const evidence = [this.grantEvidence(grant)];
    const broad = include.filter((selector) => this.plainFinder.accountSet(selector).has(account));
    if (broad.length > 0) {
      const text =
        'It is the management account, which only its id or exact name reaches; the grant has broad selectors.';
      const places = this.selectorEvidence('include', broad);
      return { code: 'management-account', rank: 1.5, text, evidence: [...evidence, ...places] };
    }
    const misses = include.map((selector) => ({ selector, ...nearMiss(selector, account, this.context.organization) }));
    const [nearest] = misses.toSorted((a, b) => b.nearness - a.nearness);
    if (nearest === undefined) return { code: 'selectors-miss', rank: 0, text: 'The grant has no selector.', evidence };
    const text = `No selector of the grant names the account. Nearest is '${describeSelector(nearest.selector)}', but the account ${nearest.text}.`;
    const places = this.selectorEvidence('include', [nearest.selector]);
    return { code: 'selectors-miss', rank: nearest.nearness, text, evidence: [...evidence, ...places] };
  }

  private grantEvidence(grant: Grant): Evidence {
    return {
      place: this.context.placeOf([...grant.at, grant.holder.kind]),
      text: `grant to ${holderText(grant.holder)}`,
    };
  }

  private selectorEvidence(list: 'include' | 'exclude', selectors: readonly Selector[]): readonly Evidence[] {
    return selectors.map((selector) => ({
      place: this.context.placeOf(selector.at),
      text: `${list} ${describeSelector(selector)}`,
    }));
  }
}
