import {
  actionsLike,
  conditionKeysOf,
  isService,
  type KnownAction,
  type ResourceForm,
  resourcesOf,
} from '../../../../permissions/actions';
import { and, not, or } from '../../../../permissions/formula';
import { exactly, globOf, kept, matches } from '../../../../permissions/glob';
import { asList, type Box, parsePolicy, type Statement } from '../../../../permissions/policy';
import { anyOf, covers, intersect, type Region } from '../../../../permissions/region';
import { quotedList, suggestName } from '../../../../text/suggest';
import type { Path } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import type { JsonObject } from '../../estate';
import { isObject } from '../../../source/located';

/** What a document says without effect, at a path in it. */
export interface IdlePart {
  readonly code: FindingCode;
  readonly path: Path;
  readonly value: string;
  readonly problem: string;
  readonly allowed: string;
}

/** Keys of every service (IAM User Guide, 'AWS global condition context keys'). */
const GLOBAL_KEYS = [
  'AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime Ec2InstanceSourcePrivateIPv4',
  'Ec2InstanceSourceVpc EpochTime FederatedProvider MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn',
  'PrincipalIsAWSService PrincipalOrgID PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalTag/*',
  'PrincipalType Referer RequestTag/* RequestedRegion ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag/*',
  'SecureTransport SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn SourceVpce',
  'TagKeys TokenIssueTime UserAgent ViaAWSService VpceAccount VpceOrgID VpceOrgPaths VpcSourceIp userid username',
]
  .join(' ')
  .split(' ')
  .map((name) => `aws:${name}`);

/** Parts of a sound document that change nothing, or name what AWS does not have. */
export function* idleParts(document: JsonObject): Iterable<IdlePart> {
  const statements = parsePolicy(document, 'the policy');
  // One that is too large for exact answers is not judged.
  if (statements.some(({ index }, at) => index !== at)) return;
  for (const { value: statement, path } of placedList(document['Statement'], ['Statement'])) {
    if (!isObject(statement)) continue;
    yield* unknownKeys(statement['Condition'], [...path, 'Condition']);
    yield* mismatches(statement, path);
  }
  yield* idleStatements(statements, document);
}

/** Items of a list, or of a value that is written alone, each with its path. */
export function placedList(value: unknown, path: Path): readonly { readonly value: unknown; readonly path: Path }[] {
  return asList(value).map((item, index) => ({ value: item, path: Array.isArray(value) ? [...path, index] : path }));
}

/** Condition keys of nearly the name of one that exists. Others may be newer than the list, or an identity provider's. */
function* unknownKeys(condition: unknown, path: Path): Iterable<IdlePart> {
  for (const [operator, keys] of Object.entries(isObject(condition) ? condition : {}))
    for (const value of Object.keys(isObject(keys) ? keys : {})) {
      const near = nearKey(value);
      if (near === undefined) continue;
      const problem = 'is not a condition key that AWS has, so that no request has it';
      yield {
        code: 'unknown-condition-key',
        path: [...path, operator, value],
        value,
        problem,
        allowed: `did you mean '${near}'?`,
      };
    }
}

function nearKey(key: string): string | undefined {
  const prefix = key.split(':', 1)[0]?.toLowerCase() ?? '';
  if (prefix !== 'aws' && !isService(prefix)) return undefined;
  const known = [...(prefix === 'aws' ? GLOBAL_KEYS : []), ...(conditionKeysOf(prefix) ?? [])];
  if (known.some((one) => matches(globOf(one.toLowerCase()), key.toLowerCase()))) return undefined;
  // What stands after a slash is a name of the team's: `aws:PrincipalTag/CostCenter`.
  const [name = key, ...own] = key.split('/');
  const alike = known.filter((one) => one.includes('/') === own.length > 0).map((one) => one.replace(/\/.*/, ''));
  const near = suggestName(name, alike);
  return near === undefined ? undefined : [near, ...own].join('/');
}

interface Pattern {
  readonly text: string;
  readonly path: Path;
}

interface ActionPattern extends Pattern {
  readonly actions: readonly KnownAction[];
}

interface ResourcePattern extends Pattern {
  readonly region: Region;
  /** Forms of ARN that it may match, as far as they were compared: many actions have the same. */
  readonly mayMatch: Map<ResourceForm, boolean>;
}

/** Actions that are about none of the resources of their statement, and resources that none of its actions is about. */
function* mismatches(statement: JsonObject, path: Path): Iterable<IdlePart> {
  const resources = textsOf(statement, path, 'Resource').map(resourcePattern);
  if (resources.length === 0 || resources.some(({ text }) => text === '*')) return;
  const actions = textsOf(statement, path, 'Action').map((one) => ({ ...one, actions: actionsLike(one.text) }));
  const idle = actions.filter(
    (pattern) =>
      pattern.actions.length > 0 &&
      !pattern.actions.some((one) => resources.some((resource) => mayBeAbout(one, resource))),
  );
  for (const pattern of idle) yield idleAction(pattern);
  const others = actions.filter((pattern) => !idle.includes(pattern));
  if (others.length === 0 || others.some((pattern) => pattern.actions.length === 0)) return;
  const about = others.flatMap((pattern) => pattern.actions);
  const services = servicesOf(about.flatMap((one) => resourcesOf(one) ?? []));
  for (const resource of resources)
    // AWS's policies name things of other services, such as those that were renamed, and its lists lack some of them.
    if (services.has(serviceOf(resource.text)) && !about.some((one) => mayBeAbout(one, resource)))
      yield idleResource(resource, about);
}

