import type { Evidence, Explanation, GivenSet, Reason } from './explanation';
import { formatPlace } from '../source/finding';
import { visible } from '../source/visible';

/** An explanation for people: what is given and by which lines, or the nearest reason why not. */
export function explanationText(explanation: Explanation): string {
  const parts = explanation.given.length > 0 ? givenLines(explanation) : reasonLines(explanation);
  return `${[headline(explanation), ...parts].map(visible).join('\n')}\n`;
}

function headline({ question, account, given }: Explanation): string {
  const where =
    account === undefined
      ? question.account
      : `${account.name} (${account.id}, ${account.ou}${account.state === 'ACTIVE' ? '' : `, ${account.state}`})`;
  const what = question.permissionSet ?? 'access';
  if (given.length === 0) return `${question.group} has no ${what} in ${where}.`;
  return `${question.group} has ${count(given.length, 'permission set')} in ${where}.`;
}

function givenLines({ given, isPending, otherSets }: Explanation): readonly string[] {
  const pending = isPending
    ? ['', 'Pending: the group is not synchronized to the Identity Store yet, so nothing is deployed.']
    : [];
  return [...pending, ...given.flatMap(setLines), ...otherLines(otherSets)];
}

function setLines({ permissionSet, shard, evidence }: GivenSet): readonly string[] {
  const where = shard === undefined ? '' : `, in shard ${shard.number} of the ${shard.stack} stack`;
  return ['', `${permissionSet}${where}`, ...evidenceLines(evidence)];
}

function reasonLines({ reasons, otherSets }: Explanation): readonly string[] {
  const [nearest, ...others] = groupReasons(reasons);
  const more =
    others.length === 0
      ? []
      : [
          '',
          `${count(others.length, 'other grant')} to the group give${others.length === 1 ? 's' : ''} nothing there either:`,
        ];
  return [
    ...(nearest ?? []).flatMap(({ text, evidence }) => ['', text, ...evidenceLines(evidence)]),
    ...more,
    ...others.flat().flatMap(({ evidence }) => evidenceLines(evidence.slice(0, 1))),
    ...otherLines(otherSets),
  ];
}

/** Faults of the question itself are shown together; of grants, the nearest first. */
function groupReasons(reasons: readonly Reason[]): readonly (readonly Reason[])[] {
  const isAboutQuestion = reasons.every(({ evidence }) => evidence.length === 0);
  return isAboutQuestion ? [reasons] : reasons.map((reason) => [reason]);
}

function otherLines(otherSets: readonly string[]): readonly string[] {
  return otherSets.length === 0 ? [] : ['', `It has there: ${otherSets.join(', ')}.`];
}

function evidenceLines(evidence: readonly Evidence[]): readonly string[] {
  const width = Math.max(0, ...evidence.map(({ place }) => formatPlace(place).length));
  return evidence.map(({ place, text }) => `  ${formatPlace(place).padEnd(width)}  ${text}`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
