import { decide, type Interruption, type Leaver, type Plan, type Rules } from './decide';
import type { Assignments, IdentityStore } from './identity-center';
import type { Directory, StoreUser } from './people';
import type { PlannedStep, RecordedStep, Records } from './records';

/** Tools of a run. */
export interface Ports {
  /** Entra ID, asked for everybody who exists, and for one person alone. */
  readonly entra: {
    readonly directory: () => Promise<Directory>;
    readonly knows: (user: StoreUser) => Promise<boolean>;
  };
  readonly store: Pick<IdentityStore, 'users' | 'findUser' | 'memberships' | 'deleteMembership' | 'deleteUser'>;
  readonly assignments: Pick<Assignments, 'of' | 'delete'>;
  readonly records: Pick<
    Records,
    'observations' | 'remember' | 'forget' | 'lastSize' | 'noteRun' | 'audited' | 'steps' | 'close'
  >;
  readonly log: (event: Readonly<Record<string, unknown>>) => void;
}

export interface RunOptions {
  readonly rules: Rules;
  /** True if users are removed; otherwise they are only reported. */
  readonly deletes: boolean;
  readonly clock: () => Date;
  /** Tells whether there is time for another user, and for another step of a removal. */
  readonly hasTime: () => boolean;
}

/** Somebody who is back after an interrupted removal, and what it took. */
interface Missing {
  readonly userName: string;
  /** Assignments and memberships, each in words. */
  readonly access: readonly string[];
}

export interface Outcome {
  readonly plan: Plan;
  /** User names. */
  readonly removed: readonly string[];
  /** Due users that another run must remove. */
  readonly left: readonly string[];
  /** Users who are back after an interrupted removal, and lack what it took. */
  readonly missing: readonly Missing[];
  /** Reasons why a person must look; with one, the run counts as failed. */
  readonly alarms: readonly string[];
}

/**
 * One run. Nothing is written before both sides could be read whole.
 *
 * @throws Error if a side can't be read, or says what can't be right
 */
export async function run(ports: Ports, options: RunOptions): Promise<Outcome> {
  const { entra, store, records, log } = ports;
  const directory = await entra.directory();
  // Right after the answer, since its date says whether this clock is right.
  const now = options.clock();
  const [users, observations, lastSize] = [await store.users(), await records.observations(), await records.lastSize()];
  const plan = decide({ users, directory, observations, lastSize, now }, options.rules);
  if (plan.kind === 'refusal') throw new Error(`Refused, nothing was changed: ${plan.reason}`);
  const { due, kept, waiting } = plan;
  const counts = { users: users.length, entra: directory.size };
  log({ event: 'facts', ...counts, due: due.length, kept: kept.length, waiting: waiting.length });
  await records.noteRun(now, counts);
  for (const observation of plan.seen) await records.remember(observation);
  for (const userId of plan.back) await records.forget(userId);
  for (const userId of plan.removed) await records.close(userId);
  const missing = await missingAccess(ports, plan.interrupted);
  const { removed, alarms } = await removeDue(ports, plan, { ...options, now, users: users.length });
  const left = due.map(({ userName }) => userName).filter((name) => !removed.includes(name));
  const lacks = missing.map(
    ({ userName, access }) =>
      `${userName} is back after an interrupted removal, and lacks ${access.length} assignments or memberships`,
  );
  return { plan, removed, left, missing, alarms: [...alarms, ...lacks] };
}

interface Removing extends RunOptions {
  readonly now: Date;
  /** Users of the Identity Store. */
  readonly users: number;
}

/**
 * Removes the due users, one after another. A removal that fails is told and holds up no other; the run ends where Entra ID knows
 * somebody whom its list lacks, since the list is then wrong about others too.
 */
