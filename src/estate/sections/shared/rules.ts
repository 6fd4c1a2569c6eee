import { z } from 'zod';
import { valueAt } from '../../../text/values';
import { isRegion, regionAdvice, REGIONS } from '../../source/aws-regions';
import type { Issue, Path, Severity } from '../../source/finding';
import type { FindingCode, OwnCode } from '../../source/finding-codes';
import { located, type Output, placeOf } from '../../source/located';
import { isDay } from '../durations';
import { DAY, GUID, REASON_LENGTH } from '../limits';
import { inAnyCase } from './issue';
import { innerSchema } from '../../../text/zod-faults';

// zod looks at structure. A limit is a rule in `meta` (`rules.ts`), which is applied afterwards, so that one fault of meaning
// does not set the whole item aside.

/** A kind of thing that texts of the estate file name. */
export type NamedKind =
  'groups' | 'accounts' | 'accountNames' | 'units' | 'permissionSets' | 'managedPolicies' | 'policyRules' | 'regions';

/** A text that says something. */
export const Name = z.string().min(1, { error: 'is empty' });

/** Why somebody decided something. */
export const Reason = z.string().min(REASON_LENGTH, { error: 'is too short to be a reason' });

/** Words about a text that can't be parsed. */
interface Unparsed {
  /** @default 'invalid-value' */
  readonly code?: FindingCode;
  readonly problem: string;
  readonly allowed: string;
}

/** Makes a transformation of a schema of a parser, so that a text is parsed once: nothing downstream parses it again. */
export function parsed<T>(parse: (text: string) => T | undefined, { problem, ...params }: Unparsed) {
  return (text: string, context: z.core.$RefinementCtx<string>): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: problem, params });
    return z.NEVER;
  };
}

declare module 'zod' {
  interface GlobalMeta {
    /** Things of this estate and organization that a text names; an editor offers them. */
    readonly names?: NamedKind;
    /** Values that an editor offers, of those that are allowed. */
    readonly offers?: readonly string[];
    /** Value that an editor inserts by itself. @default the schema's */
    readonly inserted?: string;
    /** Rules that a value keeps or breaks by itself. */
    readonly rules?: readonly Rule[];
  }
}

/** Fault of a value that breaks a rule. Without a place of its own, it is that of the value. */
type Fault = Pick<Issue, 'value' | 'problem' | 'allowed' | 'related'> & { readonly at?: Path };

/**
 * A rule about a value of the estate file by itself: a limit, a pattern, a list without repetition. It stands in the meta of the
 * value's schema. Its page is `docs/findings/<code>.md`.
 */
export interface Rule {
  readonly code: OwnCode;
  readonly severity: Severity;
  readonly faults: (value: unknown, at: Path) => readonly Fault[];
}

/** A rule for the meta of a schema, with its limits as JSON Schema has them. Another `meta` of the schema adds to it. */
export type Ruled = Readonly<{
  rules: readonly Rule[];
  pattern?: string;
  patternErrorMessage?: string;
  names?: NamedKind;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}>;

/** Fault in words: what is wrong with the value, and what is allowed. */
export interface Words {
  readonly problem: string;
  readonly allowed: string;
}

interface Options {
  /** @default 'error' */
  readonly severity?: Severity;
  /** Form in which a text is shown, such as an address without a password; undefined hides it. @default as it is */
  readonly show?: (text: string) => string | undefined;
}

/**
 * Keys of a mapping of which at most one may be given, for its meta.
 *
 * @param keys an editor marks the last of those that are given
 */
export function notTogether(...keys: readonly string[]) {
  const errorMessage = `Only one of ${keys.join(', ')} may be given.`;
  const others = (from: number) => Object.fromEntries(keys.slice(from).map((key) => [key, false]));
  return {
    dependentSchemas: Object.fromEntries(
      keys.slice(0, -1).map((key, index) => [key, { properties: others(index + 1), errorMessage }]),
    ),
  };
}

/** Keys of a mapping of which exactly one is given, for its meta. */
export function oneKeyOf(...keys: readonly string[]) {
  const errorMessage = `One of ${keys.join(', ')} is needed.`;
  const none = { not: { anyOf: keys.map((key) => ({ required: [key] })) } };
  return { if: none, then: { required: keys.slice(0, 1), errorMessage }, ...notTogether(...keys) };
}

/** A text that has no fault. */
export function sound(
  code: OwnCode,
  faultOf: (text: string) => (Words & Pick<Fault, 'value'>) | undefined,
  { severity = 'error', show = String }: Options = {},
): Ruled {
  const faults = (text: unknown): readonly Fault[] => {
    const fault = typeof text === 'string' ? faultOf(text) : undefined;
    return fault === undefined ? [] : [{ value: show(String(text)), ...fault }];
  };
  return { rules: [{ code, severity, faults }] };
}

/** A text of which something holds. */
export function holding(
  code: OwnCode,
  holds: (text: string) => boolean,
  { problem, allowed, ...options }: Words & Options,
): Ruled {
  return sound(code, (text) => (holds(text) ? undefined : { problem, allowed }), options);
}

