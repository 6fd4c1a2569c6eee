import { z } from 'zod';
import { isList, isObject, type Json, type JsonObject, objectOf, objectsOf, without } from '../../graph/json';
import { ScimError } from './scim-error';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** RFC 7644, 3.5.2; Entra writes the operation with a capital letter. */
const PatchRequest = z.object({
  schemas: z.array(z.string()).refine((schemas) => schemas.includes(PATCH), `must contain ${PATCH}`),
  Operations: z
    .array(
      z.strictObject({
        op: z
          .string()
          .toLowerCase()
          .pipe(z.enum(['add', 'replace', 'remove'])),
        path: z.string().optional(),
        value: z.json().optional(),
      }),
    )
    .min(1),
});

export type PatchOperation = z.output<typeof PatchRequest>['Operations'][number];

/** @throws ScimError 400 */
export function parsePatch(body: unknown): readonly PatchOperation[] {
  const operations = parsed(PatchRequest, body).Operations;
  for (const { op, path, value } of operations) {
    if (op === 'remove' && path === undefined) throw invalid('path is required for remove.');
    if (op !== 'remove' && (value === undefined || value === null)) throw invalid(`a value is required for ${op}.`);
  }
  return operations;
}

/** What a schema makes of a body. @throws ScimError 400 that names the place */
export function parsed<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`);
}

export function invalid(problem: string): ScimError {
  return new ScimError('ValidationException', `The request violates the schema: ${problem}`);
}

const PATH =
  /^(?:(?<extension>urn:[\w:.-]+:User):)?(?<attribute>\w+)(?:\[(?<key>\w+) eq "(?<wanted>[^"]*)"\])?(?:\.(?<part>\w+))?$/i;

interface Path {
  readonly extension: string | undefined;
  readonly attribute: string;
  /** Which item of a list, `type eq "work"`. */
  readonly selector: { readonly key: string; readonly wanted: string } | undefined;
  readonly part: string | undefined;
}

/** @throws ScimError 400 */
export function parsePath(path: string): Path {
  const { extension, attribute, key, wanted, part } = PATH.exec(path)?.groups ?? {};
  if (attribute === undefined) throw invalid(`'${path}' is not a path of a user.`);
  const selector = key === undefined || wanted === undefined ? undefined : { key, wanted };
  return { extension, attribute, selector, part };
}

/** A resource after one operation; a schema judges the result. */
export function applyOperation(resource: JsonObject, { op, path, value }: PatchOperation): JsonObject {
  if (path === undefined) return { ...resource, ...(isObject(value) ? value : {}) };
  const { extension, ...place } = parsePath(path);
  const next = op === 'remove' ? undefined : value;
  if (extension === undefined) return withValue(resource, place, next);
  return { ...resource, [extension]: withValue(objectOf(resource, extension), place, next) };
}

type Place = Omit<Path, 'extension'>;

function withValue(owner: JsonObject, { attribute, selector, part }: Place, value: Json | undefined): JsonObject {
  if (selector !== undefined) return withItem(owner, { attribute, selector, part }, value);
  if (part !== undefined) return { ...owner, [attribute]: member(objectOf(owner, attribute), part, value) };
  return member(owner, attribute, value);
}

/** Changes the item of a list that a selector names, or adds it. The first address of a kind is the primary one. */
function withItem(
  owner: JsonObject,
  { attribute, selector, part }: Place & { readonly selector: NonNullable<Path['selector']> },
  value: Json | undefined,
): JsonObject {
  const { key, wanted } = selector;
  const items = objectsOf(owner, attribute);
  const others = items.filter((item) => item[key] !== wanted);
  const current = items.find((item) => item[key] === wanted);
  const start = current ?? { [key]: wanted, ...(others.length === 0 && { primary: true }) };
  const item = part === undefined ? { ...start, ...(isObject(value) ? value : {}) } : member(start, part, value);
  const isGone = value === undefined && (part === undefined || part === 'value');
  const kept = isGone ? others : [...others, item];
  return kept.length === 0 ? without(owner, attribute) : { ...owner, [attribute]: kept };
}

function member(owner: JsonObject, name: string, value: Json | undefined): JsonObject {
  return value === undefined ? without(owner, name) : { ...owner, [name]: value };
}

/** Ids in a list of members, `[{ "value": "…" }]`. @throws ScimError 400 */
export function memberIds(value: Json | undefined): readonly string[] {
  const members = isList(value) ? value : [value ?? null];
  return members.map((item) => {
    const id = isObject(item) ? item['value'] : undefined;
    if (typeof id !== 'string' || id === '') throw invalid('members must be a list of objects with a value.');
    return id;
  });
}
