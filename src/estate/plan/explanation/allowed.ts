import { ACTIONS_AS_OF, actionsLike, hasAction, isService } from '../../../permissions/actions';
import { assume, type Formula, formulaText, literalsOf } from '../../../permissions/formula';
import { DENIES } from '../../../permissions/fold';
import { bounded, exactly } from '../../../permissions/glob';
import type { Statement } from '../../../permissions/policy';
import {
  allowedBy,
  type Answer,
  can,
  canAmong,
  denialsOf,
  type Focus,
  type Side,
  type Verdict,
} from '../../../permissions/side';
import { suggestAction, suggestService } from '../../sections/access/checks/documents';
import { holderKey, holderText, isSameHolder } from '../../sections/access/holder';
import type { Assignment } from '../../sections/access/plan/expand';
import { isOfSet } from '../../sections/access/plan/management-copies';
import {
  ControlClasses,
  type PlacedPolicy,
  sessionPolicies,
  type SessionPolicies,
  sessionSide,
} from '../../sections/access/sets/sessions';
import { documentsOf, type PolicyDocuments } from '../../sections/access/sets/policy-documents';
import type { Access, PermissionSet } from '../../sections/estate';
import { compareText, type Place } from '../../source/finding';
import { isGlob } from '../../source/names';
import type { EstatePlan } from '../planner';
import {
  type AskedNames,
  type Evidence,
  evidenceOf,
  explain,
  type ExplainedReason,
  findAccounts,
  unknownNames,
} from './explain';

/** Question of who may do something, and where. A name that is left out is asked for. */
export interface ActionQuestion extends AskedNames {
  /** Action, or a pattern of actions. */
  readonly action: string;
  /** ARN, or a pattern of ARNs. @default some resource */
  readonly resource?: string | undefined;
}

/** A statement that decides, or the lack of one. */
export interface Deciding {
  /** @default it is not in the estate */
  readonly place?: Place;
  readonly text: string;
}

/** Somebody who has a permission set, and the lines that give it. */
export interface HeldSet {
  readonly holder: string;
  /** Names of the accounts. */
  readonly accounts: readonly string[];
  /** True while the Identity Store does not know the holder, so that nothing is deployed. */
  readonly isPending: boolean;
  readonly grants: readonly Evidence[];
}

/** Answer for some actions and a permission set, in the accounts where it is the same. */
export interface ActionAnswer {
  readonly permissionSet: string;
  readonly actions: readonly string[];
  readonly verdict: Verdict;
  /** Statements that allow it or, where it is not allowed, deny it. */
  readonly by: readonly Deciding[];
  /** In words; absent where nothing has to hold. */
  readonly condition?: string;
  readonly held: readonly HeldSet[];
}

export interface ActionExplanation {
  readonly question: ActionQuestion;
  /** Names that do not exist: there is no answer. */
  readonly faults: readonly ExplainedReason[];
  /** Documents that the answers leave out. */
  readonly notRead: readonly string[];
  /** Actions that the question is about; a pattern that matches none that is known, or too many, is asked as it is. */
  readonly actions: readonly string[];
  readonly answers: readonly ActionAnswer[];
  /** Reasons why the holder has nothing in the account, the nearest first. */
  readonly reasons: readonly ExplainedReason[];
}

/** Problem of an action that AWS does not have, in words; a pattern is asked as it is. */
export function unknownAction(action: string): string | undefined {
  const [written = '', name = ''] = action.split(':');
  const service = written.toLowerCase();
  if (isGlob(action) || hasAction(service, name)) return undefined;
  const meant = isService(service) ? service : suggestService(service);
  const near =
    meant === undefined ? undefined : hasAction(meant, name) ? `${meant}:${name}` : suggestAction(meant, name);
  const hint = near === undefined ? '' : `did you mean '${near}'? `;
  const newer = `ask about a newer one as a pattern, ${action.slice(0, -1)}?`;
  return `${action} is not in the list of AWS's actions of ${ACTIONS_AS_OF}; ${hint}${newer} (unknown-action)`;
}

/** Patterns that match more are asked as a whole. */
const MOST_ACTIONS = 1000;

