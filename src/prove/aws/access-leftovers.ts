import type { PermissionSetArn } from '../../estate/source/ids';
import { changeAssignments, deleteSet } from '../../clouds/aws/access/change-access';
import { readSetNames } from '../../clouds/aws/access/owned-resources';
import { unlessGone } from '../../clouds/aws/aws-call';
import { readAssignments } from '../../clouds/aws/read-assignments';
import { readSetArns } from '../../clouds/aws/read-permission-sets';
import { lookSeconds, type Waiting, WAITING } from '../../clouds/aws/waiting';
import { ChangeSetStack } from './change-set-stack';
import type { AccessPlace, Principals } from './marked-access';
import { deletePrincipals, findPrincipals } from './principals';
import type { AccountClients } from './account-clients';

export interface LeftoverOptions extends AccessPlace {
  readonly mark: string;
  /** Clients that are not recorded: to find what has the mark, objects of others are read. */
  readonly clients: AccountClients;
  /** @default a timer */
  readonly waiting?: Pick<Waiting, 'pause'>;
}

interface Leftovers {
  readonly hasStack: boolean;
  readonly sets: readonly PermissionSetArn[];
  readonly principals: Partial<Principals>;
}

/** Looks at what is still shown after it was deleted, with a pause after each look. */
const LOOKS = 6;

/**
 * Deletes what a run made and is still there: its stack, and then what has its mark in the name.
 *
 * @returns how much was there at first, and how much is left in the end
 * @throws AwsCallError, and what the SDK throws
 */
export async function deleteAccessLeftovers(
  options: LeftoverOptions,
): Promise<{ readonly found: number; readonly left: number }> {
  const found = await findLeftovers(options);
  let left = found;
  for (let look = 1; look <= LOOKS && count(left) > 0; look += 1) {
    await deleteAll(options, left);
    left = await findLeftovers(options);
    // Lists of IAM Identity Center are behind.
    if (count(left) > 0) await (options.waiting ?? WAITING).pause(lookSeconds(look));
  }
  return { found: count(found), left: count(left) };
}

const count = ({ hasStack, sets, principals }: Leftovers): number =>
  Number(hasStack) + sets.length + Object.keys(principals).length;

function stackOf({ clients, mark, waiting }: LeftoverOptions): ChangeSetStack {
  return new ChangeSetStack({ recorded: clients, quiet: clients, waiting }, mark);
}

async function findLeftovers(options: LeftoverOptions): Promise<Leftovers> {
  return {
    hasStack: (await stackOf(options).status()) !== undefined,
    sets: await findSets(options),
    principals: await findPrincipals({ ...options.clients, ...options }),
  };
}

/** The run's permission sets, by their names. IAM Identity Center has no filter, so that the names of all are read. */
async function findSets({ clients, instanceArn, mark }: LeftoverOptions): Promise<readonly PermissionSetArn[]> {
  const names = await readSetNames(clients, instanceArn, await readSetArns(clients, instanceArn));
  // What lacks the mark is never deleted.
  return [...names].flatMap(([arn, name]) => (name.startsWith(`${mark}-`) ? [arn] : []));
}

async function deleteAll(options: LeftoverOptions, { hasStack, sets, principals }: Leftovers): Promise<void> {
  const { clients, instanceArn, waiting = WAITING } = options;
  if (hasStack) await stackOf(options).delete();
  // The stack has deleted some of them.
  const still = sets.length === 0 ? [] : await findSets(options);
  // One that is gone has none, and hides no other's.
  const assignments = still.map((arn) => unlessGone(readAssignments(clients, { instanceArn, sets: [{ arn }] })));
  const known = (await Promise.all(assignments)).flatMap((all = []) => all);
  await changeAssignments(clients, known, {
    instanceArn,
    change: 'delete',
    onResult: () => undefined,
    waiting: { ...WAITING, ...waiting },
  });
  for (const set of still) await deleteSet(clients, { instanceArn, set });
  await deletePrincipals({ ...clients, ...options }, principals);
}
