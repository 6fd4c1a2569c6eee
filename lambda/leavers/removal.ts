import type { Leaver } from './decide';
import type { StoreUser } from './people';
import type { Ports } from './ports';

export type Removal =
  | { readonly kind: 'removed' }
  /** User left untouched: gone meanwhile, or enabled meanwhile. */
  | { readonly kind: 'spared' }
  /** User left untouched: Entra ID, asked for this one person, knows it. Its list was wrong. */
  | { readonly kind: 'known' };

/**
 * Removes one user, unless it must stay after a last look at both sides. Access goes first, the record last: a run that ends in
 * between leaves no one with more than before.
 */
export async function remove(ports: Ports, leaver: Leaver, now: Date): Promise<Removal> {
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
  await takeAway(ports, user, { ...leaver, observation: { ...leaver.observation, removal } });
  return { kind: 'removed' };
}

async function takeAway(ports: Ports, { id, userName }: StoreUser, leaver: Leaver): Promise<void> {
  const { store, assignments, records, log } = ports;
  await records.remember(leaver.observation);
  for (const one of await assignments.of(id)) {
    const name = `1-assignment#${one.accountId}#${one.permissionSetArn}`;
    await records.audited({ leaver, name }, () => assignments.delete(id, one));
    log({ event: 'step', userId: id, userName, step: name });
  }
  for (const membership of await store.memberships(id)) {
    const name = `2-membership#${membership.id}`;
    const detail = { groupId: membership.groupId };
    await records.audited({ leaver, name, detail }, () => store.deleteMembership(membership.id));
    log({ event: 'step', userId: id, userName, step: name });
  }
  await records.audited({ leaver, name: '3-record' }, () => store.deleteUser(id));
  log({ event: 'step', userId: id, userName, step: '3-record' });
  await records.close(id);
}