async function removeDue(ports: Ports, plan: Plan, options: Removing): Promise<Pick<Outcome, 'removed' | 'alarms'>> {
  const removed: string[] = [];
  if (!options.deletes || plan.due.length === 0) return { removed, alarms: [] };
  const obstacle = obstacleTo(plan, options);
  if (obstacle !== undefined) return { removed, alarms: [`no user was removed: ${obstacle}`] };
  const alarms: string[] = [];
  for (const leaver of plan.due) {
    if (!options.hasTime()) break;
    const removal: Removal = { leaver, failures: new Set() };
    const outcome = await attempt(ports, removal, () => remove(ports, removal, options));
    if (outcome === 'removed') removed.push(leaver.userName);
    if (outcome === 'known') return { removed, alarms: [...alarms, `${KNOWN}: ${leaver.userName}`] };
    const failures = [...removal.failures].join('; ');
    if (failures !== '') alarms.push(`the removal of ${leaver.userName} failed: ${failures}`);
  }
  return { removed, alarms };
}

const KNOWN =
  'no further user was removed: the list of people that Entra ID gave lacks somebody whom it knows when asked again';

/** Reason why a run removes no user at all. */
function obstacleTo({ due, limit, missingBreakGlass }: Plan, { rules, users }: Removing): string | undefined {
  if (missingBreakGlass.length > 0) {
    const names = missingBreakGlass.join(', ');
    return `AWS has no user of the break-glass name ${names}; renamed, such a user could be taken for a leaver`;
  }
  if (due.length <= limit) return undefined;
  const bounds = `maxPerRun ${rules.maxPerRun}, maxShare ${rules.maxShare} % of ${users} users`;
  return `${due.length} users are due, and one run may remove ${limit} (${bounds})`;
}

interface Removal {
  readonly leaver: Leaver;
  /** Reasons of the steps that failed. */
  readonly failures: Set<string>;
}

/** Does a part of a removal; one that fails is logged, and its reason noted. */
async function attempt<T>(ports: Ports, { leaver, failures }: Removal, task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    ports.log({ event: 'failed', userId: leaver.id, userName: leaver.userName, stack });
    failures.add(message);
    return undefined;
  }
}

/**
 * Removes one user, unless it must stay after a last look at both sides. Access goes first, each part of it whatever becomes of the
 * others, and the record last and only if all went: a run that ends in between leaves no one with more than before.
 *
 * @returns `spared`: left untouched, since it is gone or was enabled meanwhile; `known`: left untouched, since Entra ID, asked for
 *   this one person, knows it; `kept`: without what could be taken
 */
async function remove(
  ports: Ports,
  { leaver, failures }: Removal,
  { now, hasTime }: Removing,
): Promise<'removed' | 'spared' | 'known' | 'kept'> {
  const { entra, store, records, log } = ports;
  const spared = <T>(kind: T, why: string): T => {
    log({ event: 'spared', userId: leaver.id, userName: leaver.userName, why });
    return kind;
  };
  const user = await store.findUser(leaver.id);
  if (user === undefined) return spared('spared', 'gone meanwhile');
  if (user.isEnabled && !leaver.isEnabled) return spared('spared', 'enabled meanwhile');
  if (await entra.knows(user)) return spared('known', 'known to Entra ID, asked again');
  const removal = leaver.observation.removal ?? now.toISOString();
  const taken = { ...leaver, observation: { ...leaver.observation, removal } };
  await records.remember(taken.observation);
  await takeAccess(ports, { leaver: taken, failures }, hasTime);
  if (failures.size > 0) return 'kept';
  await takeStep(ports, { leaver: taken, name: '3-record' }, () => store.deleteUser(leaver.id));
  await records.close(leaver.id);
  return 'removed';
}

