import type { QueryKind } from '../odata/query';
import type { Context, Method, Reply, Route, Version } from '../context';
import { noContent } from './reply';

/** Version of the routes of one part of Graph. */
export interface Shared {
  /** @default both */
  readonly version?: Version | undefined;
}

export interface RouteMakers {
  /** Reads. */
  readonly get: (path: string, handle: (c: Context) => Reply, query?: QueryKind) => Route;
  /** Writes, and answers with more than 204. */
  readonly answer: (method: Method, path: string, handle: (c: Context) => Reply) => Route;
  /** Writes, and answers 204. */
  readonly change: (method: Method, path: string, work: (c: Context) => unknown) => Route;
}

export function makersOf({ version }: Shared = {}): RouteMakers {
  const answer: RouteMakers['answer'] = (method, path, handle) => ({
    method,
    path,
    version,
    handle,
  });
  return {
    get: (path, handle, query) => ({ method: 'GET', path, version, query, handle }),
    answer,
    change: (method, path, work) =>
      answer(method, path, (c) => {
        work(c);
        return noContent;
      }),
  };
}