/** Answers for the permission sets that are assigned and that the question is about. */
export function explainAction(
  plan: EstatePlan,
  question: ActionQuestion,
  documents: PolicyDocuments = documentsOf(plan),
): ActionExplanation {
  const { access } = plan.estate;
  const faults = unknownNames(plan, question);
  const known = actionsLike(question.action)
    .map(({ service, name }) => `${service}:${name}`)
    .toSorted(compareText);
  const actions = known.length === 0 || known.length > MOST_ACTIONS ? [question.action] : known;
  const held = faults.length > 0 ? [] : assignmentsOf(plan, question);
  const asked: Asked = { plan, question, documents, actions };
  const answers = (access?.permissionSets ?? []).flatMap((set) => {
    const its = held.filter(({ permissionSet }) => permissionSet === set.name);
    return access === undefined || its.length === 0 ? [] : answersOf({ set, access, held: its }, asked);
  });
  const reasons = faults.length > 0 || held.length > 0 ? [] : reasonsOf(plan, question);
  return { question, faults, notRead: notReadIn(documents), actions, answers, reasons };
}

/** Documents that no answer counts. */
export function notReadIn(
  { notRead }: PolicyDocuments,
  others = "policies of resources, keys and roles' trust",
): readonly string[] {
  return [...notRead, others];
}

/** Assignments that a question is about. */
export function assignmentsOf(
  { access }: EstatePlan,
  { holder, account, permissionSet }: AskedNames,
): readonly Assignment[] {
  if (access === undefined) return [];
  const accounts = account === undefined ? undefined : findAccounts(access.organization, account);
  return access.expansion.assignments.filter(
    (one) =>
      (holder === undefined || isSameHolder(one.holder, holder)) &&
      (accounts === undefined || accounts.includes(one.account)) &&
      isOfSet(one, permissionSet),
  );
}

function reasonsOf(plan: EstatePlan, { holder, account, permissionSet }: AskedNames): readonly ExplainedReason[] {
  if (holder === undefined || account === undefined) return [];
  const whom = holder.kind === 'user' ? { user: holder.name } : { group: holder.name };
  return explain(plan, { ...whom, account, permissionSet }).reasons;
}

interface Asked {
  readonly plan: EstatePlan;
  readonly question: ActionQuestion;
  readonly documents: PolicyDocuments;
  readonly actions: readonly string[];
}

interface Assigned {
  readonly set: PermissionSet;
  readonly access: Access;
  readonly held: readonly Assignment[];
}

type Answered = Omit<ActionAnswer, 'permissionSet' | 'held'>;

/** Answers by the accounts that have the same control policies, and once where those make no difference. */
function answersOf({ set, access, held }: Assigned, asked: Asked): readonly ActionAnswer[] {
  const { plan, documents } = asked;
  const policies = sessionPolicies(set, access, documents);
  const controls = new ControlClasses();
  const classes = Map.groupBy(held, ({ account }) => controls.keyOf(account.id, documents));
  const all = [...classes.values()].flatMap((same) => {
    const side = sessionSide(policies, documents, same[0]?.account.id);
    return answersIn({ side, policies }, asked).map((answered) => ({ answered, same }));
  });
  return [...Map.groupBy(all, ({ answered }) => JSON.stringify(answered)).values()].flatMap((equal) =>
    equal.slice(0, 1).map(({ answered }) => ({
      permissionSet: set.name,
      ...answered,
      held: heldSets(
        equal.flatMap(({ same }) => same),
        plan,
      ),
    })),
  );
}

/** Assignments by their holders. */
export function heldSets(assignments: readonly Assignment[], plan: EstatePlan): readonly HeldSet[] {
  const byHolder = Map.groupBy(assignments, ({ holder }) => holderKey(holder));
  return [...byHolder.values()].flatMap((its) =>
    its.slice(0, 1).map(({ holder, principalId }) => ({
      holder: holderText(holder),
      accounts: its.map(({ account }) => account.name),
      isPending: principalId === undefined,
      grants: grantsOf(its, plan),
    })),
  );
}

function grantsOf(assignments: readonly Assignment[], plan: EstatePlan): readonly Evidence[] {
  const byGrant = Map.groupBy(
    assignments.flatMap(({ causes }) => causes),
    ({ grant }) => grant,
  );
  return [...byGrant].flatMap(([grant, causes]) => {
    const selectors = new Set(causes.flatMap((cause) => cause.selectors));
    return evidenceOf(plan, grant, { include: grant.accounts.include.filter((selector) => selectors.has(selector)) });
  });
}

interface Session {
  readonly side: Side;
  readonly policies: SessionPolicies;
}

