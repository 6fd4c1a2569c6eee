import type { Response } from 'express';
import type { Directory } from './directory/directory';
import type { Json, JsonObject } from './json';
import type { Query, QueryKind } from './odata/query';
import type { Caller } from './tokens';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export type Version = 'v1.0' | 'beta';

/** A request as its handler sees it. */
export interface Context {
  readonly directory: Directory;
  readonly caller: Caller;
  readonly version: Version;
  /** `http://localhost:4000/beta`, as the client reached it. */
  readonly baseUrl: string;
  /** Path and query after the version, for a nextLink. */
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** With it a client asks for an advanced query. */
  readonly consistencyLevel: string | undefined;
  readonly body: JsonObject;
  /** Result of the route's `prepare`. */
  readonly prepared: Json;
}

export interface Reply {
  readonly status: number;
  readonly body?: JsonObject | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs work as one transaction: it throws, and nothing has happened. */
export type Transact = <Result>(work: () => Result) => Result;

/** Sends a reply, unless a fault is to come after the request has taken effect. */
export type Answer = (res: Response, reply: Reply) => Promise<void>;

export interface Route {
  readonly method: Method;
  /** Below the version; `{id}` stands for one segment. */
  readonly path: string;
  /** @default both */
  readonly version?: Version | undefined;
  /** @default 'none' */
  readonly query?: QueryKind | undefined;
  /** The part that takes time, and must not be inside the transaction. Checks the body first. */
  readonly prepare?: (body: JsonObject, now: Date) => Promise<Json>;
  /** Runs as one transaction: it throws, and nothing has happened. */
  readonly handle: (context: Context) => Reply;
  /** What takes time after the transaction and before the answer. @returns the answer */
  readonly finish?: (context: Context, reply: Reply, transact: Transact) => Promise<Reply>;
}

/** A path parameter of the route. @throws Error if the route has no such parameter */
export function param(context: Context, name: string): string {
  const value = context.params[name];
  if (value === undefined) throw new Error(`the route does not have the parameter '${name}'`);
  return value;
}

export const noContent: Reply = { status: 204 };

/** Version of the routes of one part of Graph. */
export type Shared = Pick<Route, 'version'>;

export function makersOf({ version }: Shared = {}) {
  const answer = (method: Method, path: string, handle: Route['handle']): Route => ({ method, path, version, handle });
  return {
    /** Reads. */
    get: (path: string, handle: Route['handle'], query?: QueryKind): Route => ({
      ...answer('GET', path, handle),
      query,
    }),
    /** Writes, and answers with more than 204. */
    answer,
    /** Writes, and answers 204. */
    change: (method: Method, path: string, work: (c: Context) => unknown): Route =>
      answer(method, path, (c) => {
        work(c);
        return noContent;
      }),
  };
}
