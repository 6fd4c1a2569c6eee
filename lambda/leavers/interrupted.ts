import type { Interruption, Plan } from './decide';
import type { Observation } from './people';
import type { Ports } from './ports';
import type { RecordedStep } from './records';

/** Somebody who is back after an interrupted removal, and what it took. */
export interface Missing {
  readonly userName: string;
  /** Assignments and memberships, each in words. */
  readonly access: readonly string[];
}

/** Access that the interrupted removals took, by their audit records; those that had taken nothing are left out. */
export async function missingAccess(
  { records }: Pick<Ports, 'records'>,
  interrupted: readonly Interruption[],
): Promise<readonly Missing[]> {
  const missing: Missing[] = [];
  for (const one of interrupted) {
    const access = (await records.steps(one)).flatMap(accessOf);
    if (access.length > 0) missing.push({ userName: one.userName, access });
  }
  return missing;
}

/** Ends the interrupted removals, once people were told. Before that, the next run tells it again. */
export async function endInterrupted(
  { records }: Pick<Ports, 'records'>,
  { interrupted, seen }: Pick<Plan, 'interrupted' | 'seen'>,
): Promise<void> {
  for (const { userId } of interrupted) {
    const gone = seen.find((one) => one.userId === userId);
    if (gone === undefined) await records.forget(userId);
    else await records.remember(withoutRemoval(gone));
  }
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

function withoutRemoval({ userId, userName, absence, since, lastSeen, sightings }: Observation): Observation {
  return { userId, userName, absence, since, lastSeen, sightings };
}
