import type { RequestHandler } from 'express';
import { Problem } from './problem';

/** Ends a route: answers OPTIONS, and refuses the methods that it has no handler for. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.set('Allow', allow).status(204).end();
      return;
    }
    throw new Problem({ status: 405, code: 'method-not-allowed' }, `This path takes ${allow}.`, {
      headers: { Allow: allow },
    });
  };
}