/** Pattern of a text for the JSON Schema, with what an editor says of another text. */
export function formed(pattern: string, { problem, allowed }: Words) {
  return { pattern, patternErrorMessage: `The value ${problem} (${allowed})` };
}

/** A text of a pattern. */
export function matching(code: OwnCode, pattern: RegExp, words: Words & Options): Ruled {
  const { problem, allowed } = words;
  return {
    ...holding(code, (text) => pattern.test(text), words),
    ...formed(pattern.source, { problem, allowed }),
  };
}

/** A name of a pattern: its description, and the words about another one. */
export function nameMatching(
  code: OwnCode,
  pattern: RegExp,
  { description, ...words }: Words & Options & { readonly description: string },
) {
  return Name.meta({ description, ...matching(code, pattern, words) });
}

/** A text of so many characters. */
export function short(code: OwnCode, { min = 0, max }: Range | { readonly min?: number; readonly max: number }): Ruled {
  const allowed = min === 0 ? `at most ${max} characters` : `${min} to ${max} characters`;
  const rule = sound(code, ({ length }) =>
    length >= min && length <= max
      ? undefined
      : { problem: length === 0 ? 'is empty' : `is ${length} characters long`, allowed },
  );
  return { ...rule, ...(min > 0 && { minLength: min }), maxLength: max };
}

/** A name without control characters, of so many characters at most. */
export function titled(max: number): Ruled {
  return { ...sound('display-name', (text) => titleFault(text, max)), maxLength: max };
}

/** Fault of such a name. */
export function titleFault(text: string, max: number): Words | undefined {
  const hasControl = /\p{Cc}/u.test(text);
  if (text.length <= max && !hasControl) return undefined;
  const problem = hasControl ? 'contains a control character' : `is ${text.length} characters long`;
  return { problem, allowed: `at most ${max} characters` };
}

/** Form of a day of the calendar, for the JSON Schema. */
export function dayForm(allowed = 'YYYY-MM-DD, such as 2026-01-31') {
  return formed(DAY.source, { problem: 'is not a valid date', allowed });
}

/** A day of the calendar: `2026-02-28`. */
export function calendarDay(code: OwnCode, allowed = 'YYYY-MM-DD, such as 2026-01-01'): Ruled {
  return { ...holding(code, isDay, { problem: 'is not a valid date', allowed }), ...dayForm(allowed) };
}

/** The code of an AWS Region. */
export function awsRegion(code: OwnCode): Ruled {
  return {
    ...sound(code, (text) =>
      isRegion(text) ? undefined : { problem: 'is not an AWS Region', allowed: regionAdvice(text) },
    ),
    ...formed(`^(?:${REGIONS.join('|')})$`, { problem: 'is not an AWS Region', allowed: 'a code such as eu-west-1' }),
    names: 'regions',
  };
}

/** Least and greatest of what a number may be, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A whole number of a range. */
export function within(code: OwnCode, { min, max }: Range, words: Words): Ruled {
  const isWithin = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  const faults = (value: unknown): readonly Fault[] => (isWithin(value) ? [] : [{ value, ...words }]);
  return { rules: [{ code, severity: 'error', faults }], minimum: min, ...(max < Infinity && { maximum: max }) };
}

/** A number that is one of these. */
export function among(code: OwnCode, numbers: readonly number[], problem: string): Ruled {
  const isKnown = (value: unknown): boolean => typeof value === 'number' && numbers.includes(value);
  const faults = (value: unknown): readonly Fault[] =>
    isKnown(value) ? [] : [{ value, problem, allowed: numbers.join(', ') }];
  return { rules: [{ code, severity: 'error', faults }] };
}

/** A list of so many items. `problem` may name their number. */
export function sized(
  code: OwnCode,
  { min = 0, max = Infinity }: Partial<Range>,
  { problem, allowed }: { readonly problem: string | ((count: number) => string); readonly allowed: string },
): Ruled {
  const faults = (list: unknown): readonly Fault[] => {
    const count = Array.isArray(list) ? list.length : min;
    if (count >= min && count <= max) return [];
    return [{ problem: typeof problem === 'string' ? problem : problem(count), allowed }];
  };
  return {
    rules: [{ code, severity: 'error', faults }],
    ...(min > 0 && { minItems: min }),
    ...(max < Infinity && { maxItems: max }),
  };
}

/** A list that is not empty. */
export function some(code: OwnCode, words: Words): Ruled {
  return sized(code, { min: 1 }, words);
}

interface Repetition {
  /** Key whose values are compared, in a list of mappings. @default the items are texts */
  readonly key?: string;
  /** Form in which texts are compared. @default as they are */
  readonly keyOf?: (text: string) => string;
  /** @default 'error' */
  readonly severity?: Severity;
  /** @default 'is listed twice' */
  readonly problem?: string;
  readonly allowed: string;
}

/** Key of the names that a thing had before. */
const PREVIOUS = 'previousNames';

/** Names that a thing had before, by which a rename is told from another thing. In a list of such things `once` counts them too. */
export function previousNames(description: string) {
  return z.array(Name).describe(description).default([]);
}

