import { DOCUMENT_FORM, STATEMENT_FORM } from '../set-rules';
import { deployedDocument, lengthOf } from '../policy-document';
import { INLINE_KEYS, MANAGED_KEYS, type PolicyKeys } from '../policy-files';
import { isObject } from '../../../source/located';
import type { Path } from '../../../source/finding';
import type { FindingCode } from '../../../source/finding-codes';
import { isGlob } from '../../../source/names';
import type { InlinePolicy, JsonObject } from '../../estate';
import { INLINE_POLICY_BYTES, INLINE_POLICY_CHARACTERS, MANAGED_POLICY_CHARACTERS } from '../../limits';
import { ACTIONS_AS_OF, actionsOfService, hasAction, isService, services } from '../../../../permissions/actions';
import { bounded } from '../../../../permissions/glob';
import { asList, LONGEST_PATTERN } from '../../../../permissions/policy';
import { error, type Issues, warning } from '../../shared/issue';
import { type IdlePart, idleParts, placedList } from './statements';
import { suggestName } from '../../../../text/suggest';

const DOCUMENT_KEYS = Object.keys(DOCUMENT_FORM.properties);
const STATEMENT_KEYS = Object.keys(STATEMENT_FORM.properties);

/** Holder of a policy document: where it may be written, and how long it may be. */
interface Kind {
  readonly code: FindingCode;
  readonly keys: PolicyKeys;
  /** Holder, as part of a sentence. */
  readonly holder: string;
  readonly bytes: number;
  readonly characters: number;
  /** Remedy for a document that is too long. */
  readonly remedy: string;
}

/** Inline policy of a permission set. */
export const INLINE: Kind = {
  code: 'inline-policy',
  keys: INLINE_KEYS,
  holder: "a permission set's policy",
  bytes: INLINE_POLICY_BYTES,
  characters: INLINE_POLICY_CHARACTERS,
  remedy: 'move statements to customer-managed policies',
};

/** Document of a customer-managed policy. */
export const MANAGED: Kind = {
  code: 'policy-document',
  keys: MANAGED_KEYS,
  holder: 'a managed policy',
  bytes: Infinity,
  characters: MANAGED_POLICY_CHARACTERS,
  remedy: 'divide it into two policies',
};

/** A policy document, and the place of the set or policy that has it. */
interface PlacedDocument {
  readonly at: Path;
  readonly policy: InlinePolicy;
  readonly kind: Kind;
}

/** Size, form and names of a policy document (IAM User Guide, 'IAM JSON policy reference'). */
export function* checkDocument({ at, policy, kind }: PlacedDocument, partition: string): Issues {
  const { code, keys } = kind;
  // Inside the estate file the place is exact; for a file of its own it is the line that names the file.
  const placeOf = (path: Path): Path =>
    policy.kind === 'inline' ? [...at, keys.document, ...path] : [...at, keys.file];
  const faults = [...formFaults(policy.document, kind)];
  for (const { path, problem, allowed } of faults) {
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    const told = policy.kind === 'inline' ? { problem } : { value: policy.file, problem: `${where}${problem}` };
    yield error(code, placeOf(path), { ...told, allowed });
  }
  yield* checkPatterns(policy.document, placeOf);
  for (const { text, named, path } of arnsOf(policy.document, [])) {
    if (named !== partition)
      yield error('policy-partition', placeOf(path), {
        value: text,
        problem: `is of the partition ${named}, and the organization is in ${partition}: it matches nothing`,
        allowed: `arn:${partition}:…`,
      });
  }
  if (faults.length > 0) return;
  const idle = bounded(() => [...idleParts(policy.document)]);
  for (const { code: one, path, ...words } of [...foldedFaults(policy.document, kind), ...idle])
    yield warning(one, placeOf(path), words);
}

function* checkPatterns(document: JsonObject, placeOf: (path: Path) => Path): Issues {
  for (const { value, path } of patternsOf(document, ACTION_KEYS))
    if (typeof value === 'string') yield* checkAction(value, placeOf(path));
  for (const { value, path } of patternsOf(document, [...ACTION_KEYS, ...RESOURCE_KEYS]))
    if (typeof value === 'string' && value.length > LONGEST_PATTERN)
      yield warning('long-pattern', placeOf(path), {
        value,
        problem: `has ${value.length} characters: what its statement allows is unknown, and rules that compare resources leave it out`,
        allowed: `at most ${LONGEST_PATTERN} characters`,
      });
}

