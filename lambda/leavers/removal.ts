import type { Leaver } from './decide';
import type { Ports } from './ports';
import type { PlannedStep } from './records';

export type Removal =
  | { readonly kind: 'removed' }
  /** User left untouched: gone meanwhile, or enabled meanwhile. */
  | { readonly kind: 'spared' }
  /** User left untouched: Entra ID, asked for this one person, knows it. Its list was wrong. */
  | { readonly kind: 'known' }
  /** User kept, without what could be taken: each step that failed, and why. */
  | { readonly kind: 'kept'; readonly failures: readonly string[] };

interface RemovalOptions {
  readonly now: Date;
  /** Tells whether there is time for another step. */
  readonly hasTime: () => boolean;
}

/**
 * Removes one user, unless it must stay after a last look at both sides. Access goes first, each part of it whatever becomes of the
 * others, and the record last and only if all went: a run that ends in between leaves no one with more than before.
 */
export async function remove(ports: Ports, leaver: Leaver, { now, hasTime }: RemovalOptions): Promise<Removal> {
  const { entra, store, log } = ports;
  const spared = (kind: 'spared' | 'known', why: string): Removal => {
    log({ event: 'spared', userId: leaver.id, userName: leaver.userName, why });
    return { kind };
  };
  const user = await store.findUser(leaver.id);
  if (user === undefined) return spared('spared', 'gone meanwhile');
  if (user.isEnabled && !leaver.isEnabled) return spared('spared', 'enabled meanwhile');
  if (await entra.knows(user)) return spared('known', 'known to Entra ID, asked again');
  const removal = leaver.observation.removal ?? now.toISOString();
  const taken = { ...leaver, observation: { ...leaver.observation, removal } };
  await ports.records.remember(taken.observation);
  const failures = await takeAccess(ports, taken, hasTime);
  if (failures.length > 0) return { kind: 'kept', failures };
  await takeStep(ports, { leaver: taken, name: '3-record' }, () => store.deleteUser(leaver.id));
  await ports.records.close(leaver.id);
  return { kind: 'removed' };
}

/** Takes every assignment and membership of a user. @returns why some of it is left */
async function takeAccess(ports: Ports, leaver: Leaver, hasTime: () => boolean): Promise<readonly string[]> {
  const { store, assignments, log } = ports;
  const { id, userName } = leaver;
  const failures: string[] = [];
  const attempt = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      log({ event: 'failed', userId: id, userName, stack });
      failures.push(message);
    }
  };
  const each = async <T>(all: () => Promise<readonly T[]>, take: (one: T) => Promise<void>): Promise<void> => {
    await attempt(async () => {
      for (const one of await all()) {
        if (!hasTime()) throw new Error('there was no time left for the rest');
        await attempt(() => take(one));
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
  return [...new Set(failures)];
}

async function takeStep({ records, log }: Ports, step: PlannedStep, task: () => Promise<void>): Promise<void> {
  await records.audited(step, task);
  const { id, userName } = step.leaver;
  log({ event: 'step', userId: id, userName, step: step.name });
}
