import { type Evidence, type Explanation, type GivenSet, holderOf } from './explanation';
import { holderText } from '../../sections/access/holder';
import { formatPlace } from '../../source/finding';
import { visible } from '../../source/visible';

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
  if (given.length === 0) return `${holderText(holderOf(question))} has no ${what} in ${where}.`;
  return `${holderText(holderOf(question))} has ${count(given.length, 'permission set')} in ${where}.`;
}

const PENDING = {
  group: 'the group is not synchronized to the Identity Store yet',
  user: 'organization.json does not have the user, or the Identity Store did not when it was read',
} as const;

function givenLines({ question, given, isPending, otherSets }: Explanation): readonly string[] {
  const pending = isPending ? ['', `Pending: ${PENDING[holderOf(question).kind]}, so nothing is deployed.`] : [];
  return [...pending, ...given.flatMap(setLines), ...otherLines(otherSets)];
}

function setLines({ permissionSet, shard, evidence }: GivenSet): readonly string[] {
  const where = shard === undefined ? '' : `, in shard ${shard.number} of the ${shard.stack} stack`;
  return ['', `${permissionSet}${where}`, ...evidenceLines(evidence)];
}

function reasonLines({ question, reasons, otherSets }: Explanation): readonly string[] {
  const [nearest, ...others] = reasons;
  const more =
    others.length === 0
      ? []
      : [
          '',
          `${count(others.length, 'other grant')} to the ${holderOf(question).kind} give${others.length === 1 ? 's' : ''} nothing there either:`,
        ];
  return [
    ...(nearest === undefined ? [] : ['', nearest.text, ...evidenceLines(nearest.evidence)]),
    ...more,
    ...others.flatMap(({ evidence }) => evidenceLines(evidence.slice(0, 1))),
    ...otherLines(otherSets),
  ];
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
