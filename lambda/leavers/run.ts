import type { Leaver, Plan, Rules } from './decide';
import { decide } from './decide';
import type { Missing } from './interrupted';
import { missingAccess } from './interrupted';
import type { Ports } from './ports';
import { type Removal, remove } from './removal';

export interface RunOptions {
  readonly rules: Rules;
  /** True if users are removed; otherwise they are only reported. */
  readonly deletes: boolean;
  readonly clock: () => Date;
  /** Tells whether there is time to begin with another user. */
  readonly hasTime: () => boolean;
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
  await records.noteRun({ at: now, ...counts });
  for (const observation of plan.seen) await records.remember(observation);
  for (const userId of plan.back) await records.forget(userId);
  for (const userId of plan.removed) await records.close(userId);
  const missing = await missingAccess(ports, plan.interrupted);
  const { removed, alarms } = await removeDue(ports, plan, { ...options, now, users: users.length });
  const left = due.map(({ userName }) => userName).filter((name) => !removed.includes(name));
  return { plan, removed, left, missing, alarms: [...alarms, ...missing.map(interruption)] };
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
    const removal = await attempt(ports, leaver, options);
    if (removal.kind === 'removed') removed.push(leaver.userName);
    if (removal.kind === 'kept') {
      alarms.push(`the removal of ${leaver.userName} failed: ${removal.failures.join('; ')}`);
    }
    if (removal.kind === 'known') return { removed, alarms: [...alarms, `${KNOWN}: ${leaver.userName}`] };
  }
  return { removed, alarms };
}

async function attempt(ports: Ports, leaver: Leaver, options: Removing): Promise<Removal> {
  const { id, userName } = leaver;
  try {
    return await remove(ports, leaver, options);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    ports.log({ event: 'failed', userId: id, userName, stack });
    return { kind: 'kept', failures: [message] };
  }
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

function interruption({ userName, access }: Missing): string {
  return `${userName} is back after an interrupted removal, and lacks ${access.length} assignments or memberships`;
}
