import type { Directory, StoreUser } from './people';
import { identifiersOf } from './people';

/** Answers of both clouds. */
export interface Answers {
  /** Users of the Identity Store, without break-glass users. */
  readonly users: readonly StoreUser[];
  readonly directory: Directory;
  /** People in Entra ID by the last run that trusted its answer; undefined before the first. */
  readonly lastSize: number | undefined;
  readonly now: Date;
}

/** Difference between the function's clock and Entra ID's that is let pass. */
const CLOCK_MINUTES = 5;

/** People by whom a tenant may shrink between two runs, whatever its size. */
const FEW = 10;

/** Names that a refusal lists. */
const LISTED = 10;

/** So many of the people, in percent; one at least, so that the smallest estate is looked after too. */
export function shareOf(people: number, percent: number): number {
  return Math.max(1, Math.floor((people * percent) / 100));
}

export function isKnown(user: StoreUser, directory: Directory): boolean {
  return identifiersOf(user).some((identifier) => directory.has(identifier));
}

/** Reason why the answers can't be right: a fault of Entra ID, of the tenant that was asked, or of the clock. */
export function implausible(answers: Answers, maxShare: number): string | undefined {
  return wrongClock(answers) ?? shrunk(answers, maxShare) ?? strangers(answers, maxShare);
}

function wrongClock({ now, directory }: Answers): string | undefined {
  const minutes = Math.round((now.getTime() - directory.asOf.getTime()) / 60_000);
  if (Math.abs(minutes) <= CLOCK_MINUTES) return undefined;
  const way = minutes > 0 ? 'ahead of' : 'behind';
  return `the clock of the function is ${Math.abs(minutes)} minutes ${way} Entra ID's`;
}

function shrunk({ directory: { size }, lastSize }: Answers, maxShare: number): string | undefined {
  if (size === 0) return 'Entra ID answers that it has no users';
  if (lastSize === undefined || lastSize - size <= Math.max(FEW, shareOf(lastSize, maxShare))) return undefined;
  return (
    `Entra ID gave ${lastSize} people at the last run and gives ${size} now: too many less for maxShare (${maxShare} %). ` +
    "Check the tenant and the permission of the application; if so many have left, record the new number as docs/operations.md says in 'A smaller directory'"
  );
}

/** Provisioning disables who leaves Entra ID within the hour, so hardly anybody is enabled at AWS and unknown there. */
function strangers({ users, directory }: Answers, maxShare: number): string | undefined {
  const enabled = users.filter(({ isEnabled }) => isEnabled);
  const unknown = enabled.filter((user) => !isKnown(user, directory));
  if (unknown.length === 0) return undefined;
  if (unknown.length === enabled.length) {
    return `none of the ${enabled.length} enabled users of the Identity Store is in Entra ID: is it the right tenant?`;
  }
  if (unknown.length <= shareOf(enabled.length, maxShare)) return undefined;
  const names = unknown.slice(0, LISTED).map(({ userName }) => userName);
  return (
    `${unknown.length} of the ${enabled.length} enabled users of the Identity Store are unknown to Entra ID, more than ` +
    `maxShare (${maxShare} %) lets pass: ${names.join(', ')}${unknown.length > LISTED ? ', …' : ''}. ` +
    'Check that Entra ID gives everybody and that provisioning runs; disable or delete at AWS whoever was made by hand and has left'
  );
}