/** Takes every assignment and membership of a user. */
async function takeAccess(ports: Ports, removal: Removal, hasTime: () => boolean): Promise<void> {
  const { store, assignments } = ports;
  const { leaver } = removal;
  const { id } = leaver;
  const each = async <T>(all: () => Promise<readonly T[]>, take: (one: T) => Promise<void>): Promise<void> => {
    await attempt(ports, removal, async () => {
      for (const one of await all()) {
        if (!hasTime()) throw new Error('there was no time left for the rest');
        await attempt(ports, removal, () => take(one));
      }
    });
  };
  await each(
    () => assignments.of(id),
    (one) => {
      const name = `1-assignment#${one.accountId}#${one.permissionSetArn}`;
      return takeStep(ports, { leaver, name }, () => assignments.delete(id, one));
    },
  );
  await each(
    () => store.memberships(id),
    ({ id: membership, groupId }) => {
      const name = `2-membership#${membership}`;
      return takeStep(ports, { leaver, name, detail: { groupId } }, () => store.deleteMembership(membership));
    },
  );
}

async function takeStep({ records, log }: Ports, step: PlannedStep, task: () => Promise<void>): Promise<void> {
  await records.audited(step, task);
  const { id, userName } = step.leaver;
  log({ event: 'step', userId: id, userName, step: step.name });
}

/** Access that the interrupted removals took, by their audit records; those that had taken nothing are left out. */
async function missingAccess({ records }: Ports, interrupted: readonly Interruption[]): Promise<readonly Missing[]> {
  const missing: Missing[] = [];
  for (const one of interrupted) {
    const access = (await records.steps(one)).flatMap(accessOf);
    if (access.length > 0) missing.push({ userName: one.userName, access });
  }
  return missing;
}

function accessOf({ step, doneAt, groupId }: RecordedStep): readonly string[] {
  const [kind, first = '', second = ''] = step.split('#');
  const doubt = doneAt === undefined ? ' (perhaps: the run ended before AWS confirmed it)' : '';
  switch (kind) {
    case '1-assignment':
      return [`direct assignment of ${second} in the account ${first}${doubt}`];
    case '2-membership':
      return [`membership ${groupId === undefined ? first : `of the group ${groupId}`}${doubt}`];
    default:
      return [];
  }
}

/** Ends the interrupted removals, once people were told. Before that, the next run tells it again. */
export async function endInterrupted({ records }: Ports, { interrupted, seen }: Plan): Promise<void> {
  for (const { userId } of interrupted) {
    const gone = seen.find((one) => one.userId === userId);
    if (gone === undefined) await records.forget(userId);
    else {
      const { userName, absence, since, lastSeen, sightings } = gone;
      await records.remember({ userId, userName, absence, since, lastSeen, sightings });
    }
  }
}

/** Names that a mail lists; the log has all of them. */
const LISTED = 50;

/** Report of a run to people; undefined if there is nothing that they should know. */
export function reportOf({ plan, removed, left, missing, alarms }: Outcome, deletes: boolean): string | undefined {
  const { due, kept, missingBreakGlass } = plan;
  if (due.length + missingBreakGlass.length + missing.length === 0) return undefined;
  return [
    ...alarms.map((alarm) => `LOOK: ${alarm}`),
    ...list('Removed from IAM Identity Center', removed),
    ...list(deletes ? 'Left for another run' : 'Due, and only reported (leavers.delete is false)', left),
    ...missingLines(missing),
    ...list('Break-glass users that do not exist under this name', missingBreakGlass),
    ...list(
      'Disabled for longer than the grace period, and kept since Entra ID knows them',
      kept.map(({ userName }) => userName),
    ),
    `${plan.waiting.length} more are gone for less than the grace period, or were seen gone by too few runs.`,
  ].join('\n');
}

function missingLines(missing: readonly Missing[]): readonly string[] {
  if (missing.length === 0) return [];
  return [
    `Back after a removal that was interrupted (${missing.length}), and still without what it took.`,
    'Provisioning on demand brings back memberships of assigned groups; give the rest again by hand, if it is still right:',
    ...missing.flatMap(({ userName, access }) => [`  ${userName}`, ...access.map((one) => `    ${one}`)]),
  ];
}

function list(title: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? [`  and ${names.length - LISTED} more`] : [];
  return [`${title} (${names.length}):`, ...names.slice(0, LISTED).map((name) => `  ${name}`), ...more];
}
