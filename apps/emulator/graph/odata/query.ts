import { badRequest, notImplemented } from '../graph-error';
import { type Filter, parseFilter, type PropertyPath } from './filter';

export interface OrderBy {
  readonly path: PropertyPath;
  readonly isDescending: boolean;
}

/** `"displayName:net"` */
export interface Search {
  readonly property: string;
  readonly text: string;
}

/** The query options of a request, parsed. */
export interface Query {
  readonly select?: readonly string[];
  readonly expand: readonly string[];
  readonly filter?: Filter;
  readonly orderBy?: OrderBy;
  readonly search?: Search;
  readonly top?: number;
  /** The start of the page; from the `$skiptoken` of a nextLink. */
  readonly start: number;
  readonly count: boolean;
}

/** The options that a route understands. */
export type QueryKind = 'list' | 'references' | 'entity' | 'none';

const ENTITY_OPTIONS = ['$select', '$expand'];

const OPTIONS: Readonly<Record<QueryKind, readonly string[]>> = {
  none: [],
  entity: ENTITY_OPTIONS,
  references: ['$select', '$filter', '$top', '$skiptoken'],
  list: [...ENTITY_OPTIONS, '$filter', '$orderby', '$top', '$count', '$search', '$skiptoken'],
};

/** Most that a page holds. */
const MAX_TOP = 999;

/** Parses the query. @throws GraphError 501 for an option that the route does not know, 400 for a wrong value */
export function parseQuery(parameters: URLSearchParams, kind: QueryKind): Query {
  const names = [...parameters.keys()].map((name) => name.toLowerCase());
  const unknown = names.find((name) => !OPTIONS[kind].includes(name));
  if (unknown !== undefined) throw notImplemented(`the query option '${unknown}' here`);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined)
    throw badRequest(`Query option '${repeated}' was specified more than once, but it must be specified at most once.`);
  const options = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value]));
  const filter = options.get('$filter');
  const select = options.get('$select');
  const orderBy = options.get('$orderby');
  const top = options.get('$top');
  const search = options.get('$search');
  return {
    ...(select !== undefined && { select: namesIn(select) }),
    expand: namesIn(options.get('$expand') ?? ''),
    ...(filter !== undefined && { filter: parseFilter(filter) }),
    ...(orderBy !== undefined && { orderBy: parseOrderBy(orderBy) }),
    ...(search !== undefined && { search: parseSearch(search) }),
    ...(top !== undefined && { top: parseTop(top) }),
    start: parseSkipToken(options.get('$skiptoken')),
    count: options.get('$count') === 'true',
  };
}

function namesIn(text: string): readonly string[] {
  if (/[(/]/.test(text)) throw notImplemented(`'${text}' (options and paths inside $expand or $select)`);
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function parseOrderBy(text: string): OrderBy {
  const [path = '', direction = 'asc', ...rest] = text.trim().split(/\s+/);
  if (text.includes(',') || rest.length > 0) throw notImplemented(`$orderby '${text}'`);
  if (!['asc', 'desc'].includes(direction)) throw badRequest(`Invalid $orderby '${text}'.`, 'BadRequest');
  return { path: path.split('/'), isDescending: direction === 'desc' };
}

function parseSearch(text: string): Search {
  const { property, words } = /^"(?<property>\w+):(?<words>[^":]+)"$/.exec(text)?.groups ?? {};
  if (property === undefined || words === undefined || /\s/.test(words)) throw notImplemented(`$search '${text}'`);
  return { property, text: words };
}

function parseTop(text: string): number {
  const top = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (top >= 1 && top <= MAX_TOP) return top;
  const problem = 'Invalid page size specified';
  throw badRequest(`${problem}: '${text}'. Must be between 1 and ${MAX_TOP} inclusive.`, 'Request_UnsupportedQuery');
}

export function skipToken(start: number): string {
  return Buffer.from(`start=${start}`).toString('base64url');
}

function parseSkipToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = /^start=(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (start === undefined)
    throw badRequest("The value of '$skiptoken' is not one of a nextLink.", 'Directory_ExpiredPageToken');
  return Number(start);
}
