import type { Path } from '../../source/finding';
import type { Leavers } from './leavers';
import { LEAVERS_DEFAULTS } from './leavers';
import type { LeaversEntry } from './schema';

export function readLeavers(entry: LeaversEntry, at: Path): Leavers {
  const gracePeriodDays = parseDays(entry.gracePeriod ?? LEAVERS_DEFAULTS.gracePeriod);
  return {
    at,
    ...(entry.clientId !== undefined && { clientId: entry.clientId }),
    signIn: readSignIn(entry),
    ...(gracePeriodDays !== undefined && { gracePeriodDays }),
    deletes: entry.delete ?? LEAVERS_DEFAULTS.delete,
    maxPerRun: entry.maxPerRun ?? LEAVERS_DEFAULTS.maxPerRun,
    maxShare: entry.maxShare ?? LEAVERS_DEFAULTS.maxShare,
    breakGlassUsers: entry.breakGlassUsers,
    schedule: entry.schedule ?? LEAVERS_DEFAULTS.schedule,
  };
}

function readSignIn({ federation, secretArn }: LeaversEntry): Leavers['signIn'] {
  if (federation !== undefined && secretArn !== undefined) return { kind: 'both' };
  if (federation !== undefined) return { kind: 'federated', ...federation };
  return secretArn === undefined ? { kind: 'unsaid' } : { kind: 'secret', secretArn };
}

/** Undefined if it is not a duration of whole days. */
function parseDays(text: string): number | undefined {
  const days = /^P(\d{1,4})D$/.exec(text)?.[1];
  return days === undefined ? undefined : Number(days);
}
