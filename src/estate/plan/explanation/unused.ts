import { actionsLike, type KnownAction } from '../../../permissions/actions';
import { type Fold, fold, knownActions } from '../../../permissions/fold';
import { exactly } from '../../../permissions/glob';
import { parsePolicy } from '../../../permissions/policy';
import { allowedBy, difference, sideOf } from '../../../permissions/side';
import { asList } from '../../../permissions/policy';
import {
  documentsOf,
  managedName,
  managedPoliciesOf,
  type PolicyDocuments,
} from '../../sections/access/sets/policy-documents';
import { isOfSet, writtenSets } from '../../sections/access/plan/management-copies';
import { sessionPolicies, sessionSide } from '../../sections/access/sets/sessions';
import type { Access, Estate, InlinePolicy, JsonObject, PermissionSet } from '../../sections/estate';
import { isObject } from '../../source/located';
import type { Place } from '../../source/finding';
import type { Account } from '../../source/organization';
import type { EstatePlan } from '../planner';

/** Use of a service by a role, as IAM tells it. A moment that is absent is none within the 400 days that IAM keeps. */
export interface ServiceUse {
  readonly last?: Date;
  /** Actions that IAM tracks, by name in lower case; absent where it tracks none of the service. */
  readonly actions?: ReadonlyMap<string, Date | undefined>;
}

/** Use of the role of a permission set in an account, by services that its policies allow. */
export interface RoleUse {
  readonly created: Date;
  readonly services: ReadonlyMap<string, ServiceUse>;
}

/** The use, or why it is unknown. */
export type ReadUse = RoleUse | { readonly unknown: string };

/** Permission set in an account. */
export interface Held {
  readonly set: string;
  readonly account: Account;
}

/** A smaller form of a permission set. */
export interface Smaller {
  /** Keys of the permission set with other values; null where the key goes. */
  readonly change: Readonly<Record<string, unknown>>;
  /** File that holds the policy, where the set has it in one. @default it stands in the set */
  readonly file?: string;
  readonly takesAway: Fold;
}

/** Use of a permission set in all accounts where it is assigned. */
export interface SetUse {
  readonly permissionSet: string;
  readonly place: Place;
  /** Actions that its policies allow within its boundary. */
  readonly actions: { readonly used: number; readonly unused: number; readonly unknown: number };
  /** Reasons why use is unknown, with the names of the accounts. */
  readonly unknownIn: readonly { readonly reason: string; readonly accounts: readonly string[] }[];
  /** @default nothing smaller is known */
  readonly smaller?: Smaller;
  /** Reason why nothing smaller is proposed. */
  readonly kept?: string;
}

/** Permission sets and the accounts where they are deployed, of one set or all. A set and its copy for the management account are one. */
export function heldSets({ estate, access }: EstatePlan, permissionSet?: string): readonly Held[] {
  const written = writtenName(estate, permissionSet);
  const all = (access?.expansion.assignments ?? []).filter(
    (one) => one.principalId !== undefined && isOfSet(one, written),
  );
  return [
    ...new Map(all.map(({ permissionSet: set, account }) => [`${account.id} ${set}`, { set, account }])).values(),
  ];
}

/** Name in the file of a set that may be a copy. */
function writtenName({ access }: Pick<Estate, 'access'>, name: string | undefined): string | undefined {
  return access?.permissionSets.find((set) => set.name === name)?.copyOf ?? name;
}

type Verdict = keyof SetUse['actions'];

/** What sets allow and nobody used since a moment. What was not read, and what IAM doesn't track, is unknown. */
export function unusedIn(
  plan: EstatePlan,
  held: readonly Held[],
  { useOf, since }: { readonly useOf: (held: Held) => ReadUse; readonly since: Date },
): readonly SetUse[] {
  const { access } = plan.estate;
  const bySet = Map.groupBy(held, ({ set }) => writtenName(plan.estate, set));
  return (access === undefined ? [] : writtenSets(access)).flatMap((set) => {
    const uses = (bySet.get(set.name) ?? []).map((one) => ({ ...one, use: useOf(one) }));
    if (access === undefined || uses.length === 0) return [];
    const source = { set, access, documents: documentsOf(plan) };
    const actions = exactly(() => actionsOf(set, source));
    const common = { permissionSet: set.name, place: plan.placeOf(set.at), unknownIn: unknownsOf(uses, since) };
    const none = { used: 0, unused: 0, unknown: 0 };
    if (actions === undefined) return [{ ...common, actions: none, kept: 'its policies are too many to compare' }];
    const verdicts = Map.groupBy(actions, (action) => verdictOf(action, uses, since));
    const unused = new Set(verdicts.get('unused')?.map(({ id }) => id));
    const count = (verdict: Verdict): number => verdicts.get(verdict)?.length ?? 0;
    return [
      {
        ...common,
        actions: { used: count('used'), unused: unused.size, unknown: count('unknown') },
        ...proposalFor(source, unused),
      },
    ];
  });
}

