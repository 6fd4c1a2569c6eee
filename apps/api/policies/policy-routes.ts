import type { Request, Response } from 'express';
import { Router, json } from 'express';
import type { Logger } from 'pino';
import { callerOf, requireScope, requireStepUp, type Guard } from '../http/authenticate';
import { onlyMethods } from '../http/methods';
import { parseIdempotencyKey } from '../http/idempotency-key';
import { parseIfMatch } from '../http/preconditions';
import { Problem } from '../http/problem';
import { requestIdOf } from '../../service/request-log';
import { parseBody, requireJson } from '../http/body';
import type { TokenSource } from '../tokens/access-token';
import type { Audit, ChangeResult, Policies } from './policies';
import { BeneficiaryChange, tagOf, viewOf, type PolicyRecord } from './policy';

export interface PolicyRoutesOptions {
  readonly policies: Policies;
  /** Checks who the caller is, and how often they call. */
  readonly guard: Guard;
  /** Gets what was written, at every log level. */
  readonly auditLog: Logger;
  /** Source of tokens that prove a second factor. */
  readonly stepUp: TokenSource;
}

const BODY_LIMIT = '10kb';

/** `/policy`, where each customer finds the own policy. */
export function policyRoutes({ policies, guard, auditLog, stepUp }: PolicyRoutesOptions): Router {
  const auditOf = (request: Request): Audit => {
    return (entry) => {
      auditLog.info({ audit: entry, requestId: requestIdOf(request) }, entry.action);
    };
  };
  const router = Router();
  router
    .route('/policy')
    .get(...guard, requireScope('Accounts.Read'), async (request, response) => {
      sendPolicy(response, await policies.visit(callerOf(request), auditOf(request)));
    })
    .all(onlyMethods('GET'));
  router
    .route('/policy/beneficiary')
    .put(
      ...guard,
      requireScope('Accounts.Write'),
      requireStepUp(stepUp),
      requireJson,
      json({ limit: BODY_LIMIT, inflate: false }),
      async (request, response) => {
        const precondition = parseIfMatch(request.get('If-Match'));
        const key = parseIdempotencyKey(request.get('Idempotency-Key'));
        const { beneficiary } = parseBody(BeneficiaryChange, request.body);
        const order = { oid: callerOf(request).oid, beneficiary, precondition, key };
        sendPolicy(response, recordOf(await policies.changeBeneficiary(order, auditOf(request))));
      },
    )
    .all(onlyMethods('PUT'));
  return router;
}

function sendPolicy(response: Response, record: PolicyRecord): void {
  response.set({ ETag: tagOf(record), 'Cache-Control': 'no-store', Vary: 'Authorization' }).json(viewOf(record));
}

/** @throws Problem for what was not changed */
function recordOf(result: ChangeResult): PolicyRecord {
  switch (result.kind) {
    case 'changed':
      return result.record;
    case 'no-policy':
      throw new Problem({ status: 404, code: 'no-policy' }, 'There is no policy yet; GET /policy creates it.');
    case 'stale':
      throw new Problem(
        { status: 412, code: 'stale' },
        'The policy is not in the version that If-Match names; read it again.',
      );
    case 'key-reused':
      throw new Problem(
        { status: 422, code: 'key-reused' },
        'A change to another name was made with this Idempotency-Key; send a change of its own with a new key.',
      );
    case 'contended':
      throw new Problem(
        { status: 409, code: 'contended' },
        'Others are changing the policy at the same time; try again.',
      );
  }
}
