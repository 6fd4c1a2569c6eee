import type { Outcome } from './run';

/** Names that a mail lists; the log has all of them. */
const LISTED = 50;

/** What a run has to say to people; undefined if there is nothing that they should know. */
export function reportOf({ plan, removed, left, alarm }: Outcome, deletes: boolean): string | undefined {
  const { due, missingBreakGlass } = plan;
  if (due.length === 0 && missingBreakGlass.length === 0) return undefined;
  return [
    ...(alarm === undefined ? [] : [`STOPPED: ${alarm}`]),
    ...list('Removed from IAM Identity Center', removed),
    ...list(deletes ? 'Left for another run' : 'Due, and only reported (leavers.delete is false)', left),
    ...list('Break-glass users that do not exist under this name', missingBreakGlass),
    `${plan.waiting.length} more are gone for less than the grace period.`,
  ].join('\n');
}

function list(title: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? [`  and ${names.length - LISTED} more`] : [];
  return [`${title} (${names.length}):`, ...names.slice(0, LISTED).map((name) => `  ${name}`), ...more];
}