interface Source {
  readonly set: PermissionSet;
  readonly access: Access;
  readonly documents: PolicyDocuments;
}

function sideIn(set: PermissionSet, { access, documents }: Source) {
  return sessionSide(sessionPolicies(set, access, documents), documents);
}

/** @throws TooComplexError */
function actionsOf(set: PermissionSet, source: Source): readonly KnownAction[] {
  return [...knownActions(allowedBy(sideIn(set, source)))];
}

interface Used {
  readonly account: Account;
  readonly use: ReadUse;
}

/** Used in one account is used; unused only where each account says so. */
function verdictOf(action: KnownAction, uses: readonly Used[], since: Date): Verdict {
  const verdicts = uses.map(({ use }) => ('unknown' in use ? 'unknown' : verdictIn(action, use, since)));
  return (['used', 'unknown'] as const).find((one) => verdicts.includes(one)) ?? 'unused';
}

/**
 * A service that was not called is unused in whole, since the report counts each attempt to call its API; but for iam:PassRole, which
 * is no call of IAM. Else only actions that IAM tracks are known: no data events ('Things to know about last accessed information').
 */
function verdictIn({ service, name, id }: KnownAction, { created, services }: RoleUse, since: Date): Verdict {
  const use = services.get(service);
  if (use === undefined || id === 'iam:passrole') return 'unknown';
  const isOld = (last: Date | undefined): boolean => last === undefined || last < since;
  if (!isOld(use.last)) {
    const tracked = name.toLowerCase();
    if (use.actions?.has(tracked) !== true) return 'unknown';
    if (!isOld(use.actions.get(tracked))) return 'used';
  }
  return created > since ? 'unknown' : 'unused';
}

function unknownsOf(uses: readonly Used[], since: Date): SetUse['unknownIn'] {
  const reasons = uses.flatMap(({ account, use }) => {
    const reason = 'unknown' in use ? use.unknown : use.created > since ? 'the role is younger than that' : undefined;
    return reason === undefined ? [] : [{ reason, account: account.name }];
  });
  return [...Map.groupBy(reasons, ({ reason }) => reason)].map(([reason, same]) => ({
    reason,
    accounts: same.map(({ account }) => account),
  }));
}

/** The set without what is unused, if the evaluation proves that nothing else goes and nothing comes. */
function proposalFor(source: Source, unused: ReadonlySet<string>): Pick<SetUse, 'smaller' | 'kept'> {
  const { set } = source;
  if (unused.size === 0) return { kept: 'nothing is known to be unused' };
  const inline = set.inlinePolicy && smallerInline(set.inlinePolicy, unused);
  const managed = set.managedPolicies.flatMap((policy) => smallerManaged(policy, source, unused));
  const { inlinePolicy, ...others } = { ...set, managedPolicies: [...new Set(managed)] };
  const next = inlinePolicy && inline ? { ...others, inlinePolicy: inline } : others;
  const change = changeOf(set, next);
  if (Object.keys(change).length === 0)
    return { kept: 'what is unused stands in patterns and policies with what is used or unknown' };
  const proved = exactly(() => {
    const [before, after] = [sideIn(set, source), sideIn(next, source)];
    const taken = difference(after, before);
    const isSafe = [...knownActions(taken)].every(({ id }) => unused.has(id));
    return isSafe && difference(before, after).length === 0 ? fold(taken) : undefined;
  });
  if (proved === undefined) return { kept: 'that a smaller form takes nothing else away could not be proved' };
  const file = set.inlinePolicy?.kind === 'file' && 'inlinePolicy' in change ? { file: set.inlinePolicy.file } : {};
  return { smaller: { change, ...file, takesAway: proved } };
}

