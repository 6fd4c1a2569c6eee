import type { Assignments } from './assignments';
import type { Leaver, Plan, Rules } from './decide';
import { decide } from './decide';
import type { IdentityStore } from './identity-store';
import type { Directory } from './people';
import type { Records } from './records';

export interface Ports {
  readonly directory: () => Promise<Directory>;
  readonly store: IdentityStore;
  readonly assignments: Assignments;
  readonly records: Records;
  readonly log: (event: Readonly<Record<string, unknown>>) => void;
}

export interface RunOptions {
  readonly rules: Rules;
  /** Whether users are removed; otherwise only reported. */
  readonly deletes: boolean;
  readonly now: Date;
  /** Whether there is time to begin with another user. */
  readonly hasTime: () => boolean;
}

export interface Outcome {
  readonly plan: Plan;
  /** User names. */
  readonly removed: readonly string[];
  /** Due users that another run must remove. */
  readonly left: readonly string[];
  /** Why a person must look; the run counts as failed. */
  readonly alarm?: string;
}

/**
 * One run. Nothing is written before both sides could be read whole.
 *
 * @throws Error if a side can't be read, or says what can't be right
 */
export async function run(ports: Ports, options: RunOptions): Promise<Outcome> {
  const { store, records, log } = ports;
  const directory = await ports.directory();
  const [users, observations] = [await store.users(), await records.observations()];
  const plan = decide({ users, directory, observations, now: options.now }, options.rules);
  if (plan.kind === 'refusal') throw new Error(`Refused, nothing was changed: ${plan.reason}`);
  log({
    event: 'facts',
    users: users.length,
    entra: directory.size,
    due: plan.due.length,
    waiting: plan.waiting.length,
  });
  for (const observation of plan.seen) await records.remember(observation);
  for (const userId of plan.back) await records.forget(userId);
  for (const userId of plan.removed) await records.close(userId);
  return removeDue(ports, plan, options);
}

async function removeDue(ports: Ports, plan: Plan, { deletes, rules, hasTime }: RunOptions): Promise<Outcome> {
  const names = plan.due.map(({ userName }) => userName);
  if (!deletes) return { plan, removed: [], left: names };
  if (plan.due.length > rules.maxPerRun) {
    const alarm = `${plan.due.length} users are due, and one run may remove ${rules.maxPerRun}: nobody was removed`;
    return { plan, removed: [], left: names, alarm };
  }
  const removed: string[] = [];
  for (const leaver of plan.due) {
    if (!hasTime()) break;
    if (await remove(ports, leaver)) removed.push(leaver.userName);
  }
  return { plan, removed, left: names.filter((name) => !removed.includes(name)) };
}

/** Access first, the record last: a run that ends in between leaves nobody with more than before. */
async function remove({ store, assignments, records, log }: Ports, leaver: Leaver): Promise<boolean> {
  const { id, userName, absence, since } = leaver;
  const now = await store.findUser(id);
  if (now === undefined || (absence === 'disabled' && now.isEnabled)) {
    log({ event: 'spared', userId: id, userName, why: now === undefined ? 'gone meanwhile' : 'enabled meanwhile' });
    return false;
  }
  const step = async (name: string, task: () => Promise<void>): Promise<void> => {
    await records.audited(leaver, `${since}#${name}`, task);
    log({ event: 'step', userId: id, userName, step: name });
  };
  await records.remember({ userId: id, userName, absence, since, isRemoving: true });
  for (const one of await assignments.of(id)) {
    await step(`1-assignment#${one.accountId}#${one.permissionSetArn}`, () => assignments.delete(id, one));
  }
  for (const membership of await store.memberships(id)) {
    await step(`2-membership#${membership}`, () => store.deleteMembership(membership));
  }
  await step('3-record', () => store.deleteUser(id));
  await records.close(id);
  return true;
}
