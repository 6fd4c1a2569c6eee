import { z } from 'zod';
import { isList, isObject, type Json, type JsonObject } from '../../graph/json';
import { parseScimPath, type ScimPath, withScimValue } from '../../graph/scim-path';

/** Names and statuses of IAM Identity Center's errors ('Supported API operations' of its SCIM developer guide). */
const STATUSES = {
  ValidationException: 400,
  UnauthorizedException: 401,
  ResourceNotFoundException: 404,
  ConflictException: 409,
} as const;

/** A request that the endpoint refuses. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;

  constructor(code: keyof typeof STATUSES, detail: string) {
    super(detail);
    this.status = STATUSES[code];
  }

  /** RFC 7644, 3.12: the status is a text. */
  get body(): object {
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      detail: this.message,
      status: String(this.status),
    };
  }
}

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

/** @throws ScimError 400 */
export function parsePath(path: string): ScimPath {
  const parsedPath = parseScimPath(path);
  if (parsedPath === undefined) throw invalid(`'${path}' is not a path of a user.`);
  return parsedPath;
}

/** A resource after one operation; a schema judges the result. */
export function applyOperation(resource: JsonObject, { op, path, value }: PatchOperation): JsonObject {
  if (path === undefined) return { ...resource, ...(isObject(value) ? value : {}) };
  return withScimValue(resource, parsePath(path), op === 'remove' ? undefined : value);
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
