import type { Reading, Unread } from '../clouds/reading';
import type { EstatePlan } from '../estate/plan/planner';
import { compareText } from '../estate/source/finding';
import { accessOf, type HeldAccess } from '../estate/plan/explanation/who';
import { type GroupChange, groupsBefore } from './group-changes';
import type { Logs } from './read-logs';
import { HOURS_AROUND, type Use, type Uses } from './uses';

export type WhoAnswer = ReturnType<typeof answerOf>;

export interface Asked {
  readonly user: string;
  readonly when: Date;
  readonly commit: string;
  /** Deployment that had the commit, by the record; undefined in it where it has none of then. */
  readonly deployment?: Reading<{ readonly url?: string } | undefined> | undefined;
  /** Groups that were named. */
  readonly given: readonly string[] | undefined;
  /** Undefined where nothing but git was to be read. */
  readonly logs: Logs | undefined;
}

/** The person's groups were not given, and AWS can't be asked: an answer would say that there was no access. */
export class GroupsUnknownError extends Error {
  override readonly name = 'GroupsUnknownError';

  constructor(unread: Unread | undefined) {
    const reason = unread === undefined ? 'nothing was read' : reasonOf(unread);
    super(`The groups of the person can't be read from AWS: ${reason}\nName them by --group.`);
  }
}

/** Joins what git says of the moment with what the logs say of the person. @throws GroupsUnknownError */
export function answerOf(plan: EstatePlan, { user, when, commit, deployment, given, logs }: Asked) {
  const source = groupsOf(given, logs);
  const changes = knownOr(logs?.changes, []);
  const groups = given ?? groupsBefore(knownOr(logs?.groups, []), changes);
  const held = accessOf(plan, user, groups);
  const { uses } = knownOr(logs?.uses, NO_USES);
  const deployed = knownOr(deployment, undefined);
  return {
    user,
    when: when.toISOString(),
    commit,
    /** Page of the deployment that had the commit; absent where the deployments are not known here, and the date of the commit counts. */
    ...(deployed && { deployedBy: deployed.url ?? 'hand' }),
    groups,
    groupsOf: source,
    /** Groups with access then that are gone: no one knows any more whether the person was in them. */
    gone: given === undefined ? goneOf(plan, groups, logs) : [],
    ...held,
    /** Changes of memberships since the moment, the latest first. */
    changes,
    /** Uses of permission sets, the earliest first, and whether the groups had them there by the estate. */
    uses: uses.map((use) => ({ ...use, isByEstate: isHeld(held, use) })),
    /** Sources that were not read, or not whole, and why. */
    notRead: [
      ...(deployment === undefined ? [] : notRead('the record of deployments', deployment)),
      ...(logs === undefined ? [] : gapsOf(logs)),
    ],
  };
}

/** A group that is deleted takes its members along: neither cloud logs that they left it. */
function goneOf(plan: EstatePlan, groups: readonly string[], logs: Asked['logs']): readonly string[] {
  if (logs?.existing.state !== 'known') return [];
  const { value: existing } = logs.existing;
  const gone = (plan.access?.expansion.assignments ?? []).flatMap(({ holder, principalId }) =>
    holder.kind === 'group' && principalId !== undefined && !existing.has(principalId) ? [holder.name] : [],
  );
  return [...new Set(gone)].filter((group) => !groups.includes(group)).toSorted(compareText);
}

/** Tells whether the logs no longer have what an answer takes: it may lack access that there was. */
export function isUnknown({ gone, groupsOf: source }: Pick<WhoAnswer, 'gone' | 'groupsOf'>): boolean {
  return gone.length > 0 || source === 'now';
}

const NO_USES: Uses = { uses: [], isComplete: true };

function knownOr<T>(reading: Reading<T> | undefined, otherwise: T): T {
  return reading?.state === 'known' ? reading.value : otherwise;
}

/** Origin of the groups: those that were given, those of the moment, or the current ones where neither is known. */
function groupsOf(given: Asked['given'], logs: Asked['logs']): keyof typeof GROUPS {
  if (given !== undefined) return 'given';
  if (logs?.groups.state !== 'known') throw new GroupsUnknownError(logs?.groups);
  return logs.changes.state === 'known' ? 'then' : 'now';
}

function gapsOf({ changes, existing, uses }: Logs): readonly string[] {
  return [
    ...notRead("Entra ID's audit log", changes),
    ...notRead('the groups of the Identity Store, some of which may be gone', existing),
    ...notRead("CloudTrail's event history", uses),
    ...(knownOr(uses, NO_USES).isComplete
      ? []
      : ["CloudTrail's event history: more events than are read; uses may be missing"]),
  ];
}

function isHeld({ sets }: HeldAccess, { permissionSet, account }: Use): boolean {
  return sets.some(
    (set) => set.permissionSet === permissionSet && set.accounts.some((text) => text.startsWith(`${account} `)),
  );
}

function notRead(what: string, reading: Reading<unknown>): readonly string[] {
  return reading.state === 'known' ? [] : [`${what}: ${reasonOf(reading)}`];
}

function reasonOf(unread: Unread): string {
  return unread.state === 'denied' ? `not allowed; it takes ${unread.permission}` : unread.reason;
}

const GROUPS = {
  given: 'Groups',
  then: 'Groups then',
  now: 'Current groups (membership at that time is unknown)',
} as const;

const BY_DATE = 'the last by its date (what was deployed then is unknown)';

/** The answer for people. */
export function answerText(answer: WhoAnswer): string {
  const { user, when, commit, deployedBy, groups, groupsOf, gone, changes, uses, notRead: gaps } = answer;
  const { sets, withoutAccess, unknown } = answer;
  const none = isUnknown(answer) ? 'Unknown whether there was a permission set.' : 'No permission set in any account.';
  return [
    `${user} at ${when}, by commit ${commit.slice(0, 12)}, ${deployedBy === undefined ? BY_DATE : `deployed by ${deployedBy}`}`,
    `${GROUPS[groupsOf]}: ${groups.length === 0 ? 'none' : groups.join(', ')}`,
    ...changes.map(changeLine),
    ...gone.map((group) => `Unknown: membership of ${group}, which had access then and is deleted since`),
    '',
    ...(sets.length === 0 ? [none] : sets.flatMap(setLines)),
    ...withoutAccess.map((group) => `${group} had no permission set.`),
    ...unknown.map((group) => `${group} was not a group of the estate.`),
    ...(uses.length === 0 ? [] : ['', `Used within ${HOURS_AROUND} hours:`, ...uses.map(useLine)]),
    ...(gaps.length === 0 ? [] : ['', 'Not read:', ...gaps.map((gap) => `  ${gap}`)]),
    '',
  ].join('\n');
}

function changeLine({ group, isAdded, at, by }: GroupChange): string {
  return `  since then: ${isAdded ? 'came into' : 'left'} ${group} at ${at}${by === '' ? '' : `, by ${by}`}`;
}

function setLines(set: HeldAccess['sets'][number]): readonly string[] {
  const { group, permissionSet, accounts, grants, isSynchronized } = set;
  return [
    `${permissionSet} by ${group}${isSynchronized ? '' : ', which AWS did not know yet: no one had it'}`,
    ...accounts.map((account) => `  ${account}`),
    ...grants.map(({ file, line, column }) => `  by ${file}:${line}:${column}`),
  ];
}

function useLine({ at, permissionSet, account, way, isByEstate }: WhoAnswer['uses'][number]): string {
  const doubt = isByEstate ? '' : ', which these groups did not have by the estate';
  return `  ${at} ${permissionSet} in ${account} (${way})${doubt}`;
}
