import { z } from 'zod';
import { type Keys, valueAt } from './values';
import { suggestionOrList } from './suggest';

type ZodIssue = z.core.$ZodIssue;

/** Fault that a schema finds, in words. */
export interface Fault {
  readonly kind: 'unknown-key' | 'missing-key' | 'invalid-value';
  readonly at: Keys;
  /** True if it is about the key itself. @default false */
  readonly aboutKey?: boolean;
  /** The value that was given, where it is a scalar. */
  readonly value?: unknown;
  /** Fault of the value, as the rest of a sentence that starts with it. */
  readonly problem: string;
  /** Right values: a range, a list, a pattern or an instruction. */
  readonly allowed?: string;
  /** `code` that a check of the schema gives its fault. */
  readonly code?: unknown;
}

/** Turns what zod found into faults with the given value and what is allowed. */
export function faultsOf(error: z.ZodError, schema: z.ZodType, value: unknown): readonly Fault[] {
  return error.issues.flatMap((issue) => faultOf(issue, schema, value));
}

function faultOf(issue: ZodIssue, schema: z.ZodType, root: unknown): readonly Fault[] {
  const at = pathOf(issue);
  const given = valueAt(root, at);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, at);
    return issue.keys.map((key) => ({
      kind: 'unknown-key',
      at: [...at, key],
      aboutKey: true,
      problem: `unknown key '${key}'`,
      allowed: suggestionOrList(key, known, 'known keys'),
    }));
  }
  if (given === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    const key = at.at(-1) ?? 'value';
    return [{ kind: 'missing-key', at, problem: `'${key}' is missing`, allowed: expectation(issue) }];
  }
  if (issue.code === 'invalid_key') {
    const problem = issue.issues[0]?.message ?? issue.message;
    return [{ kind: 'invalid-value', at, aboutKey: true, value: at.at(-1), problem }];
  }
  const form = formOf(schemaAt(schema, at), given);
  const problem = form === undefined ? problemOf(issue) : { problem: 'has the wrong form', allowed: form };
  return [{ kind: 'invalid-value', at, ...shown(given), ...problem, ...codeOf(issue) }];
}

/**
 * The form that a text must have where a number or `true` was given and quotes alone would not make it right, such as 180 for
 * `P180D`; undefined where they would.
 */
function formOf(schema: unknown, given: unknown): string | undefined {
  const text = unwrap(schema);
  if (!(text instanceof z.ZodString) || (typeof given !== 'number' && typeof given !== 'boolean')) return undefined;
  const { pattern, examples = [] } = text.meta() ?? {};
  const [example] = [...defaultOf(schema), ...(examples as readonly unknown[])];
  const fits = typeof pattern !== 'string' || new RegExp(pattern).test(String(given));
  return fits || typeof example !== 'string' ? undefined : `a text such as ${example}`;
}

/** The default of a text, before it is parsed; none where it must be given. */
function defaultOf(schema: unknown): readonly unknown[] {
  const written = schema instanceof z.ZodPipe ? schema.in : schema;
  return written instanceof z.ZodDefault ? [written.def.defaultValue] : [];
}

function codeOf(issue: ZodIssue): Pick<Fault, 'code'> {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return code === undefined ? {} : { code };
}

/** Only scalars are repeated in a message; a whole mapping would hide what is wrong with it. */
function shown(given: unknown): Pick<Fault, 'value'> {
  return typeof given === 'object' && given !== null ? {} : { value: given };
}

function problemOf(issue: ZodIssue): Pick<Fault, 'problem' | 'allowed'> {
  switch (issue.code) {
    case 'invalid_type':
      return isDefaultMessage(issue)
        ? { problem: 'has the wrong type', allowed: expectation(issue) }
        : { problem: issue.message };
    case 'invalid_value':
      return {
        problem: 'is not one of the allowed values',
        allowed: issue.values.map(String).join(', '),
      };
    case 'custom': {
      const allowed: unknown = issue.params?.['allowed'];
      return typeof allowed === 'string' ? { problem: issue.message, allowed } : { problem: issue.message };
    }
    case 'invalid_union': {
      const own = issue.errors.flat().find((inner) => !isDefaultMessage(inner));
      return { problem: (own ?? issue).message };
    }
    default:
      return { problem: issue.message };
  }
}

function isDefaultMessage(issue: ZodIssue): boolean {
  return issue.message.startsWith('Invalid input');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a string; put numbers, dates and yes/no in quotes',
  boolean: 'true or false',
  number: 'a number',
};

function expectation(issue: ZodIssue): string {
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  const expected = 'expected' in issue ? String(issue.expected) : 'a value';
  return `expected ${TYPE_NAMES[expected] ?? expected}`;
}

function pathOf(issue: ZodIssue): Keys {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** Keys that the schema knows at a path, for suggestions. */
function knownKeys(schema: z.ZodType, path: Keys): readonly string[] {
  const end = unwrap(schemaAt(schema, path));
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

/** The schema of the value at a path; undefined below a union or a record. */
function schemaAt(schema: z.ZodType, path: Keys): unknown {
  return path.reduce<unknown>((outer, part) => {
    const parent = unwrap(outer);
    if (parent instanceof z.ZodArray) return parent.element;
    return parent instanceof z.ZodObject ? (parent.shape as Readonly<Record<string, unknown>>)[part] : undefined;
  }, schema);
}

/** The schema of what the file holds, below defaults and transformations. */
function unwrap(schema: unknown): unknown {
  const inner = schema instanceof z.ZodType ? innerSchema(schema) : undefined;
  return inner === undefined ? schema : unwrap(inner);
}

/** The schema that a default or a transformation wraps; undefined where it is neither. */
export function innerSchema(schema: z.ZodType): z.ZodType | undefined {
  const inner: unknown = schema instanceof z.ZodPipe ? schema.in : isWrapper(schema) ? schema.unwrap() : undefined;
  return inner instanceof z.ZodType ? inner : undefined;
}

function isWrapper(schema: z.ZodType): schema is z.ZodOptional {
  return WRAPPERS.some((wrapper) => schema instanceof wrapper);
}

const WRAPPERS = [z.ZodOptional, z.ZodExactOptional, z.ZodNonOptional, z.ZodDefault, z.ZodPrefault, z.ZodNullable];