/** A list in which no text, or no value of a key, is repeated. A name that a thing had before must not be another thing's either. */
export function once(code: OwnCode, { key, keyOf = String, severity = 'error', ...words }: Repetition): Ruled {
  const { problem = 'is listed twice', allowed } = words;
  const below = key === undefined ? [] : [key];
  const faults = (list: unknown, at: Path): readonly Fault[] => {
    const firsts = new Map<string, Path>();
    const items = (Array.isArray(list) ? list : []).map((item: unknown, index) => {
      return { item, at: placeOf(item) ?? [...at, index] };
    });
    const names = items.map((one) => ({ value: valueAt(one.item, below), place: [...one.at, ...below] }));
    const earlier = key === undefined ? [] : items.flatMap((one) => earlierNames(one.item, one.at));
    return [...names, ...earlier].flatMap(({ value, place }): readonly Fault[] => {
      if (typeof value !== 'string') return [];
      const first = firsts.get(keyOf(value));
      if (first === undefined) firsts.set(keyOf(value), place);
      return first === undefined ? [] : [{ at: place, value, problem, allowed, related: [first] }];
    });
  };
  return { rules: [{ code, severity, faults }] };
}

function earlierNames(item: unknown, at: Path): readonly { readonly value: unknown; readonly place: Path }[] {
  const names = valueAt(item, [PREVIOUS]);
  return (Array.isArray(names) ? names : []).map((value: unknown, index) => ({
    value,
    place: [...at, PREVIOUS, index],
  }));
}

/** Id of an Entra tenant. */
export const TenantId = Name.meta(
  matching('tenant-id', GUID, {
    problem: 'is not a valid tenant id',
    allowed: 'a GUID; the Entra admin center has it under Overview',
  }),
);

/** An address that a person reads mail at. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Addresses to which alarms are sent, each once. */
export const AlarmEmails = z
  .array(
    Name.meta(
      matching('alarm-email', EMAIL, { problem: 'is not a valid e-mail address', allowed: 'name@example.com' }),
    ),
  )
  .meta(once('duplicate-alarm-email', { keyOf: inAnyCase, allowed: 'each address once, in whatever case' }));

/** Applies the rules in the meta of a schema to a value that has its form, as the file has it. */
export function brokenRules(schema: z.ZodType, value: unknown, place: Path = []): readonly Issue[] {
  const { rules, core } = layersOf(schema);
  const at = placeOf(value) ?? place;
  return [...rules.flatMap((rule) => issuesOf(rule, value, at)), ...brokenBelow(core, value, at)];
}

function issuesOf({ code, severity, faults }: Rule, value: unknown, at: Path): readonly Issue[] {
  return faults(value, at).map((fault) => ({ severity, code, at, ...fault }));
}

function brokenBelow(schema: z.ZodType, value: unknown, at: Path): readonly Issue[] {
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const { element } = schema;
    if (!(element instanceof z.ZodType)) return [];
    return value.flatMap((item: unknown, index) => brokenRules(element, item, [...at, index]));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const shape: z.ZodRawShape = schema.shape;
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
    const below = shape[key];
    return below instanceof z.ZodType ? brokenRules(below, item, [...at, key]) : [];
  });
}

interface Layers {
  readonly rules: readonly Rule[];
  /** The schema below defaults and transformations. */
  readonly core: z.ZodType;
}

const known = new WeakMap<z.ZodType, Layers>();

/** A schema and those from which `meta` and checks made it, whose rules it keeps. */
function lineOf(schema: z.core.$ZodType | undefined): readonly z.ZodType[] {
  return schema instanceof z.ZodType ? [schema, ...lineOf(schema._zod.parent)] : [];
}

/** Rules of a schema and of those that it wraps. */
function layersOf(schema: z.ZodType): Layers {
  const found = known.get(schema);
  if (found !== undefined) return found;
  const own = new Set(lineOf(schema).flatMap((one) => one.meta()?.rules ?? []));
  const inner = innerSchema(schema);
  const below = inner === undefined ? { rules: [], core: schema } : layersOf(inner);
  const layers = { rules: [...own, ...below.rules], core: below.core };
  known.set(schema, layers);
  return layers;
}

const AcceptedEntry = located(
  z.strictObject({
    way: Name.describe('Way in as the import and the doctor print it: `owner 3fa85f64-…`.'),
    reason: Reason.describe('Person who decided that it stays, and why.'),
    until: Name.refine(isDay, { error: 'is not a valid date', params: { allowed: 'YYYY-MM-DD' } }).meta({
      description: 'Last day in UTC on which it is accepted; afterwards the doctor reports it again.',
      ...dayForm(),
    }),
  }),
);

/** Key of an application that this estate did not make alone. */
export const Accepted = z
  .array(AcceptedEntry)
  .describe(
    'Owners, credentials, permissions and consents of the application that stay, though the estate does not make them. The doctor reports all others.',
  )
  .default([]);

export type AcceptedWay = Output<typeof AcceptedEntry>;

/** Ways in that are accepted on a day. */
export function acceptedOn(accepted: readonly AcceptedWay[], day: string): readonly string[] {
  return accepted.filter(({ until }) => day <= until).map(({ way }) => way);
}
