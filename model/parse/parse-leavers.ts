import type { Path } from '../finding';
import type { DirectorySignIn, Leavers } from '../leavers';
import { LEAVERS_DEFAULTS } from '../leavers';
import type { LeaversEntry } from '../schema/leavers-schema';

export function readLeavers(entry: LeaversEntry, at: Path): Leavers {
  return {
    at,
    ...(entry.clientId !== undefined && { clientId: entry.clientId }),
    signIn: readSignIn(entry),
    gracePeriodDays: parseDays(entry.gracePeriod ?? LEAVERS_DEFAULTS.gracePeriod),
    deletes: entry.delete ?? LEAVERS_DEFAULTS.delete,
    maxPerRun: entry.maxPerRun ?? LEAVERS_DEFAULTS.maxPerRun,
    breakGlassUsers: entry.breakGlassUsers,
    schedule: entry.schedule ?? LEAVERS_DEFAULTS.schedule,
  };
}

/** Of both, which a check refuses, the one without a secret. */
function readSignIn({ federation, secretArn }: LeaversEntry): DirectorySignIn {
  if (federation !== undefined) return { kind: 'federated', ...federation };
  return { kind: 'secret', secretArn: secretArn ?? '' };
}

/** Not a number if it is no such duration; a check says so. */
function parseDays(text: string): number {
  const days = /^P(\d{1,4})D$/.exec(text)?.[1];
  return days === undefined ? Number.NaN : Number(days);
}
