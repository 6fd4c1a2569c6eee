import { actionsLike, resourcesOf as resourceFormsOf } from './actions';
import { comparesWith, type Literal } from './formula';
import { DENIES } from './fold';
import { bounded, kept } from './glob';
import { type Answer, can, type Decide, type Focus, type Side, type Verdict } from './side';
import catalogue from './ways-up.json';
import type { Statement } from './policy';
import { includes } from './region';
import { ASSUME } from './trust';

/** A way to the permissions of another identity: all actions together, where what it needs is there. */
export interface Way {
  /** Id of pathfinding.cloud. */
  readonly id: string;
  readonly category: string;
  readonly required: readonly string[];
  /** Service that the role is passed to; absent where none is passed. */
  readonly passedTo?: string;
  /** Service that the role of an existing thing trusts, where the way is to that thing. */
  readonly runsAs?: string;
  /** Thing that must exist, in words. */
  readonly needs: string;
}

export const WAYS: readonly Way[] = catalogue.paths;

export interface WayUp {
  readonly way: Way;
  /** The least of the steps' verdicts. */
  readonly verdict: Exclude<Verdict, 'no'>;
  readonly steps: readonly Step[];
}

/** An action of a way, and whether a side allows it. */
export interface Step {
  readonly action: string;
  readonly answer: Answer;
}

export interface Reach {
  /** Ways that are asked about. @default all */
  readonly ways?: readonly Way[];
  /**
   * Resources that count for an action.
   * @default of the kinds that the action is about
   */
  readonly resourcesOf?: (action: string) => Omit<Focus, 'action'>;
  /** Literals that are known for an action. @default none but the service that a role is passed to */
  readonly decide?: (one: Literal, action: string) => boolean | undefined;
}

/** Ways up that a side leaves open, where what they need is there. */
export function waysUp(side: Side, reach: Reach = {}): readonly WayUp[] {
  return bounded(() => openWays(side, reach));
}

function openWays(
  side: Side,
  { ways = WAYS, resourcesOf = kindsOf, decide = () => undefined }: Reach,
): readonly WayUp[] {
  const answers = new Map<string, Answer>();
  const ask = (action: string, passedTo?: string): Answer => {
    const key = action === PASSING ? `${action} ${passedTo}` : action;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const isPassed: Decide = (one) => decide(one, action) ?? passedLiteral(one, passedTo);
    const answer = can(side, { action, ...resourcesOf(action) }, isPassed);
    answers.set(key, answer);
    return answer;
  };
  return ways.flatMap((way) => {
    const steps: Step[] = [];
    for (const action of way.required) {
      const answer = ask(action, way.passedTo);
      if (answer.verdict === 'no') return [];
      steps.push({ action, answer });
    }
    return [{ way, verdict: leastOf(steps.map(({ answer }) => answer.verdict)), steps }];
  });
}

/** The least of verdicts, none of which is `no`. */
export function leastOf(verdicts: readonly Verdict[]): WayUp['verdict'] {
  return (['unknown', 'only if'] as const).find((one) => verdicts.includes(one)) ?? 'yes';
}

const PASSING = 'iam:PassRole';

/** Whether a condition on the service holds for the one that a role is passed to. */
function passedLiteral({ condition }: Literal, passedTo: string | undefined): boolean | undefined {
  if (condition?.key !== 'iam:passedtoservice' || passedTo === undefined) return undefined;
  return comparesWith(condition, passedTo);
}

/** Kind of resource of an action of IAM or STS that a way has; undefined for other services. */
function targetKind(action: string): 'group' | 'policy' | 'role' | 'user' | undefined {
  if (!/^(iam|sts):/i.test(action)) return undefined;
  // To add a user to a group is made on the group.
  if (/group/i.test(action)) return 'group';
  if (/role/i.test(action)) return 'role';
  return /policyversion/i.test(action) ? 'policy' : 'user';
}

/** An ARN of IAM has five colons: without that, a pattern of users could mean a role of a strange account. */
export function targetsOf(action: string): Omit<Focus, 'action'> {
  const kind = targetKind(action);
  return kind === undefined ? {} : { resources: [`arn:*:iam::*:${kind}/*`], except: ['*:*:*:*:*:*:*'] };
}

