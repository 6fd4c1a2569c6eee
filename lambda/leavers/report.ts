import type { Missing } from './interrupted';
import type { Outcome } from './run';

/** Names that a mail lists; the log has all of them. */
const LISTED = 50;

/** Report of a run to people; undefined if there is nothing that they should know. */
export function reportOf({ plan, removed, left, missing, alarms }: Outcome, deletes: boolean): string | undefined {
  const { due, kept, missingBreakGlass } = plan;
  if (due.length + missingBreakGlass.length + missing.length === 0) return undefined;
  return [
    ...alarms.map((alarm) => `LOOK: ${alarm}`),
    ...list('Removed from IAM Identity Center', removed),
    ...list(deletes ? 'Left for another run' : 'Due, and only reported (leavers.delete is false)', left),
    ...missingLines(missing),
    ...list('Break-glass users that do not exist under this name', missingBreakGlass),
    ...list(
      'Disabled for longer than the grace period, and kept since Entra ID knows them',
      kept.map(({ userName }) => userName),
    ),
    `${plan.waiting.length} more are gone for less than the grace period, or were seen gone by too few runs.`,
  ].join('\n');
}

function missingLines(missing: readonly Missing[]): readonly string[] {
  if (missing.length === 0) return [];
  return [
    `Back after a removal that was interrupted (${missing.length}), and still without what it took.`,
    'Provisioning on demand brings back memberships of assigned groups; give the rest again by hand, if it is still right:',
    ...missing.flatMap(({ userName, access }) => [`  ${userName}`, ...access.map((one) => `    ${one}`)]),
  ];
}

function list(title: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > LISTED ? [`  and ${names.length - LISTED} more`] : [];
  return [`${title} (${names.length}):`, ...names.slice(0, LISTED).map((name) => `  ${name}`), ...more];
}