/** Answers for the actions of a question; those with the same answer are one. */
function answersIn(session: Session, asked: Asked): readonly Answered[] {
  const each = bounded(() => askEach(session.side, asked)).map(({ action, answer }) => ({
    action,
    answered: answeredBy(answer, action, { session, asked }),
  }));
  return [...Map.groupBy(each, ({ answered }) => JSON.stringify(answered)).values()].flatMap((same) =>
    same.slice(0, 1).map(({ answered }) => ({ actions: same.map(({ action }) => action), ...answered })),
  );
}

function askEach(
  side: Side,
  { actions, question }: Asked,
): readonly { readonly action: string; readonly answer: Answer }[] {
  const focus = focusOn(question.action, question);
  const [only, ...others] = actions;
  if (only === undefined) return [];
  if (others.length === 0) return [{ action: only, answer: can(side, { ...focus, action: only }) }];
  const allowed = exactly(() => allowedBy(side, focus));
  return actions.map((action) => ({
    action,
    answer: allowed === undefined ? can(side, { ...focus, action }) : canAmong(allowed, action),
  }));
}

function focusOn(action: string, { resource }: ActionQuestion): Focus {
  return { action, resources: resource === undefined ? undefined : [resource] };
}

interface Within {
  readonly session: Session;
  readonly asked: Asked;
}

function answeredBy({ verdict, allowed, beyond }: Answer, action: string, within: Within): Omit<Answered, 'actions'> {
  const { session, asked } = within;
  const { policies, side } = session;
  const focus = focusOn(action, asked.question);
  const by =
    verdict === 'no'
      ? [...decidingIn(denialsOf(side, focus), policies, asked.plan), ...lacksOf(side, focus)]
      : decidingIn(
          allowed.map((box) => box.by),
          policies,
          asked.plan,
        );
  const conditions = [...new Set(allowed.map(({ when }) => conditionText(when)))];
  const condition = beyond ?? (verdict === 'yes' || conditions.length === 0 ? undefined : conditions.join('; or '));
  return { verdict, by, ...(condition !== undefined && { condition }) };
}

/** That an unread policy denies it goes without saying where it has to allow it. */
function conditionText(when: Formula): string {
  const text = formulaText(
    assume(when, ({ kind, id }) => (kind === 'unread' && id.endsWith(DENIES) ? false : undefined)),
  );
  return text === 'always' ? formulaText(when) : text;
}

/** Statements with their lines, in the order of the policies; those of control policies come last. */
function decidingIn(
  deciding: readonly Statement[],
  { identity, boundary }: SessionPolicies,
  plan: EstatePlan,
): readonly Deciding[] {
  const policies = [...identity, ...(boundary === undefined ? [] : [boundary])];
  const others = [...new Set(deciding)].filter((one) => !policies.some(({ statements }) => statements.includes(one)));
  return [
    ...policies.flatMap((placed) =>
      placed.statements.filter((one) => deciding.includes(one)).map((one) => placedStatement(placed, one, plan)),
    ),
    ...others.map((one) => {
      const place = documentsOf(plan).placeOf?.(one);
      return { text: statementText(one, one.source), ...(place !== undefined && { place }) };
    }),
  ];
}

function placedStatement({ at, file }: PlacedPolicy, statement: Statement, plan: EstatePlan): Deciding {
  const place = plan.placeOf(file === undefined ? [...at, 'Statement', statement.index] : at);
  return { place, text: statementText(statement, file ?? statement.source) };
}

function statementText({ index, sid, boxes }: Statement, source: string): string {
  const isUnread = boxes.some(({ when }) => literalsOf(when).some(({ kind }) => kind === 'unread'));
  return isUnread
    ? `${source}, which was not read`
    : `statement ${index + 1}${sid === undefined ? '' : ` (${sid})`} of ${source}`;
}

/** The first layer that allows nothing of it. */
function lacksOf({ layers }: Side, focus: Focus): readonly Deciding[] {
  const index = layers.findIndex(
    (_, at) => can({ layers: layers.slice(0, at + 1).map(withoutDenials) }, focus).verdict === 'no',
  );
  const layer = layers[index];
  return layer === undefined ? [] : [{ text: `no statement of ${LAYERS[layer.name] ?? layer.name} allows it` }];
}

const LAYERS: Readonly<Record<string, string>> = {
  identity: 'its policies',
  boundary: 'its permissions boundary',
  SCP: 'the service control policies of a level',
  RCP: 'the resource control policies of a level',
};

function withoutDenials({ name, statements }: Side['layers'][number]): Side['layers'][number] {
  return { name, statements: statements.filter(({ effect }) => effect === 'Allow') };
}