/** Fault of a document at a path in it. */
interface Fault {
  readonly path: Path;
  readonly problem: string;
  readonly allowed: string;
}

function* formFaults(document: JsonObject, kind: Kind): Iterable<Fault> {
  yield* sizeFaults(document, kind);
  for (const key of unknownKeys(document, DOCUMENT_KEYS)) {
    const problem = `'${key}' is not a valid key of a policy document`;
    yield { path: [key], problem, allowed: DOCUMENT_KEYS.join(', ') };
  }
  if (document['Version'] !== '2012-10-17')
    yield {
      path: ['Version'],
      problem: 'must be the current version of the policy language',
      allowed: '"2012-10-17"',
    };
  const statements = placedList(document['Statement'], ['Statement']);
  if (statements.length === 0) yield { path: ['Statement'], problem: 'has no statement', allowed: 'at least one' };
  for (const { value, path } of statements) {
    if (isObject(value)) yield* statementFaults(value, path, kind);
    else yield { path, problem: 'is not a statement', allowed: 'an object with Effect, Action and Resource' };
  }
}

function* sizeFaults(document: JsonObject, { bytes, characters, remedy }: Kind): Iterable<Fault> {
  const deployed = deployedDocument(document, characters);
  const length = Buffer.byteLength(JSON.stringify(deployed));
  const count = lengthOf(deployed);
  const allowed = `at most ${characters} characters without white space; ${remedy}`;
  if (length > bytes) yield { path: [], problem: `is ${length} bytes long`, allowed: `at most ${bytes} bytes` };
  else if (count > characters) yield { path: [], problem: `has ${count} characters`, allowed };
}

/** A document that fits only as it is folded. */
function* foldedFaults(document: JsonObject, { characters }: Kind): Iterable<Omit<IdlePart, 'value'>> {
  const deployed = deployedDocument(document, characters);
  if (deployed === document) return;
  const count = lengthOf(document);
  const problem = `has ${count} characters and is deployed in ${lengthOf(deployed)}, which allow and deny the same`;
  yield { code: 'folded-policy', path: [], problem, allowed: `at most ${characters} characters without white space` };
}

function* statementFaults(statement: JsonObject, path: Path, { holder }: Kind): Iterable<Fault> {
  for (const key of unknownKeys(statement, STATEMENT_KEYS)) {
    const problem = `'${key}' is not a valid key in ${holder}`;
    yield { path: [...path, key], problem, allowed: STATEMENT_KEYS.join(', ') };
  }
  if (statement['Effect'] !== 'Allow' && statement['Effect'] !== 'Deny')
    yield { path: [...path, 'Effect'], problem: 'the effect is missing or wrong', allowed: 'Allow or Deny' };
  yield* conditionFaults(statement['Condition'], [...path, 'Condition']);
  for (const part of ['Action', 'Resource']) {
    const given = [part, `Not${part}`].filter((key) => statement[key] !== undefined);
    const [key, other] = given;
    const values = key === undefined ? [] : asList(statement[key]);
    if (key === undefined)
      yield { path, problem: `a statement has neither ${part} nor Not${part}`, allowed: 'one of the two' };
    else if (other !== undefined)
      yield { path, problem: `a statement has both ${part} and Not${part}`, allowed: 'one of the two' };
    else if (values.length === 0 || !values.every((value) => typeof value === 'string' && value !== ''))
      yield {
        path: [...path, key],
        problem: `${key} is not a list of strings`,
        allowed: 'a string or a list of strings',
      };
  }
}

const OPERATORS = [
  'StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike',
  'NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan',
  'NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan',
  'DateGreaterThanEquals Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike',
  'Null',
].flatMap((names) => names.split(' '));

/** IAM refuses other operators. */
function* conditionFaults(value: unknown, path: Path): Iterable<Fault> {
  for (const [operator, keys] of Object.entries(isObject(value) ? value : {})) {
    const [, quantifier = '', name = '', end = ''] =
      /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/is.exec(operator) ?? [];
    if (!OPERATORS.some((one) => one.toLowerCase() === name.toLowerCase())) {
      const near = suggestName(name, OPERATORS);
      const allowed =
        near === undefined ? 'operators such as StringEquals' : `did you mean '${quantifier}${near}${end}'?`;
      yield { path: [...path, operator], problem: `'${operator}' is not an operator of a condition`, allowed };
    }
    yield* droppedKeys(keys, [...path, operator]);
  }
}

