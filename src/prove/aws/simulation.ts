import { type IAMClient, SimulateCustomPolicyCommand } from '@aws-sdk/client-iam';
import { callAws, required } from '../../clouds/aws/aws-call';
import type { EstatePlan } from '../../estate/plan/planner';
import { actionsLike, type KnownAction, resourcesOf } from '../../permissions/actions';
import { assume, comparesWith, isAlways, type Literal, literalsOf } from '../../permissions/formula';
import { exactly, kept } from '../../permissions/glob';
import { parsePolicy, type Statement } from '../../permissions/policy';
import { includes } from '../../permissions/region';
import { allowedBy, sideOf, whenAllowed } from '../../permissions/side';

/** Questions that IAM is asked, and the seed that they are made from. */
export const QUESTIONS = 500;
export const SEED = 28;

/** A document by its name. */
export interface NamedPolicy {
  readonly name: string;
  readonly document: object;
}

/** A request under a policy, and whether our evaluation allows it. */
export interface Question {
  readonly policy: NamedPolicy;
  /** @default none */
  readonly boundary?: NamedPolicy;
  readonly action: string;
  /** ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** Values of the condition keys that the request has. */
  readonly context: Readonly<Record<string, string>>;
  readonly isAllowed: boolean;
}

/** Policies of an estate: those that it holds, and those of AWS that its snapshot has. */
export function policiesOf({ estate: { access }, awsPolicies }: EstatePlan): readonly NamedPolicy[] {
  const sets = (access?.permissionSets ?? []).flatMap(({ name, inlinePolicy }) =>
    inlinePolicy === undefined ? [] : [{ name: `inline policy of ${name}`, document: inlinePolicy.document }],
  );
  const own = (access?.policies ?? []).flatMap((one) =>
    one.kind === 'own' ? [{ name: one.name, document: one.document.document }] : [],
  );
  const managed = (awsPolicies?.policies.managedPolicies ?? []).map(({ name, document }) => ({ name, document }));
  return [...sets, ...own, ...managed];
}

/** Numbers from 0 to below 1, the same for a seed (mulberry32, public domain). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const more = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes questions about policies; the same for a seed. What our evaluation leaves open is not asked. */
export function questionsOn(policies: readonly NamedPolicy[], seed = SEED, count = QUESTIONS): readonly Question[] {
  const random = randomFrom(seed);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const made: Question[] = [];
  for (let tries = 0; made.length < count && tries < count * TRIES; tries += 1) {
    const policy = pick(policies);
    const boundary = random() < WITH_BOUNDARY ? pick(policies) : undefined;
    const question = policy && exactly(() => questionOn({ policy, ...(boundary && { boundary }) }, pick));
    if (question !== undefined) made.push(question);
  }
  return made;
}

const WITH_BOUNDARY = 0.4;
/** Attempts for each question: some actions have no resource that fits. */
const TRIES = 40;

type Choose = <T>(all: readonly T[]) => T | undefined;

function questionOn(documents: Documents, pick: Choose): Question | undefined {
  const { policy, boundary } = documents;
  const side = sideOf({
    identity: parsed(policy),
    boundary: boundary && parsed(boundary),
  });
  const patterns = patternsIn([policy, boundary].map((one) => one?.document));
  const action = pick(actionsLike(pick(patterns.actions) ?? ''));
  const resource = action && pick(resourcesFor(action, patterns.resources));
  if (action === undefined || resource === undefined) return undefined;
  const request = { action: `${action.service}:${action.name}`, resource };
  const statements = side.layers.flatMap((layer) => layer.statements);
  const literals = statements.flatMap(({ boxes }) => boxes.flatMap(({ when }) => literalsOf(when)));
  const context = contextFor(literals, pick);
  const when = assume(whenAllowed(allowedBy(side, { action: request.action }), request), (one) => holds(one, context));
  if (when.length > 0 && !isAlways(when)) return undefined;
  return { ...documents, ...request, context: Object.fromEntries(context), isAllowed: when.length > 0 };
}

type Documents = Pick<Question, 'policy' | 'boundary'>;

const known = new WeakMap<NamedPolicy, readonly Statement[]>();

function parsed(policy: NamedPolicy): readonly Statement[] {
  return kept(known, policy, () => parsePolicy(policy.document, policy.name));
}

/** Actions and resources that documents name. */
function patternsIn(documents: readonly (object | undefined)[]) {
  const statements = documents.flatMap((document) => {
    const { Statement: listed } = { Statement: [], ...document } as { readonly Statement: unknown };
    return [listed].flat() as readonly Readonly<Record<string, unknown>>[];
  });
  const texts = (...keys: readonly string[]): readonly string[] =>
    statements.flatMap((one) =>
      keys.flatMap((key) => [one[key] ?? []].flat().filter((text) => typeof text === 'string')),
    );
  return { actions: texts('Action', 'NotAction'), resources: texts('Resource', 'NotResource') };
}

