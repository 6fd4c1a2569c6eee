import type { Request, Response } from 'express';
import { Router } from 'express';
import { PageError } from '../http/page-error';
import { requestIdOf } from '../../service/request-log';
import { getSignedIn, type Sessions, takeNotice } from '../sessions/sessions';
import type { Pages } from '../pages/pages';
import type { AccessTokens } from '../sign-in/access-tokens';
import type { Policy, PoliciesApi } from './policies-api';

export interface PolicyReaderOptions {
  readonly api: PoliciesApi;
  readonly tokens: AccessTokens;
}

/** Reads the policy of who is signed in. */
export class PolicyReader {
  readonly #options: PolicyReaderOptions;

  constructor(options: PolicyReaderOptions) {
    this.#options = options;
  }

  /** @throws PageError if the API is away, or takes no token of the person's */
  async read(request: Request): Promise<Policy> {
    const { api, tokens } = this.#options;
    const token = await tokens.forReading(request);
    const requestId = requestIdOf(request);
    let result = await api.readPolicy({ token, requestId });
    if (result.kind === 'refused') {
      const renewed = await tokens.renew(request, token);
      result = await api.readPolicy({ token: renewed, requestId });
    }
    switch (result.kind) {
      case 'policy':
        return result.policy;
      case 'refused':
        throw new PageError('policy-refused');
      case 'busy':
        throw new PageError('too-many-requests');
      case 'away':
        throw new PageError('policy-unavailable', { cause: result.cause });
    }
  }
}

export interface AccountRoutesOptions {
  readonly policies: PolicyReader;
  readonly pages: Pages;
  readonly sessions: Sessions;
}

/** `/account`: the policy. */
export function accountRoutes({ policies, pages, sessions }: AccountRoutesOptions): Router {
  return Router().get('/account', async (request: Request, response: Response) => {
    getSignedIn(request);
    const policy = await policies.read(request);
    const notice = await takeNotice(sessions, request);
    pages.show(request, response, { name: 'account', title: 'Your policy', notice, data: { policy } });
  });
}