function textsOf(statement: JsonObject, path: Path, key: string): readonly Pattern[] {
  return placedList(statement[key], [...path, key]).flatMap(({ value, path: at }) =>
    typeof value === 'string' ? [{ text: value, path: at }] : [],
  );
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function servicesOf(forms: readonly ResourceForm[]): ReadonlySet<string> {
  return new Set(forms.map(({ text }) => serviceOf(text)));
}

/**
 * Of many actions AWS lists no type of resources, also of some that take ARNs: `s3:ListAllMyBuckets` works on `arn:aws:s3:::*`. Of
 * others it lists those of other services alone.
 */
function mayBeAbout(action: KnownAction, { text, region, mayMatch }: ResourcePattern): boolean {
  const forms = resourcesOf(action) ?? [];
  if (forms.length === 0 || (serviceOf(text) === action.service && !servicesOf(forms).has(action.service))) return true;
  const matches = (form: ResourceForm) => exactly(() => intersect(form.arns, region).length > 0) ?? true;
  return forms.some((form) => kept(mayMatch, form, () => matches(form)));
}

const resourcePattern = (one: Pattern): ResourcePattern => ({
  ...one,
  region: regionOf(one.text),
  mayMatch: new Map(),
});

/** Forms are of the partition `aws`; ARNs of one that is not the organization's are a finding of their own. */
function regionOf(resource: string): Region {
  return anyOf([globOf(resource.replace(/\$\{[^}]*\}/g, '*').replace(/^arn:[\w-]+:/, 'arn:aws:'))]);
}

function idleAction({ text: value, path, actions }: ActionPattern): IdlePart {
  const problem = 'applies to none of the resources of its statement';
  return { code: 'action-without-resource', path, value, problem, allowed: formTexts(actions) };
}

function idleResource({ text: value, path }: Pattern, actions: readonly KnownAction[]): IdlePart {
  const problem = 'is a resource to which none of the actions of its statement applies';
  return { code: 'resource-without-action', path, value, problem, allowed: formTexts(actions) };
}

function formTexts(actions: readonly KnownAction[]): string {
  const texts = new Set(actions.flatMap((action) => resourcesOf(action) ?? []).map(({ text }) => text));
  return `such as ${quotedList([...texts].slice(0, 4))}`;
}

/** Statements that change nothing: denied as a whole, or within what others say. Of two equal ones the second is. */
function* idleStatements(statements: readonly Statement[], document: JsonObject): Iterable<IdlePart> {
  const idle = new Set<Statement>();
  for (const statement of statements.toReversed()) {
    const others = statements.filter((other) => other !== statement && !idle.has(other));
    const problem = exactly(() => problemOf(statement, others));
    if (problem === undefined) continue;
    idle.add(statement);
    yield {
      code: 'idle-statement',
      path: placedList(document['Statement'], ['Statement'])[statement.index]?.path ?? [],
      value: statement.sid ?? `statement ${statement.index + 1}`,
      ...problem,
    };
  }
}

type Problem = Pick<IdlePart, 'problem' | 'allowed'>;

function problemOf(statement: Statement, others: readonly Statement[]): Problem | undefined {
  const boxesOf = (effect: Statement['effect']): readonly Box[] =>
    others.filter((other) => other.effect === effect).flatMap(({ boxes }) => boxes);
  const allowed = 'delete it, or narrow the others';
  if (statement.effect === 'Allow' && isHeldBy(boxesOf('Deny'), statement))
    return { problem: 'allows nothing: the policy denies all of it', allowed };
  const verb = statement.effect === 'Allow' ? 'allows' : 'denies';
  return isHeldBy(boxesOf(statement.effect), statement)
    ? { problem: `changes nothing: the policy ${verb} all of it elsewhere`, allowed }
    : undefined;
}

/** Tells whether boxes have all requests of a statement: each of its patterns within one of theirs, on no further condition. */
function isHeldBy(wider: readonly Box[], { boxes }: Statement): boolean {
  return boxes.every(({ actions, resources, when }) =>
    actions.every((action) => {
      const about = wider.filter((box) => covers(box.actions, [action]));
      return resources.every((resource) => {
        const holding = about.filter((box) => covers(box.resources, [resource])).map((box) => box.when);
        return holding.length > 0 && and(when, not(or(...holding))).length === 0;
      });
    }),
  );
}