/** Resources of the kinds that an action is about: of another kind, a statement allows nothing. Every resource where AWS names none. */
export function kindsOf(action: string): Omit<Focus, 'action'> {
  const { resources, except } = targetsOf(action);
  if (resources !== undefined) return { resources, except };
  const [forms] = actionsLike(action).map(resourceFormsOf);
  if (forms === undefined) return {};
  // The resource of a request is `*` itself then, for which a text of one character stands.
  return { resources: forms.length === 0 ? ['?'] : forms.map(({ text }) => text.replace('arn:aws:', 'arn:*:')) };
}

/** A name that no policy has in mind: only a pattern of all names has it. */
export function ofAnyName(action: string): Omit<Focus, 'action'> {
  const { resources, ...rest } = targetsOf(action);
  return resources === undefined
    ? kindsOf(action)
    : { ...rest, resources: resources.map((one) => one.replace(/\*$/, 'zzMadeUp')) };
}

/** An identity that must have a boundary is no administrator: the request asks for none. That an unread policy may deny hides no way. */
export function isUnbounded({ id, kind, condition }: Literal): boolean | undefined {
  if (kind === 'unread' && id.endsWith(DENIES)) return false;
  return condition?.key === 'iam:permissionsboundary' ? condition.operator === 'null' : undefined;
}

export const PASS = 'iam:PassRole';
export const RETRUST = 'iam:UpdateAssumeRolePolicy';
export const NEW_VERSION = 'iam:CreatePolicyVersion';
const RAISING: readonly string[] = ['iam:AttachRolePolicy', 'iam:PutRolePolicy', NEW_VERSION];

/** How a way comes to a role: by its service, through a thing that runs with it, by taking it on, or without another role. */
export interface WayKind {
  readonly way: Way;
  readonly kind: 'passed' | 'running' | 'taken' | 'own' | 'other';
  /** Action that gives the role all permissions. */
  readonly raise: string | undefined;
  /** Actions that must be allowed on something, whatever the role. */
  readonly others: readonly string[];
}

export const KINDS: readonly WayKind[] = WAYS.map((way) => {
  const { required, passedTo, runsAs } = way;
  const raise = required.find((action) => RAISING.includes(action));
  const kind = kindOf(way, raise);
  const others = required.filter((action) => ![PASS, ASSUME, RETRUST, raise].includes(action));
  return { way, kind, raise, others: (passedTo ?? runsAs ?? kind === 'other') ? others : [] };
});

function kindOf({ required, passedTo, runsAs }: Way, raise: string | undefined): WayKind['kind'] {
  if (passedTo !== undefined) return 'passed';
  if (runsAs !== undefined) return 'running';
  if (required.includes(ASSUME) || required.includes(RETRUST)) return 'taken';
  return raise === undefined ? 'other' : 'own';
}

const WAY_ACTIONS: readonly string[] = [...new Set(WAYS.flatMap(({ required }) => required))];
const WAY_ACTIONS_BY_SERVICE = Map.groupBy(WAY_ACTIONS, (action) => action.split(':')[0]);
const actionsFound = new WeakMap<Statement, readonly string[]>();

/** Actions of ways that a statement allows on something, be it under a condition. */
export function wayActions(statement: Statement): readonly string[] {
  if (statement.effect === 'Deny') return [];
  return kept(actionsFound, statement, () =>
    asked(statement).filter((action) => statement.boxes.some(({ actions }) => includes(actions, action.toLowerCase()))),
  );
}

/** Actions of the services that its patterns name; of all where one names none. */
function asked({ boxes }: Statement): readonly string[] {
  const patterns = boxes.flatMap(({ actions }) => actions.map(({ within }) => within[0]?.key ?? '*'));
  const services = new Set(patterns.map((pattern) => /^[a-z0-9-]+(?=:)/.exec(pattern)?.[0]));
  if (services.has(undefined)) return WAY_ACTIONS;
  return [...services].flatMap((service) => WAY_ACTIONS_BY_SERVICE.get(service) ?? []);
}