function changeOf(set: PermissionSet, next: PermissionSet): Readonly<Record<string, unknown>> {
  const isManagedSame = set.managedPolicies.join() === next.managedPolicies.join();
  const [before, after] = [set.inlinePolicy?.document, next.inlinePolicy?.document];
  return {
    ...(!isManagedSame && { managedPolicies: next.managedPolicies.length === 0 ? null : next.managedPolicies }),
    ...(JSON.stringify(before) !== JSON.stringify(after) && { inlinePolicy: after ?? null }),
  };
}

/** Statements with narrower lists of actions; undefined where none is left that allows something. */
function smallerInline(policy: InlinePolicy, unused: ReadonlySet<string>): InlinePolicy | undefined {
  const statements = asList(policy.document['Statement'])
    .filter(isObject)
    .flatMap((statement) => smallerStatement(statement, unused));
  const isEmpty = !statements.some(({ Effect: effect }) => effect === 'Allow');
  return isEmpty ? undefined : { ...policy, document: { ...policy.document, Statement: statements } };
}

function smallerStatement(statement: JsonObject, unused: ReadonlySet<string>): readonly JsonObject[] {
  if (statement['Effect'] !== 'Allow' || statement['Action'] === undefined) return [statement];
  const patterns = asList(statement['Action']).filter((one) => typeof one === 'string');
  const left = [...new Set(patterns.flatMap((pattern) => smallerPattern(pattern, unused)))];
  if (left.length === 0) return [];
  const [only, ...others] = left;
  return [{ ...statement, Action: others.length === 0 ? only : left }];
}

/** Patterns that take the place of one before it stays as it is: a list that is longer is hard to review. */
const MOST_PATTERNS = 30;

/** One that names its service becomes those of its verbs that are needed, and names where only some of a verb are. */
function smallerPattern(pattern: string, unused: ReadonlySet<string>): readonly string[] {
  const all = actionsLike(pattern);
  const kept = all.filter(({ id }) => !unused.has(id));
  if (kept.length === 0) return all.length === 0 ? [pattern] : [];
  const [service = ''] = pattern.split(':', 1);
  if (kept.length === all.length || /[*?]/.test(service)) return [pattern];
  const patterns = [...Map.groupBy(kept, ({ name }) => verbOf(name))].flatMap(([verb, same]) => {
    const whole = `${service}:${verb}*`;
    const matched = new Set(all.map(({ id }) => id));
    const isWhole = actionsLike(whole).every(({ id }) => matched.has(id) && !unused.has(id));
    return isWhole && same.length > 1 ? [whole] : same.map(({ name }) => `${service}:${name}`);
  });
  return patterns.length > MOST_PATTERNS ? [pattern] : patterns;
}

/** `Get` of `GetObject`. */
function verbOf(name: string): string {
  return /^[A-Z]+[a-z]*/.exec(name)?.[0] ?? name;
}

/** The policy, none, or a narrower one of AWS that the estate's documents have and that allows what is needed of it. */
function smallerManaged(policy: string, source: Source, unused: ReadonlySet<string>): readonly string[] {
  const all = managedActions(policy, source.documents);
  if (all === undefined) return [policy];
  const kept = [...all].filter(({ id }) => !unused.has(id));
  if (kept.length === 0) return [];
  if (kept.length === all.size) return [policy];
  const narrower = managedPoliciesOf(source.access).flatMap((name) => {
    const actions = name === managedName(policy) ? undefined : managedActions(name, source.documents);
    const isEnough = actions !== undefined && actions.size < all.size && kept.every((one) => actions.has(one));
    return isEnough && [...actions].every((one) => all.has(one)) ? [{ name, size: actions.size }] : [];
  });
  return [narrower.toSorted((a, b) => a.size - b.size)[0]?.name ?? policy];
}

function managedActions(policy: string, documents: PolicyDocuments): ReadonlySet<KnownAction> | undefined {
  const document = documents.managed(policy);
  if (document === undefined) return undefined;
  return exactly(() => knownActions(allowedBy(sideOf({ identity: parsePolicy(document, policy) }))));
}
