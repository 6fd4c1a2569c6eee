import type { Request } from 'express';
import { requestIdOf } from '../../service/request-log';
import type { AccessTokens } from '../sign-in/access-tokens';
import { type PoliciesApi, type Policy, policyIn } from './policies-api';

/** Reads the policy of who is signed in. */
export class PolicyReader {
  constructor(
    private readonly api: PoliciesApi,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws PageError if the API is away, or takes no token of the person's */
  async read(request: Request): Promise<Policy> {
    const requestId = requestIdOf(request);
    const token = await this.tokens.forReading(request);
    const outcome = await this.api.readPolicy({ token, requestId });
    if (outcome.kind !== 'refused') return policyIn(outcome);
    return policyIn(await this.api.readPolicy({ token: await this.tokens.renew(request, token), requestId }));
  }
}
