import { z } from 'zod';
import type { Issue, Path } from './finding';
import type { FindingCode } from './finding-codes';
import { FINDING_CODES } from './finding-codes';
import { suggestionOrList } from './suggest';

type ZodIssue = z.core.$ZodIssue;

/** Turns what zod found into issues with the given value and what is allowed. */
export function issuesOf(error: z.ZodError, schema: z.ZodType, value: unknown): readonly Issue[] {
  return error.issues.flatMap((issue) => issueOf(issue, schema, value));
}

function issueOf(issue: ZodIssue, schema: z.ZodType, root: unknown): readonly Issue[] {
  const at = pathOf(issue);
  const given = valueAt(root, at);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, at);
    return issue.keys.map((key) => ({
      severity: 'error',
      code: 'unknown-key',
      at: [...at, key],
      aboutKey: true,
      problem: `unknown key '${key}'`,
      allowed: suggestionOrList(key, known, 'known keys'),
    }));
  }
  if (given === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    const key = at.at(-1) ?? 'value';
    return [
      { severity: 'error', code: 'missing-key', at, problem: `'${key}' is missing`, allowed: expectation(issue) },
    ];
  }
  if (issue.code === 'invalid_key') {
    const problem = issue.issues[0]?.message ?? issue.message;
    return [{ severity: 'error', code: 'invalid-value', at, aboutKey: true, value: at.at(-1), problem }];
  }
  const form = formOf(schemaAt(schema, at), given);
  const problem = form === undefined ? problemOf(issue) : { problem: 'has the wrong form', allowed: form };
  return [{ severity: 'error', code: codeOf(issue), at, ...shown(given), ...problem }];
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

/** Code that a check of a schema gives its issue: a fault has the same code whether the schema or a check finds it. */
function codeOf(issue: ZodIssue): FindingCode {
  const own: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return FINDING_CODES.find((code) => code === own) ?? 'invalid-value';
}

/** Only scalars are repeated in a message; a whole mapping would hide what is wrong with it. */
function shown(given: unknown): Pick<Issue, 'value'> {
  return typeof given === 'object' && given !== null ? {} : { value: given };
}

function problemOf(issue: ZodIssue): Pick<Issue, 'problem' | 'allowed'> {
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

function pathOf(issue: ZodIssue): Path {
  return issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** The value at a path, or undefined where the path leads nowhere. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[part];
  }, root);
}

/** Keys that the schema knows at a path, for suggestions. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  const end = unwrap(schemaAt(schema, path));
  return end instanceof z.ZodObject ? Object.keys(end.shape) : [];
}

/** The schema of the value at a path; undefined below a union or a record. */
function schemaAt(schema: z.ZodType, path: Path): unknown {
  return path.reduce<unknown>((outer, part) => {
    const parent = unwrap(outer);
    if (parent instanceof z.ZodArray) return parent.element;
    return parent instanceof z.ZodObject ? (parent.shape as Readonly<Record<string, unknown>>)[part] : undefined;
  }, schema);
}

/** The schema of what the file holds, below defaults and transformations. */
function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  const isWrapper = WRAPPERS.some((wrapper) => schema instanceof wrapper);
  return isWrapper ? unwrap((schema as z.ZodOptional).unwrap()) : schema;
}

const WRAPPERS = [z.ZodOptional, z.ZodExactOptional, z.ZodNonOptional, z.ZodDefault, z.ZodPrefault, z.ZodNullable];
