import { Router, json, type Request, type RequestHandler, type Response } from 'express';
import type { Logger } from 'pino';
import { PolicyChange, viewOf } from '../../service/policy';
import { auditLogOf } from '../../service/logger';
import { requestIdOf } from '../../service/request-log';
import { parseIdempotencyKey, parseIfMatch } from '../http/conditions';
import { NOT_JSON, onlyMethod, Problem } from '../http/problem';
import type { TokenRules } from '../tokens/access-token';
import { callerOf, guardOf, requireScope, requireStepUp, type RateLimits } from '../tokens/authenticate';
import { type Audit, Policies, type PoliciesOptions } from './policies';
import { tagOf, type PolicyRecord } from './policy-store';

export interface ApiOptions extends PoliciesOptions {
  readonly logger: Logger;
  readonly tokens: TokenRules;
  readonly limits: RateLimits;
}

const REFUSED = {
  'no-policy': 'There is no policy yet; GET /policy creates it.',
  stale: 'The policy is not in the version that If-Match names; read it again.',
  'key-reused': 'A change to another name was made with this Idempotency-Key; send a change of its own with a new key.',
  contended: 'Others are changing the policy at the same time; try again.',
} as const;

/** `/policy`, where each customer finds the own policy. */
export function policyRoutes({ logger, tokens, limits, ...options }: ApiOptions): Router {
  const [policies, guard, auditLog] = [new Policies(options), guardOf(tokens, limits), auditLogOf(logger)];
  const auditOf =
    (request: Request): Audit =>
    (entry) => {
      auditLog.info({ audit: entry, requestId: requestIdOf(request) }, entry.action);
    };
  const router = Router();
  router
    .route('/policy')
    .get(...guard, requireScope('Accounts.Read'), async (request, response) => {
      sendPolicy(response, await policies.visit(callerOf(request), auditOf(request)));
    })
    .all(onlyMethod('GET'));
  const allowed = [...guard, requireScope('Accounts.Write'), requireStepUp(tokens.flows['step-up'])];
  router
    .route('/policy/beneficiary')
    .put(...allowed, requireJson, json({ limit: '10kb', inflate: false }), async (request, response) => {
      const order = {
        oid: callerOf(request).oid,
        precondition: parseIfMatch(request.get('If-Match')),
        key: parseIdempotencyKey(request.get('Idempotency-Key')),
        change: parseChange(request.body),
      };
      const result = await policies.change(order, auditOf(request));
      if (typeof result === 'string') throw new Problem(result, REFUSED[result]);
      sendPolicy(response, result);
    })
    .all(onlyMethod('PUT'));
  return router;
}

function sendPolicy(response: Response, record: PolicyRecord): void {
  response.set({ ETag: tagOf(record), 'Cache-Control': 'no-store', Vary: 'Authorization' }).json(viewOf(record));
}

/** Refuses a body that says it is not JSON, or does not say what it is. */
const requireJson: RequestHandler = (request, _response, next) => {
  const [type, ...parameters] = (request.get('Content-Type') ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((one) => one.startsWith('charset='))?.slice('charset='.length);
  if (type !== 'application/json' || (charset !== undefined && !/^"?utf-8"?$/.test(charset)))
    throw new Problem('not-json', NOT_JSON, { headers: { Accept: 'application/json' } });
  next();
};

/** @throws Problem 422 with every fault, by its JSON pointer */
function parseChange(body: unknown): PolicyChange {
  const { data, error } = PolicyChange.safeParse(body);
  if (data !== undefined) return data;
  const errors = error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: message,
  }));
  throw new Problem('invalid-body', 'The body is not what this path takes.', { errors });
}