/** The CDK would drop the key, and with it what a statement asks for. */
function* droppedKeys(value: unknown, path: Path): Iterable<Fault> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const problem = `'${key}' is not a valid key of a condition`;
    if (key === '__proto__') yield { path: [...path, key], problem, allowed: 'keys such as aws:PrincipalTag/team' };
    yield* droppedKeys(item, [...path, key]);
  }
}

function unknownKeys(mapping: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(mapping).filter((key) => !known.includes(key));
}

/** Warnings on actions that AWS does not have, which a deployment takes without a word, so that nothing is allowed or denied. */
function* checkAction(value: string, at: Path): Issues {
  if (value === '' || /^\*+$/.test(value)) return;
  const [prefix = '', ...parts] = value.split(':');
  const [service, name] = [prefix.toLowerCase(), parts.join(':')];
  if (parts.length === 0) {
    const problem = 'names no service, so that IAM refuses the policy';
    yield warning('unknown-action', at, { value, problem, allowed: 'service:Action, such as s3:GetObject, or *' });
  } else if (isGlob(service) || hasAction(service, name)) return;
  else if (isService(service)) {
    const near = suggestAction(service, name);
    const problem = isGlob(name) ? `matches no action of ${service}` : `is not an action of ${service}`;
    const meant = near === undefined ? 'an action that exists; the' : `did you mean '${near}'? The`;
    const allowed = `${meant} list is of ${ACTIONS_AS_OF}`;
    yield warning('unknown-action', at, { value, problem, allowed });
  } else yield unknownService(value, service, at);
}

function unknownService(value: string, service: string, at: Path) {
  const near = suggestService(service);
  const problem = `is an action of a service that is unknown here, '${service}'`;
  const allowed = near === undefined ? 'a service that exists' : `did you mean '${near}'?`;
  return warning('unknown-service', at, { value, problem, allowed });
}

const ACTION_KEYS = ['Action', 'NotAction'];
const RESOURCE_KEYS = ['Resource', 'NotResource'];

/** Patterns of every statement, each with its path in the document. */
function patternsOf(document: JsonObject, keys: readonly string[]) {
  return placedList(document['Statement'], ['Statement']).flatMap(({ value: statement, path }) =>
    keys.flatMap((key) => placedList(isObject(statement) ? statement[key] : undefined, [...path, key])),
  );
}

/**
 * ARNs of a document that name a partition, each with its path. Those of another one than the organization's match nothing: what is
 * allowed stays denied, and what is denied allowed.
 */
function* arnsOf(value: unknown, path: Path): Iterable<{ text: string; named: string; path: Path }> {
  if (typeof value === 'string') {
    const named = /^arn:([a-z0-9-]+):/.exec(value)?.[1];
    if (named !== undefined) yield { text: value, named, path };
  } else if (typeof value === 'object' && value !== null) {
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) yield* arnsOf(item, [...path, isList ? Number(key) : key]);
  }
}

/** The service that was probably meant. */
export function suggestService(service: string): string | undefined {
  return suggestName(service, services());
}

/** The action that was probably meant: one of nearly that name, or of that very name in the one other service that has it. */
export function suggestAction(service: string, name: string): string | undefined {
  if (isGlob(name)) return suggestPattern(service, name);
  const near = suggestName(name, namesOf(service));
  if (near !== undefined) return `${service}:${near}`;
  const [other, ...more] = services().filter((one) => hasAction(one, name));
  return other === undefined || more.length > 0
    ? undefined
    : `${other}:${namesOf(other).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name}`;
}

function namesOf(service: string): readonly string[] {
  return actionsOfService(service).map((action) => action.name);
}

/** Of `GetObjct*`, the pattern with a beginning that actions of the service have. */
function suggestPattern(service: string, pattern: string): string | undefined {
  const [start = ''] = pattern.split(/[*?]/, 1);
  const rest = pattern.slice(start.length);
  const lengths = [start.length, start.length + 1, start.length - 1];
  const names = namesOf(service);
  const starts = new Set(lengths.flatMap((length) => names.map((name) => name.slice(0, length))));
  const near = suggestName(
    start,
    [...starts].filter((one) => hasAction(service, `${one}${rest}`)),
  );
  return near === undefined ? undefined : `${service}:${near}${rest}`;
}
