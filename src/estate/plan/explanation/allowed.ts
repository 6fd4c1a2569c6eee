import { assume, type Formula, formulaText } from '../../../permissions/formula';
import type { Statement } from '../../../permissions/policy';
import { can, denialsOf, type Focus, type Verdict } from '../../../permissions/side';
import {
  type PlacedPolicy,
  sessionPolicies,
  sessionSide,
  WITHOUT_SNAPSHOT,
} from '../../sections/access/sets/session-policies';
import type { Access, PermissionSet } from '../../sections/estate';
import { holderText } from '../../sections/access/holder';
import { formatPlace, type Place } from '../../source/finding';
import { visible } from '../../source/visible';
import type { EstatePlan } from '../planner';

/** Question of who may do something. */
export interface ActionQuestion {
  readonly action: string;
  /** ARN, or a pattern of ARNs. @default some resource */
  readonly resource?: string | undefined;
}

/** Answer for a permission set, whatever service control policies say. */
interface SetAnswer {
  readonly permissionSet: string;
  readonly verdict: Verdict;
  /** Statements that allow it or, where it is not allowed, deny it. */
  readonly by: readonly { readonly place: Place; readonly text: string }[];
  /** In words; absent where nothing has to hold. */
  readonly condition?: string;
  readonly holders: readonly string[];
  /** Names of the accounts that it is assigned in. */
  readonly accounts: readonly string[];
}

interface ActionExplanation {
  readonly question: ActionQuestion;
  /** Documents that the answers leave out. */
  readonly notRead: readonly string[];
  readonly sets: readonly SetAnswer[];
}

const NOT_READ = [
  'service control policies',
  'resource control policies',
  "policies of resources, keys and roles' trust",
];

/** Permission sets that are assigned somewhere, and whether each allows an action. */
export function explainAction(plan: EstatePlan, question: ActionQuestion): ActionExplanation {
  const { access } = plan.estate;
  const assignments = plan.access?.expansion.assignments ?? [];
  const sets = (access?.permissionSets ?? []).flatMap((set) => {
    const held = assignments.filter(({ permissionSet }) => permissionSet === set.name);
    if (access === undefined || held.length === 0) return [];
    const holders = [...new Set(held.map(({ holder }) => holderText(holder)))];
    const accounts = [...new Set(held.map(({ account }) => account.name))];
    return [{ permissionSet: set.name, ...answerOf(set, access, { plan, ...question }), holders, accounts }];
  });
  return { question, notRead: NOT_READ, sets };
}

interface Asked extends ActionQuestion {
  readonly plan: EstatePlan;
}

type Answered = Pick<SetAnswer, 'verdict' | 'by' | 'condition'>;

function answerOf(set: PermissionSet, access: Access, { plan, action, resource }: Asked): Answered {
  const policies = sessionPolicies(set, access, WITHOUT_SNAPSHOT);
  const side = sessionSide(policies, WITHOUT_SNAPSHOT);
  const focus: Focus = { action, resources: resource === undefined ? undefined : [resource] };
  const { verdict, allowed, beyond } = can(side, focus);
  const deciding = verdict === 'no' ? denialsOf(side, focus) : allowed.map(({ by }) => by);
  const by = [...policies.identity, ...(policies.boundary === undefined ? [] : [policies.boundary])].flatMap((placed) =>
    placed.statements.filter((one) => deciding.includes(one)).map((one) => evidence(placed, one, plan)),
  );
  const [best] = allowed;
  const condition = beyond ?? (verdict === 'yes' || best === undefined ? undefined : conditionText(best.when));
  return { verdict, by, ...(condition !== undefined && { condition }) };
}

/** That an unread policy denies it goes without saying. */
function conditionText(when: Formula): string {
  return formulaText(assume(when, ({ kind, id }) => (kind === 'unread' && id.endsWith(' denies') ? false : undefined)));
}

function evidence({ at, file }: PlacedPolicy, { source, index, sid }: Statement, plan: EstatePlan) {
  const name = sid === undefined ? '' : ` (${sid})`;
  const place = plan.placeOf(file === undefined ? [...at, 'Statement', index] : at);
  return { place, text: `statement ${index + 1}${name} of ${file ?? source}` };
}

const VERDICTS: readonly Verdict[] = ['yes', 'only if', 'unknown', 'no'];

/** The explanation for people: sets that allow the action first. */
export function actionText({ question: { action, resource }, notRead, sets }: ActionExplanation): string {
  const counts = VERDICTS.map((verdict) => `${verdict} ${sets.filter((set) => set.verdict === verdict).length}`);
  const lines = [
    `${action} on ${resource ?? 'some resource'}, by permission sets that are assigned: ${counts.join(', ')}.`,
    `The permission sets alone are judged. Not read, and they decide too: ${notRead.join('; ')}.`,
    ...VERDICTS.flatMap((verdict) => sets.filter((set) => set.verdict === verdict && verdict !== 'no')).flatMap(
      setLines,
    ),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function setLines({ permissionSet, verdict, by, condition, holders, accounts }: SetAnswer): readonly string[] {
  return [
    '',
    `${verdict}: ${permissionSet}${condition === undefined ? '' : `, if ${condition}`}`,
    ...by.map(({ place, text }) => `  ${formatPlace(place)}  ${text}`),
    `  held by ${holders.join(', ')} in ${accounts.join(', ')}`,
  ];
}
