import { listSome } from '../../../text/amounts';
import { type Verdict, VERDICTS } from '../../../permissions/side';
import { holderText } from '../../sections/access/holder';
import { formatPlace } from '../../source/finding';
import { visible } from '../../source/visible';
import type { ActionAnswer, ActionExplanation, HeldSet } from './allowed';
import { evidenceLines } from './explain';

/** Names that are listed before the others are counted. */
export const LISTED = 12;

/** The explanation for people: sets that allow the action first; what refuses it where none does, or where a name is asked about. */
export function actionText(explained: ActionExplanation): string {
  const { question, notRead, answers, reasons } = explained;
  const isNobody = answers.every(({ verdict }) => verdict === 'no');
  const isAboutNo = isNobody || question.holder !== undefined || question.permissionSet !== undefined;
  const shown = VERDICTS.filter((verdict) => isAboutNo || verdict !== 'no').flatMap((verdict) =>
    answers.filter((answer) => answer.verdict === verdict),
  );
  const lines = [
    headline(explained),
    `Not read, and they decide too: ${notRead.join('; ')}.`,
    ...shown.flatMap((answer) => answerLines(answer, explained)),
    ...reasons.flatMap(({ text, evidence }) => ['', text, ...evidenceLines(evidence)]),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

/** The answer in one line: what was asked, and how many answers there are of each kind. */
function headline({ question, actions, answers }: ActionExplanation): string {
  const { holder, account, permissionSet, action, resource } = question;
  const who = [
    ...(holder === undefined ? [] : [holderText(holder)]),
    ...(permissionSet === undefined ? [] : [`by ${permissionSet}`]),
    ...(account === undefined ? [] : [`in ${account}`]),
  ].join(' ');
  const matched = actions.length > 1 ? ` (${actions.length} actions)` : '';
  const what = `${who === '' ? '' : `${who}: `}${action}${matched} on ${resource ?? 'some resource'}`;
  const verdicts = bestOf(answers, UNITS[unitOf(question)]);
  const counts = VERDICTS.map((verdict) => `${verdict} ${verdicts.filter((one) => one === verdict).length}`).join(', ');
  if (unitOf(question) !== 'action') return `${what}, by ${unitOf(question)}: ${counts}.`;
  return `${what}: ${actions.length === 1 ? (verdicts[0] ?? 'no') : counts}.`;
}

type Unit = 'assigned permission set' | 'account' | 'action';

/** What is counted: whatever the question leaves open. */
function unitOf({ holder, account }: ActionExplanation['question']): Unit {
  if (holder === undefined) return 'assigned permission set';
  return account === undefined ? 'account' : 'action';
}

const UNITS: Readonly<Record<Unit, (answer: ActionAnswer) => readonly string[]>> = {
  'assigned permission set': ({ permissionSet }) => [permissionSet],
  account: ({ held }) => held.flatMap(({ accounts }) => accounts),
  action: ({ actions }) => actions,
};

/** The best answer of each unit. */
function bestOf(
  answers: readonly ActionAnswer[],
  keysOf: (answer: ActionAnswer) => readonly string[],
): readonly Verdict[] {
  const keys = new Set(answers.flatMap(keysOf));
  return [...keys].flatMap((key) => {
    const its = answers.filter((answer) => keysOf(answer).includes(key)).map(({ verdict }) => verdict);
    return VERDICTS.find((verdict) => its.includes(verdict)) ?? [];
  });
}

function answerLines(
  { permissionSet, actions, verdict, by, condition, held }: ActionAnswer,
  asked: ActionExplanation,
): readonly string[] {
  const which = asked.actions.length === actions.length ? '' : `: ${listSome(actions, LISTED)}`;
  return [
    '',
    `${verdict}: ${permissionSet}${which}${condition === undefined ? '' : `, if ${condition}`}`,
    ...by.map(({ place, text }) => `  ${place === undefined ? '' : `${formatPlace(place)}  `}${text}`),
    ...held.flatMap(heldLines),
  ];
}

/** A holder of a permission set, with the accounts and the lines that give it. */
export function heldLines({ holder, accounts, isPending, grants }: HeldSet): readonly string[] {
  const waits = isPending ? ', not deployed until the Identity Store knows the holder' : '';
  return [
    `  held by ${holder} in ${listSome(accounts, LISTED)}${waits}`,
    ...evidenceLines(grants).map((line) => `  ${line}`),
  ];
}
