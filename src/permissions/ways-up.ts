import { actionsLike, resourcesOf as resourceFormsOf } from './actions';
import { comparesWith } from './comparison';
import { DENIES } from './fold';
import type { Literal } from './formula';
import { bounded } from './glob';
import { type Answer, can, type Decide, type Focus, type Side, type Verdict } from './side';
import catalogue from './ways-up.json';

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