/** ARNs that the action is about, of the patterns and of AWS's forms; `*` where it is about none. */
function resourcesFor(action: KnownAction, patterns: readonly string[]): readonly string[] {
  const forms = resourcesOf(action);
  if (forms === undefined) return [];
  if (forms.length === 0) return ['*'];
  return [...patterns, ...forms.map(({ text }) => text)]
    .map(concrete)
    .filter((arn) => forms.some(({ arns }) => includes(arns, arn)));
}

/** An ARN that a pattern matches: wildcards and variables are a word, and a Region and an account where those stand. */
function concrete(pattern: string): string {
  const [arn, partition, service, region = '', account = '', ...rest] = pattern
    .replaceAll(/\$\{[^}]*\}/g, '*')
    .split(':');
  const place = [region === '*' ? 'eu-west-1' : region, account === '*' ? '111122223333' : account];
  return [arn, partition, service, ...place, ...rest].join(':').replaceAll(/[*?]/g, 'x');
}

type Context = ReadonlyMap<string, string>;

/** For each key of the conditions one of their values, another one, or none. */
function contextFor(literals: readonly Literal[], pick: Choose): Context {
  const byKey = Map.groupBy(literals, ({ condition }) => condition?.key);
  return new Map(
    [...byKey].flatMap(([key, its]) => {
      if (key === undefined) return [];
      const values = its.flatMap(({ condition }) => (condition?.operator === 'null' ? [] : (condition?.values ?? [])));
      const value = pick([...values.map((one) => one.replaceAll(/[*?]/g, 'x')), 'other', undefined]);
      return value === undefined || value.includes('${') ? [] : [[key, value] as const];
    }),
  );
}

/** Whether a literal holds in a request; undefined where that is not computed, such as of numbers and addresses. */
function holds({ condition }: Literal, context: Context): boolean | undefined {
  if (condition === undefined || condition.operator.includes(':')) return undefined;
  const value = context.get(condition.key);
  if (condition.operator === 'null') return value === undefined;
  if (value === undefined) return condition.operator.endsWith('ifexists');
  return comparesWith(condition, value);
}

/** Asks IAM's simulator. @returns the questions that it answers otherwise; undefined where not all were asked. @throws AwsCallError */
export async function differingIn(
  client: IAMClient,
  questions: readonly Question[],
  isInterrupted: () => boolean,
): Promise<readonly Question[] | undefined> {
  const differing: Question[] = [];
  for (const question of questions) {
    if (isInterrupted()) return undefined;
    if ((await isAllowedByIam(client, question)) !== question.isAllowed) differing.push(question);
  }
  return differing;
}

async function isAllowedByIam(client: IAMClient, question: Question): Promise<boolean> {
  const { policy, boundary, action, resource, context } = question;
  const command = new SimulateCustomPolicyCommand({
    PolicyInputList: [JSON.stringify(policy.document)],
    ...(boundary && { PermissionsBoundaryPolicyInputList: [JSON.stringify(boundary.document)] }),
    ActionNames: [action],
    ResourceArns: [resource],
    ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: [value],
      ContextKeyType: /^(?:true|false)$/.test(value) ? 'boolean' : 'string',
    })),
  });
  const call = { action: 'iam:SimulateCustomPolicy', subject: `the simulation of ${policy.name}` };
  const { EvaluationResults: [result] = [] } = await callAws(call, () => client.send(command));
  return required(result?.EvalDecision, call, 'EvalDecision') === 'allowed';
}

/** Differences that a report names. */
const SHOWN = 20;

/** What was asked and how IAM answered otherwise. The policies are the sandbox's and AWS's own. */
export function simulationText(asked: number, differing: readonly Question[]): string {
  const each = differing.slice(0, SHOWN).map(({ policy, boundary, action, resource, context, isAllowed }) => {
    const within = boundary === undefined ? '' : ` within ${boundary.name}`;
    const ours = isAllowed ? 'allowed here, denied by IAM' : 'denied here, allowed by IAM';
    return `${policy.name}${within}: ${action} on ${resource} with ${JSON.stringify(context)} is ${ours}`;
  });
  const answers = `iam:SimulateCustomPolicy answers ${asked} questions of seed ${SEED} as the evaluation does`;
  return [`${answers}, but for ${differing.length}`, ...each].join('; ');
}
