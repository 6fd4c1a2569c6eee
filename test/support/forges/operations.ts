import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { REPOSITORY } from '../repository';

const Operation = z.object({
  operation: z.string(),
  method: z.string(),
  path: z.string(),
  /** Of Azure DevOps: `api-version`. */
  version: z.string().optional(),
  query: z.array(z.string()),
  body: z.object({ type: z.string(), properties: z.array(z.string()), required: z.array(z.string()) }).optional(),
});
type Operation = z.infer<typeof Operation>;

const Extract = z.object({ source: z.string(), operations: z.array(Operation) });

/** A request as a server has it. */
export interface Asked {
  readonly method: string;
  /** Below the address of the API. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

/** An answer of a server. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Operations that the vendor's description of its API has, of those that are used. */
export function operationsOf(forge: Forge): readonly Operation[] {
  const file = join(REPOSITORY, 'test/support/forges/operations', `${forge}.json`);
  return Extract.parse(JSON.parse(readFileSync(file, 'utf8'))).operations;
}

/** Parts of the path that may be left out, as Azure DevOps' pages say of its paths. */
const OPTIONAL = /\/\{(?:team|timelineId)\}/;

export function nameOf({ method, path }: Operation): string {
  return `${method} ${path}`;
}

export function matches({ method, path }: Operation, asked: Pick<Asked, 'method' | 'path'>): boolean {
  const patterns = [path, path.replace(OPTIONAL, '')].map(
    (one) => new RegExp(`^${one.replaceAll('$', '\\$').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  );
  return method === asked.method && patterns.some((pattern) => pattern.test(asked.path));
}

/** Differences of a request from the vendor's description. */
export function undocumented(operations: readonly Operation[], asked: Asked): readonly string[] {
  const call = `${asked.method} ${asked.path}`;
  const operation = operations.find((one) => matches(one, asked));
  if (operation === undefined) return [`${call} is not described`];
  const { version, query, body } = operation;
  const unknown = [...asked.query.keys()].filter((key) => !query.includes(key) && key !== 'api-version');
  const isVersion = (asked.query.get('api-version') ?? undefined) === version;
  return [
    ...unknown.map((key) => `${call} has no ${key}`),
    ...(isVersion ? [] : [`${call} has the version ${version ?? 'of none'}`]),
    ...bodyFaults(body, asked).map((fault) => `${call} ${fault}`),
  ];
}

function bodyFaults(body: Operation['body'], asked: Asked): readonly string[] {
  if (body === undefined) return asked.body === undefined ? [] : ['takes no body'];
  if (asked.contentType?.split(';', 1)[0] !== body.type)
    return [`takes ${body.type}, not ${asked.contentType ?? 'nothing'}`];
  if (Array.isArray(asked.body)) return body.properties.length === 0 ? [] : ['takes an object'];
  const given = Object.keys(z.record(z.string(), z.unknown()).parse(asked.body));
  return [
    ...given.filter((key) => !body.properties.includes(key)).map((key) => `takes no ${key}`),
    ...body.required.filter((key) => !given.includes(key)).map((key) => `needs ${key}`),
  ];
}
