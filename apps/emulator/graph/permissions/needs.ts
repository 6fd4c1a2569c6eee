import documented from './documented.json';
import { OWN_ROWS, type OwnRow, UNDOCUMENTED_READS } from './own-rows';

/** The kind of a token: an application's own, or of a person who is signed in to one. */
export type TokenKind = 'application' | 'delegated';

/** Permissions any one of which is enough for a request; `A & B` needs both. */
export interface Permissions {
  /** Those that Microsoft marks as the least, where it marks any. */
  readonly least: readonly string[];
  readonly also: readonly string[];
}

/** Needs of a request, and who says so. */
export interface Need extends Readonly<Record<TokenKind, Permissions>> {
  /** Undefined for Microsoft's own table. */
  readonly own: { readonly reason: string; readonly source: string } | undefined;
}

const NOTHING: Permissions = { least: [], also: [] };
/** Stands for what every token has. */
const ANY_TOKEN = '';

const DOCUMENTED: Readonly<Record<string, Readonly<Partial<Record<TokenKind, Permissions>>>>> = documented.requests;

const TABLE: ReadonlyMap<string, Need> = new Map([
  ...Object.entries(DOCUMENTED).map(([request, { application = NOTHING, delegated = NOTHING }]): [string, Need] => [
    request,
    { application, delegated, own: undefined },
  ]),
  ...OWN_ROWS.flatMap(({ requests, application, delegated = application, reason, source }) =>
    requests.map((request): [string, Need] => [
      request,
      {
        application: ownPermissions(application),
        delegated: ownPermissions(delegated),
        own: { reason, source },
      },
    ]),
  ),
]);

function ownPermissions(permissions: readonly string[]): Permissions {
  return { least: [], also: permissions.length === 0 ? [ANY_TOKEN] : permissions };
}

/**
 * A request as the table writes it: `GET /groups/{id}`. A count needs what the list needs, a reference what its list or object
 * needs, the content of an object what the object needs, and a function may be called with its parentheses.
 */
export function requestKey({ method, path }: { readonly method: string; readonly path: string }): string {
  const bare = path.replace(/\/\$(?:count|ref|value)$/, '').replace(/\(\)$/, '');
  return `${method} ${bare.replaceAll(/\{\w+\}/g, '{id}').toLowerCase()}`;
}

/** @throws Error for a request in neither the table nor the rows of our own: whoever adds a route gives it one */
export function needOf(request: { readonly method: string; readonly path: string }): Need {
  const need = findNeed(request);
  if (need !== undefined) return need;
  throw new Error(`no permissions for '${requestKey(request)}'; add a row to permissions/own-rows.ts`);
}

export function findNeed(request: { readonly method: string; readonly path: string }): Need | undefined {
  return TABLE.get(requestKey(request));
}

/** The row by which a read may be allowed that the documentation does not allow. */
export function undocumentedRow(request: { readonly method: string; readonly path: string }): OwnRow | undefined {
  const key = requestKey(request);
  return UNDOCUMENTED_READS.find(({ requests }) => requests.includes(key));
}

/** Permissions that are enough for a read only where the documentation is not followed; none for most. */
export function undocumentedNeed(request: { readonly method: string; readonly path: string }): Permissions {
  return { least: [], also: undocumentedRow(request)?.application ?? [] };
}

/** Permissions of one kind of token, each with those that it needs beside it. */
export function alternatives({ least, also }: Permissions): readonly (readonly string[])[] {
  return [...least, ...also].map((entry) => entry.split(' & ').filter((permission) => permission !== ANY_TOKEN));
}
