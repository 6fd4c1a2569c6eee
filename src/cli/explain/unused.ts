import { stringify } from 'yaml';
import { readUses } from '../../clouds/aws/last-accessed';
import { heldSets, type SetUse, type Smaller, unusedIn } from '../../estate/plan/explanation/unused';
import type { EstatePlan } from '../../estate/plan/planner';
import { partitionOf } from '../../estate/source/aws-regions';
import { formatPlace } from '../../estate/source/finding';
import { visibleLines } from '../../estate/source/visible';
import type { FoldedPart } from '../../permissions/fold';
import { listSome } from '../../text/amounts';
import { formatted } from '../../text/formats';
import { printed } from '../program/cli';
import { ONLY_AWS, requireTarget } from '../program/local-target';
import { withProgress } from '../program/progress';

interface Asked {
  readonly days: number;
  readonly role?: string | undefined;
  readonly permissionSet?: string | undefined;
  readonly concurrency: number;
  readonly against: 'cloud' | 'local';
  readonly json: boolean;
}

/** Names that are listed before the others are counted. */
const LISTED = 6;
const DAY_MS = 86_400_000;

/** Asks IAM for the last use of each assigned permission set, and prints which could be smaller. */
export async function printUnused(plan: EstatePlan, asked: Asked, now: Date): Promise<number> {
  const { days, role, permissionSet, concurrency } = asked;
  requireTarget(asked.against, ONLY_AWS);
  const held = heldSets(plan, permissionSet);
  const region = plan.access?.organization.region;
  if (region === undefined || held.length === 0)
    return printed(outputOf({ days, sets: [] }, asked, () => 'No permission set is deployed to an account.\n'));
  const useOf = await withProgress((onProgress) =>
    readUses(held, { region, partition: partitionOf(region), role, concurrency, onProgress }),
  );
  const sets = unusedIn(plan, held, { useOf, since: new Date(now.getTime() - days * DAY_MS) });
  return printed(outputOf({ days, sets }, asked, () => unusedText(sets, days)));
}

/** Output of `--unused --json`. */
interface UnusedOutput {
  /** Days that count as use. */
  readonly days: number;
  readonly sets: readonly SetUse[];
}

function outputOf(output: UnusedOutput, { json }: Asked, textOf: () => string): string {
  return json ? formatted('explain-unused', output) : textOf();
}

/** The sets for people: those that could be smaller first. */
export function unusedText(sets: readonly SetUse[], days: number): string {
  const smaller = sets.filter(({ smaller: one }) => one !== undefined).length;
  const sorted = sets.toSorted((a, b) => Number(b.smaller !== undefined) - Number(a.smaller !== undefined));
  const lines = [
    `${smaller} of ${sets.length} assigned permission sets could be smaller, by their use within ${days} days.`,
    'Unknown counts as used: what IAM does not track (data events, iam:PassRole, some services), and what was not read.',
    ...sorted.flatMap(setLines),
  ];
  return `${visibleLines(lines.join('\n'))}\n`;
}

function setLines({ permissionSet, place, actions, unknownIn, smaller, kept }: SetUse): readonly string[] {
  const { used, unused, unknown } = actions;
  return [
    '',
    `${permissionSet}: ${used} actions used, ${unused} unused, ${unknown} unknown  ${formatPlace(place)}`,
    ...unknownIn.map(({ reason, accounts }) => `  unknown in ${listSome(accounts, LISTED)}: ${reason}`),
    ...(kept === undefined ? [] : [`  stays: ${kept}`]),
    ...(smaller === undefined ? [] : smallerLines(permissionSet, smaller)),
  ];
}

/** In the estate's own YAML; a policy that has a file of its own as that file. */
function smallerLines(name: string, { change, file, takesAway }: Smaller): readonly string[] {
  const { inlinePolicy, ...others } = change;
  const [gone, written] = [
    Object.keys(change).filter((key) => change[key] === null),
    Object.fromEntries(Object.entries(file === undefined ? change : others).filter(([, value]) => value !== null)),
  ];
  return [
    '  could be:',
    ...(Object.keys(written).length === 0 ? [] : indented(stringify([{ name, ...written }]))),
    ...gone.map((key) => `    without ${key}`),
    ...(file === undefined || inlinePolicy === null
      ? []
      : [`    with ${file}:`, ...indented(JSON.stringify(inlinePolicy, undefined, 2))]),
    ...takesAway.parts.map((part) => `  takes away ${partText(part)}`),
  ];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}

function partText({ actions, levels, services, but, resources, condition, unlisted }: FoldedPart): string {
  const names = services.map(({ service }) => service);
  const what =
    unlisted ??
    `${actions} actions of ${but === undefined ? listSome(names, LISTED) : 'most services'}: ` +
      levels.map(({ level, actions: count }) => `${level} ${count}`).join(', ');
  return `${what}${resources === undefined ? '' : ` on ${resources}`}${condition === undefined ? '' : `, if ${condition}`}`;
}
